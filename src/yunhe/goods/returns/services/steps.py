"""Record what happened to a return."""

from __future__ import annotations

from yunhe.goods.returns.events import ReturnMoved
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.permissions import ASK, SUPPLY
from yunhe.goods.returns.transitions import Move
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit

ANSWERS = ("approve", "reject", "inspect")


def check_side(document: Return, move: Move, *, actor: Principal) -> None:
    """Raises NotAllowed for who lacks the permission or, between partners, works for another side."""
    if not document.between_partners:
        actor.check(move.permission)
        return
    answers = move.action in ANSWERS
    actor.check(SUPPLY if answers else ASK)
    side = document.supplier_id if answers else document.node_id
    if not actor.system and side not in actor.node_ids:
        raise NotAllowed()


def may_take(document: Return, move: Move, *, actor: Principal) -> bool:
    """Whether `check_side` lets the actor."""
    try:
        check_side(document, move, actor=actor)
    except NotAllowed:
        return False
    return True


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
