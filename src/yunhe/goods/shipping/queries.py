"""Reads of shipping."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Claim, Package, Shipment, ShipmentLine
from yunhe.platform.errors import NotFound
from yunhe.trade.orders.models import Order


def list_shipments() -> QuerySet[Shipment]:
    """Shipments in scope with order, partner and number of packages, newest first."""
    return (
        Shipment.objects.select_related("order", "node")
        .annotate(package_count=Count("packages"))
        .order_by("-id")
    )


def shipment_for(shipment_id: int) -> Shipment:
    """One shipment. Raises NotFound out of scope."""
    found = list_shipments().filter(pk=shipment_id).first()
    if found is None:
        raise NotFound()
    return found


def lines_of(shipment: Shipment) -> QuerySet[ShipmentLine]:
    """The lines with their products, in the order's sequence."""
    return shipment.lines.select_related("line__sku").order_by("line__row")


def packages_of(shipment: Shipment) -> QuerySet[Package]:
    return shipment.packages.order_by("position")


def list_claims() -> QuerySet[Claim]:
    """Claims in scope, newest first."""
    return Claim.objects.select_related("shipment", "node", "photo").order_by("-id")


def planned_of(order: Order) -> dict[int, Decimal]:
    """Order line id -> base units in shipments that have not left yet."""
    rows = (
        ShipmentLine.objects.filter(
            shipment__order=order,
            shipment__status__in=(ShipmentStatus.PICKING, ShipmentStatus.PACKED),
        )
        .values_list("line_id")
        .annotate(total=Sum("quantity"))
        .order_by()
    )
    return dict(rows)
