"""What sourcing does by itself: pass on what was refused, watch deadlines, credit who served, tell people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.events import PromiseMoved
from yunhe.platform.access.models import Grant
from yunhe.platform.access.permissions import all_permissions
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.registry import job
from yunhe.platform.notifications.kinds import declare_kind
from yunhe.platform.notifications.services import notify
from yunhe.platform.workflow.events import ApprovalApproved
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.choices import Approval
from yunhe.trade.orders.events import OrderFact, OrderReceived, OrderShipped, OrderStocked
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.permissions import SPLIT, VIEW_OWN
from yunhe.trade.orders.queries import order_of
from yunhe.trade.orders.services.approving import KIND
from yunhe.trade.sourcing.choices import PartState
from yunhe.trade.sourcing.events import PartOffered, PartRefused
from yunhe.trade.sourcing.models import Part
from yunhe.trade.sourcing.permissions import SERVE
from yunhe.trade.sourcing.services import (
    confirm_approved,
    credit_shipment,
    expire_due,
    pass_on,
    take_back_missing,
)

OFFERED = declare_kind("sourcing.offered", _("An order is to be served"), email=True)
MOVED = declare_kind("sourcing.promise", _("A promised day changed"), email=True)
REFUSED = declare_kind("sourcing.refused", _("A dealer refused an order"))


@job(
    name="sourcing.deadlines",
    title=_("Take back orders that dealers did not answer"),
    reason="parts of all dealers are watched together",
    cron="*/10 * * * *",
)
def deadlines(progress: Any, *, actor: Principal) -> int:
    """Every ten minutes."""
    with transaction.atomic():
        return expire_due(actor=actor, now=timezone.now())


@listen(PartOffered)
def tell_dealer(event: PartOffered, *, actor: Principal) -> None:
    """The people who serve orders for the place."""
    notify(
        _people(SERVE, [event.supplier_id]),
        kind=OFFERED,
        title=format_lazy(_("Order {number} is to be served by you"), number=event.number),
        body=_("Accept or refuse it within the time given."),
        url=reverse("sourcing_portal:part", args=[event.order_id]),
        dedupe_key=f"part offered:{event.order_id}",
    )


@listen(PartRefused)
def ask_others(event: PartRefused, *, actor: Principal) -> None:
    """Other places serve the part, or it is cancelled; headquarters reads which."""
    _ask_others(event.order_id, actor=actor)


@listen(ApprovalApproved, only=lambda event: event.kind == KIND)
def go_on(event: ApprovalApproved, *, actor: Principal) -> None:
    """A part that was answered while it waited for approval is confirmed, or others are asked."""
    part = Part.objects.filter(pk=int(event.subject_id)).first()
    if part is None:
        return
    confirm_approved(part, actor=actor, now=timezone.now())
    if part.state in (PartState.REFUSED, PartState.EXPIRED):
        _ask_others(part.pk, actor=actor)


def _ask_others(order_id: int, *, actor: Principal) -> None:
    now = timezone.now()
    [order] = lock_orders([order_id])
    if order.approval == Approval.PENDING:
        return
    with transaction.atomic():
        parts = pass_on(order, actor=actor, now=now)
    order.refresh_from_db()
    body = (
        format_lazy(
            _("Now served from {places}."), places=", ".join(str(p.supplier) for p in parts)
        )
        if parts
        else _("No other place has the goods: that part is cancelled.")
    )
    notify(
        _people(SPLIT, None),
        kind=REFUSED,
        title=format_lazy(_("Order {number} was refused by its dealer"), number=order.number),
        body=body,
        url=reverse("orders:detail", args=[order.parent_id or order.pk]),
        dedupe_key=f"part refused:{order_id}",
    )


def _ours(event: OrderFact) -> bool:
    return not event.between_partners


@listen(OrderShipped, only=_ours)
def credit_server(event: OrderShipped, *, actor: Principal) -> None:
    """A dealer that served the shipment from its own stock is credited for it."""
    credit_shipment(
        event.order_id,
        shipment=event.shipment,
        moved=event.lines,
        on=event.on,
        actor=actor,
        now=timezone.now(),
    )


def _misses(event: OrderReceived) -> bool:
    return _ours(event) and bool(event.missing)


@listen(OrderReceived, only=_misses)
def charge_missing(event: OrderReceived, *, actor: Principal) -> None:
    """What the dealer served and the partner did not get is taken back."""
    take_back_missing(
        event.order_id, missing=event.missing, on=event.on, actor=actor, now=timezone.now()
    )


@listen(PromiseMoved)
def tell_moved(event: PromiseMoved, *, actor: Principal) -> None:
    """Whoever was promised the goods reads the new day."""
    order = order_of(event.ref)
    if order is None or event.partner_id is None:
        return
    product = Sku.objects.get(pk=event.sku_id)
    words = {"number": order.number, "product": product.name, "day": event.on}
    body = (
        format_lazy(_("{product} now comes on {day}."), **words)
        if event.on
        else format_lazy(_("No production covers {product} at the moment."), **words)
    )
    notify(
        _people(VIEW_OWN, [event.partner_id]),
        kind=MOVED,
        title=format_lazy(_("The promised day of order {number} has changed"), **words),
        body=body,
        url=reverse("orders_portal:detail", args=[order.pk]),
        dedupe_key=f"promise:{event.ref}:{event.sku_id}:{event.on}",
    )


@listen(OrderStocked)
def tell_stocked(event: OrderStocked, *, actor: Principal) -> None:
    """Whoever waited reads that the goods are there."""
    notify(
        _people(VIEW_OWN, [event.node_id]),
        kind=MOVED,
        title=format_lazy(_("The goods of order {number} are produced"), number=event.number),
        body=_("They are reserved for you and will be shipped."),
        url=reverse("orders_portal:detail", args=[event.order_id]),
        dedupe_key=f"stocked:{event.order_id}",
    )


def _people(permission: str, node_ids: Iterable[int] | None) -> list[int]:
    """Who holds the permission by a role, on these nodes or anywhere."""
    roles = next(each.roles for each in all_permissions() if each.code == permission)
    grants = Grant.objects.filter(role__in=roles)
    if node_ids is not None:
        grants = grants.filter(node_id__in=node_ids)
    return sorted(grants.values_list("user_id", flat=True).distinct())
