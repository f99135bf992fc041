"""What shipping does by itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import cancel_shipment, poll_carriers
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.registry import listen
from yunhe.platform.jobs.registry import job
from yunhe.trade.orders.events import OrderSplit


@job(
    name="shipping.track",
    title=_("Ask carriers where shipments are"),
    reason="shipments of all partners are asked for together",
    retries=1,
    cron="*/10 * * * *",
)
def track(progress: Any, *, actor: Principal) -> int:
    """Every ten minutes; carriers that fail are left alone for a while."""
    with transaction.atomic():
        return poll_carriers(now=timezone.now())


@listen(OrderSplit)
def take_back(event: OrderSplit, *, actor: Principal) -> None:
    """What was being picked of an order that is split is picked anew, part by part."""
    waiting = Shipment.objects.filter(
        order_id=event.order_id, status__in=(ShipmentStatus.PICKING, ShipmentStatus.PACKED)
    )
    for shipment in waiting.order_by("pk"):
        cancel_shipment(shipment, actor=actor, now=timezone.now())
