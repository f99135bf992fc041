"""What becomes of an order when its approval is settled."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval as Request
from yunhe.platform.workflow.services.moving import reason_of
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.errors import IllegalMove
from yunhe.trade.orders.events import OrderReopened
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services.approving import KIND
from yunhe.trade.orders.services.deciding import cancel_order
from yunhe.trade.orders.services.family import lock_family
from yunhe.trade.orders.services.holding import let_go
from yunhe.trade.orders.services.steps import facts_of, record_moves


def _lock(subject_id: str) -> None:
    """The order with all other parts of its split order, as whoever changes one of them."""
    order = Order.objects.get(pk=int(subject_id))
    lock_family(order)
    lock_orders([order.pk])


def _approved(request: Request, *, actor: Principal, now: datetime) -> None:
    [order] = lock_orders([int(request.subject_id)])
    order.approval = Approval.APPROVED
    order.save(update_fields=["approval"])
    record_moves([order], "approve", order.status, actor=actor, now=now)


def _rejected(request: Request, *, actor: Principal, now: datetime) -> None:
    """Back to draft, holding nothing. A part of a split order is no draft by itself: it is cancelled."""
    [order] = lock_orders([int(request.subject_id)])
    if order.status != OrderStatus.SUBMITTED:
        return
    reason = reason_of(request)
    if order.parent_id is None:
        _back_to_draft(order, "reject", note=reason, actor=actor, now=now)
        return
    record_moves([order], "reject", order.status, actor=actor, now=now, note=reason)
    # nobody asked for what follows: whoever refused may decide what it sends back to approval
    system = system_principal("approval")
    cancel_order(order, reason=_("Approval refused"), actor=system, now=now)


def _withdrawn(request: Request, *, actor: Principal, now: datetime) -> None:
    """Who asked takes the request back: the order is a draft again. Nothing when its own change did."""
    [order] = lock_orders([int(request.subject_id)])
    if order.approval != Approval.PENDING or order.status != OrderStatus.SUBMITTED:
        return
    if order.parent_id is not None:
        raise IllegalMove(
            _("A part of a split order is no draft by itself: cancel the part instead.")
        )
    _back_to_draft(order, "reopen", note=reason_of(request), actor=actor, now=now)


def _back_to_draft(
    order: Order, action: str, *, note: str, actor: Principal, now: datetime
) -> None:
    let_go(order)
    order.approval = ""
    order.save(update_fields=["approval"])
    record_moves([order], action, OrderStatus.DRAFT, actor=actor, now=now, note=note)
    event = OrderReopened(**facts_of(order), was=OrderStatus.SUBMITTED)
    emit(event, node_id=order.node_id, subject=order.number)


register_kind(
    ApprovalKind(
        KIND,
        gettext_lazy("Order"),
        on_approved=_approved,
        on_rejected=_rejected,
        on_withdrawn=_withdrawn,
        lock=_lock,
    )
)
