"""A dealer answers for the part of an order that it should serve, and serves it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import Conflict, NotFound
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.services import confirm_order, ship_order
from yunhe.trade.sourcing.choices import PartState
from yunhe.trade.sourcing.events import PartAccepted, PartRefused
from yunhe.trade.sourcing.locks import lock_part
from yunhe.trade.sourcing.models import Part
from yunhe.trade.sourcing.permissions import SERVE
from yunhe.trade.sourcing.transitions import MOVES

WHY = "the serving dealer answers for an order between its supplier and another partner"


def accept_part(part: Part, *, actor: Principal, now: datetime) -> Part:
    """Promise to serve it; an order that was confirmed already is confirmed with the answer, or once it
    is approved again.

    Emits PartAccepted. Raises NotAllowed unless the actor answers for the place, IllegalMove, Conflict
    after the deadline.
    """
    part = _answer(part, "accept", actor=actor, now=now)
    if part.answer_by is not None and now > part.answer_by:
        raise Conflict(_("The time to answer is over."), code="sourcing.too_late")
    part.save(update_fields=["state", "answered_at", "answered_by", "remark"])
    if part.sure and part.order.approval != Approval.PENDING:
        with owner_access(WHY):
            confirm_order(part.order, actor=_for(actor), now=now)
    emit(PartAccepted(**_facts(part)), node_id=part.supplier_id, subject=part.order.number)
    return part


def confirm_approved(part: Part, *, actor: Principal, now: datetime) -> None:
    """Confirm an order that waited for approval when its dealer accepted it. Nothing for any other."""
    part = lock_part(part.pk)
    if part.sure and part.state == PartState.ACCEPTED:
        [order] = lock_orders([part.pk])
        if order.status == OrderStatus.SUBMITTED:
            confirm_order(order, actor=actor, now=now)


def refuse_part(part: Part, *, reason: str, actor: Principal, now: datetime) -> Part:
    """Say no: other places are asked next, by the listener. Emits PartRefused. As `accept_part`."""
    part = _answer(part, "refuse", actor=actor, now=now)
    part.remark = reason.strip()[:300]
    part.save(update_fields=["state", "answered_at", "answered_by", "remark"])
    emit(
        PartRefused(**_facts(part), reason=part.remark),
        node_id=part.supplier_id,
        subject=part.order.number,
    )
    return part


def serve_part(part: Part, *, actor: Principal, now: datetime) -> Part:
    """Hand over everything that is open of an accepted part, from the dealer's stock.

    Raises NotAllowed unless the actor answers for the place, Conflict before it accepted, and what
    `ship_order` raises.
    """
    part = lock_part(part.pk)
    actor.check(SERVE, path=_path(part))
    if part.state != PartState.ACCEPTED:
        raise Conflict(_("Accept the order first."), code="sourcing.not_accepted")
    with owner_access(WHY):
        ship_order(part.order, actor=_for(actor), now=now)
    return part


def expire_due(*, actor: Principal, now: datetime) -> int:
    """Take back parts whose dealers did not answer in time; how many. Emits PartRefused for each."""
    due = Part.objects.filter(state=PartState.OFFERED, answer_by__lt=now).order_by("pk")
    count = 0
    for order_id in due.values_list("pk", flat=True):
        part = lock_part(order_id)
        if part.state != PartState.OFFERED:
            continue
        part.state, part.answered_at = MOVES.check(part.state, "expire").target, now
        part.save(update_fields=["state", "answered_at"])
        event = PartRefused(**_facts(part), reason="")
        emit(event, node_id=part.supplier_id, subject=part.order.number)
        count += 1
    return count


def _answer(part: Part, action: str, *, actor: Principal, now: datetime) -> Part:
    part = lock_part(part.pk)
    move = MOVES.check(part.state, action)
    actor.check(move.permission, path=_path(part))
    part.state, part.answered_at = move.target, now
    part.answered_by_id = actor.user_id
    return part


def _path(part: Part) -> str:
    """Where the actor must hold the right. Raises NotFound for whoever cannot see the place at all."""
    place = Node.objects.filter(pk=part.supplier_id).first()
    if place is None:
        raise NotFound()
    return str(place.path)


def _for(actor: Principal) -> Principal:
    """Orders are confirmed and shipped by the house; the part records who answered for the place."""
    return system_principal(actor.name or "sourcing")


def _facts(part: Part) -> dict[str, Any]:
    return {
        "order_id": part.order_id,
        "number": part.order.number,
        "node_id": part.node_id,
        "supplier_id": part.supplier_id,
    }
