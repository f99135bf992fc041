"""Orders above an amount wait for approval: the chains are platform/workflow's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval as Request
from yunhe.platform.workflow.services import start_approval, withdraw_approval
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.events import OrderReopened
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services.holding import let_go
from yunhe.trade.orders.services.steps import facts_of, record_moves

if TYPE_CHECKING:
    from django.db.models import QuerySet


def ask_approval(order: Order, *, actor: Principal, now: datetime) -> Order:
    """Start the chain that applies to a submitted order, if any; it cannot be confirmed until then.

    What one partner sells another is for the seller to decide.
    """
    if order.between_partners:
        return order
    request = start_approval(
        subject_kind=KIND,
        subject_id=order.pk,
        title=format_lazy(_("Order {number}"), number=order.number),
        url=order.get_absolute_url(),
        portal_url=reverse("orders_portal:detail", args=[order.pk]),
        node_id=order.node_id,
        amount=order.total,
        currency=order.currency,
        requested_by=actor,
        now=now,
    )
    if request is not None:
        order.approval = Approval.PENDING
        Order.objects.filter(pk=order.pk).update(approval=Approval.PENDING)
    return order


def drop_approval(order: Order, *, now: datetime) -> None:
    """Take back a request that still waits, because the order it asked for is no more."""
    if order.approval == Approval.PENDING:
        for request in _open(order):
            withdraw_approval(request, actor=system_principal("orders"), now=now)
    if order.approval:
        order.approval = ""
        Order.objects.filter(pk=order.pk).update(approval="")


def _open(order: Order) -> QuerySet[Request]:
    return Request.objects.filter(
        kind=KIND, subject_id=str(order.pk), state=ApprovalState.OPEN
    ).order_by("pk")


def _approved(request: Request, *, actor: Principal, now: datetime) -> None:
    [order] = lock_orders([int(request.subject_id)])
    order.approval = Approval.APPROVED
    order.save(update_fields=["approval"])
    record_moves([order], "approve", order.status, actor=actor, now=now)


def _rejected(request: Request, *, actor: Principal, now: datetime) -> None:
    """Back to draft, holding nothing."""
    [order] = lock_orders([int(request.subject_id)])
    if order.status != OrderStatus.SUBMITTED:
        return
    let_go(order)
    order.approval = ""
    order.save(update_fields=["approval"])
    record_moves([order], "reject", OrderStatus.DRAFT, actor=actor, now=now)
    event = OrderReopened(**facts_of(order), was=OrderStatus.SUBMITTED)
    emit(event, node_id=order.node_id, subject=order.number)


KIND = register_kind(
    ApprovalKind("orders.order", _("Order"), on_approved=_approved, on_rejected=_rejected)
)
