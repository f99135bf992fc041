"""Record what happened to a return."""

from __future__ import annotations

from yunhe.goods.returns.events import ReturnMoved
from yunhe.goods.returns.models import Return
from yunhe.platform.events.outbox import emit


def record_step(document: Return, action: str, status: str, *fields: str) -> None:
    """Give the return its new state, save `fields` with it, and tell who listens."""
    document.status = status
    document.save(update_fields=["status", *fields])
    event = ReturnMoved(
        return_id=document.pk,
        number=document.number,
        node_id=document.node_id,
        action=action,
        status=status,
    )
    emit(event, node_id=document.node_id, subject=document.number)
