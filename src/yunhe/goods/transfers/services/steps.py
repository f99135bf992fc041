"""What every step of a transfer leaves behind, and who oversees both sides."""

from __future__ import annotations

from datetime import datetime

from yunhe.goods.transfers.events import TransferMoved
from yunhe.goods.transfers.models import Transfer, TransferStep
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit


def check_overseer(transfer: Transfer, permission: str, *, actor: Principal) -> None:
    """Headquarters' people with the permission on either side. Raises NotAllowed."""
    actor.check(permission)
    sides = Node.objects.filter(pk__in=(transfer.sender_id, transfer.receiver_id))
    if not any(actor.can(permission, path=node.path) for node in sides):
        raise NotAllowed()


def record_step(
    transfer: Transfer, action: str, status: str, *, actor: Principal, now: datetime
) -> None:
    transfer.status = status
    transfer.save(update_fields=["status"])
    TransferStep.objects.create(
        transfer=transfer,
        sender_id=transfer.sender_id,
        receiver_id=transfer.receiver_id,
        action=action,
        status=status,
        at=now,
        user_id=actor.user_id,
    )
    event = TransferMoved(
        transfer_id=transfer.pk,
        number=transfer.number,
        sender_id=transfer.sender_id,
        receiver_id=transfer.receiver_id,
        action=action,
        status=status,
    )
    emit(event, node_id=transfer.receiver_id, subject=transfer.number)
