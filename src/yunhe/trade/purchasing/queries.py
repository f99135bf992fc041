"""Reads of purchase orders."""

from __future__ import annotations

from django.db.models import QuerySet

from yunhe.trade.orders.models import Order
from yunhe.trade.purchasing.models import PurchaseLine, PurchaseOrder, SupplierLink


def list_purchases() -> QuerySet[PurchaseOrder]:
    """Purchase orders in scope with order, place and message, newest first."""
    return PurchaseOrder.objects.select_related("order", "node", "message").order_by("-pk")


def list_links() -> QuerySet[SupplierLink]:
    """Supply places that are connected to a supplier's system."""
    return SupplierLink.objects.select_related("node").order_by("node__code")


def lines_of(purchase: PurchaseOrder) -> QuerySet[PurchaseLine]:
    """The lines with their products."""
    return purchase.lines.select_related("sku").order_by("row")


def purchase_of(order: Order) -> PurchaseOrder | None:
    """The purchase order of an order, if it has one."""
    return list_purchases().filter(order=order).first()
