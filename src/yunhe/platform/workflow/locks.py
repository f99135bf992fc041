"""The only place of approvals that locks rows."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.platform.workflow.models import Approval


def lock_approval(approval_id: int) -> Approval:
    """The request's row, locked until the transaction ends: one decision at a time."""
    found = (
        Approval.objects.select_for_update(no_key=True, of=("self",))
        .select_related("node")
        .filter(pk=approval_id)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
