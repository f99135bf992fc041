"""Price lists and their rows."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, QuerySet

from yunhe.trade.pricing.models import Price, PriceList


def list_price_lists() -> QuerySet[PriceList]:
    """Price lists in scope with their node and number of rows, by code."""
    return (
        PriceList.objects.select_related("node")
        .annotate(row_count=Count("prices"))
        .order_by("code")
    )


def prices_of(price_list: PriceList) -> QuerySet[Price]:
    """Rows of a list by SKU, unit, minimum and day."""
    return (
        Price.objects.filter(price_list=price_list)
        .select_related("sku")
        .order_by("sku__code", "unit", "min_quantity", "period")
    )


def prices_on(price_list: PriceList, day: date) -> QuerySet[Price]:
    """Rows of a list that are valid on a day."""
    return prices_of(price_list).filter(period__contains=day)
