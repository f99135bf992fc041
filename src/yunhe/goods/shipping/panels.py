"""The way of an order, from the order to the receipt, on its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.models import Promise
from yunhe.goods.schedule.queries import promises_of, started_for
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.compute import Journey, compute_stages
from yunhe.goods.shipping.models import Shipment, TrackingEvent
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.views import TemplatePanel
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.panels import register_panel
from yunhe.trade.orders.queries import steps_of

LABELS: dict[str, tuple[Text, str]] = {
    "placed": (_("Order placed"), "send"),
    "confirmed": (_("Confirmed"), "check"),
    "started": (_("In production"), "building-factory"),
    "made": (_("Made and in stock"), "building-warehouse"),
    "picking": (_("Being picked"), "list"),
    "packed": (_("Packed"), "package"),
    "shipped": (_("Handed over to the carrier"), "truck-delivery"),
    "out": (_("Out for delivery"), "map-pin"),
    "received": (_("Received"), "package-import"),
}
SHOWN = 10


def journey_of(order: Order) -> Journey:
    """What is known of the order's way. Five statements."""
    done: dict[str, datetime] = {}
    for step in steps_of(order):
        done[step.action] = timezone.localtime(step.at)
    promises = list(promises_of([order.ref]))
    shipments = list(Shipment.objects.filter(order=order).exclude(status=ShipmentStatus.CANCELLED))
    out = TrackingEvent.objects.filter(shipment__order=order, out=True).order_by("at").first()
    left = order.status in (OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.CLOSED)
    return Journey(
        placed=done.get("submit") or done.get("dispatch"),
        confirmed=done.get("confirm") or (done.get("dispatch") if _sure(order) else None),
        wanted=order.wanted_on,
        waits=order.awaiting,
        started=_local(started_for(promises)),
        made=None if order.awaiting else done.get("stocked"),
        promised=_last(promises, "on"),
        first_promised=_last(promises, "first_on"),
        picking=_local(min((s.created_at for s in shipments), default=None)),
        packed=_all([s.packed_at for s in shipments]),
        shipped=done.get("ship") if left else None,
        out=_local(out.at if out else None),
        received=done.get("receive"),
    )


def _sure(order: Order) -> bool:
    """Whether a part was confirmed already when it was assigned to its place."""
    return order.parent_id is not None and order.status not in (
        OrderStatus.DRAFT,
        OrderStatus.SUBMITTED,
        OrderStatus.CANCELLED,
    )


def _last(promises: list[Promise], field: str) -> Any:
    days = [getattr(promise, field) for promise in promises]
    return None if not days or None in days else max(days)


def _all(moments: list[datetime | None]) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return _local(max(known)) if known and len(known) == len(moments) else None


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)


class Way(TemplatePanel):
    """Planned and actual days of every step, and what carriers told."""

    title, icon, template_name = _("The way of the goods"), "route", "shipping/way.html"

    def shown(self) -> bool:
        return self.record.status not in (
            OrderStatus.DRAFT,
            OrderStatus.CANCELLED,
            OrderStatus.SPLIT,
        )

    def context(self) -> dict[str, Any]:
        today = timezone.localdate(self.view.now)
        stages = [
            {"stage": stage, "label": LABELS[stage.code][0], "icon": LABELS[stage.code][1]}
            for stage in compute_stages(journey_of(self.record), today=today)
        ]
        events = TrackingEvent.objects.filter(shipment__order=self.record)
        told = events.select_related("shipment").order_by("-at", "-pk")[:SHOWN]
        return {"stages": stages, "told": told}


register_panel(Way, order=5)
