"""Orders above an amount wait for approval: the chains are platform/workflow's."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import level_of
from yunhe.platform.access.principal import Principal, system_principal
from yunhe.platform.language import Text
from yunhe.platform.ui.formatting import money
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.models import Approval as Request
from yunhe.platform.workflow.services import (
    needs_more,
    restate_amount,
    start_approval,
    withdraw_approval,
)
from yunhe.trade.orders.choices import Approval, OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services.steps import record_moves

if TYPE_CHECKING:
    from django.db.models import QuerySet

KIND = "orders.order"


def ask_approval(order: Order, *, actor: Principal, now: datetime, reason: Text = "") -> Order:
    """Start the chain that applies to a submitted order, if any; it cannot be confirmed until then.

    Who placed the order decides as little as who asks. What one partner sells another is for the
    seller to decide.
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
        level=level_of(order.node_id),
        reason=reason,
        kept_out=[order.created_by_id] if order.created_by_id else [],
        requested_by=actor,
        now=now,
    )
    if request is not None:
        order.approval = Approval.PENDING
        Order.objects.filter(pk=order.pk).update(approval=Approval.PENDING)
    return order


def drop_approval(order: Order, *, now: datetime) -> None:
    """Take back a request that still waits, because the order it asked for is no more."""
    waits = order.approval == Approval.PENDING
    if order.approval:
        order.approval = ""
        Order.objects.filter(pk=order.pk).update(approval="")
    if waits:
        for request in _requests(order.pk, ApprovalState.OPEN):
            withdraw_approval(request, actor=system_principal("orders"), now=now)


def reconsider_approval(
    order: Order, *, before: Decimal, changed: Order, actor: Principal, now: datetime
) -> None:
    """Ask anew for a submitted part whose amount another part's change altered, when that needs more
    than was agreed or is being asked; else what was agreed or is asked stands.

    A request that stands is told the new amount. Raises NoApprover.
    """
    if order.status != OrderStatus.SUBMITTED or order.between_partners:
        return
    reason = format_lazy(
        _("Its amount went from {before} to {after} when part {number} was changed."),
        before=money(before, order.currency),
        after=money(order.total, order.currency),
        number=changed.number,
    )
    covered = _covering(order)
    if needs_more(
        covered,
        subject_kind=KIND,
        node_id=order.node_id,
        amount=order.total,
        level=level_of(order.node_id),
    ):
        drop_approval(order, now=now)
        ask_approval(order, reason=reason, actor=actor, now=now)
        record_moves([order], "ask_again", order.status, actor=actor, now=now, note=reason)
    elif covered is not None and order.approval == Approval.PENDING:
        restate_amount(covered, amount=order.total, reason=reason)


def _covering(order: Order) -> Request | None:
    """The request by which a part waits or is approved: its own, else the whole order's."""
    if order.approval == Approval.PENDING:
        return _requests(order.pk, ApprovalState.OPEN).first()
    if order.approval == Approval.APPROVED:
        own = _requests(order.pk, ApprovalState.APPROVED).first()
        return own or _requests(order.parent_id, ApprovalState.APPROVED).first()
    return None


def _requests(order_id: int | None, state: ApprovalState) -> QuerySet[Request]:
    """The latest first."""
    found = Request.objects.filter(kind=KIND, subject_id=str(order_id), state=state)
    return found.order_by("-pk")
