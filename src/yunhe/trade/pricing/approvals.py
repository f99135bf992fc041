"""What pricing has approved by chains."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.trade.pricing.services.changes import commit_approved, mark_rejected, mark_withdrawn
from yunhe.trade.pricing.services.lists import CHANGE_KIND

PRICE_CHANGE = register_kind(
    ApprovalKind(
        CHANGE_KIND,
        _("Price change"),
        on_approved=commit_approved,
        on_rejected=mark_rejected,
        on_withdrawn=mark_withdrawn,
        can_ask="pricing.change",
        internal=True,
    )
)
