"""Price lists and their rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.models import Approval
from yunhe.trade.pricing.choices import CHANGE_KIND
from yunhe.trade.pricing.models import Price, PriceList

# What is asked for about a list, as far as the reader sees the request; NULL when nothing is.
_WAITING = Subquery(
    Approval.objects.filter(
        kind=CHANGE_KIND,
        state=ApprovalState.OPEN,
        subject_id=Concat(Value("list:"), Cast(OuterRef("pk"), CharField())),
    ).values("facts__action")[:1]
)


def list_price_lists() -> QuerySet[PriceList]:
    """Price lists in scope with their node, number of rows and what waits for approval, by code."""
    return (
        PriceList.objects.select_related("node")
        .annotate(row_count=Count("prices"), waiting=_WAITING)
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


def own_lists(node_id: int) -> QuerySet[PriceList]:
    """The lists that a partner keeps for those who order from it, the latest first."""
    return list_price_lists().filter(by_partner=True, node_id=node_id).order_by("-pk")


def resale_floors(
    node_id: int, sku_ids: Collection[int], *, on: date, currency: str
) -> dict[int, Decimal]:
    """SKU → the lowest price of a base unit at which a partner may sell on. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku_id, price FROM pricing_resale_floors(%s, %s::bigint[], %s, %s)",
            [node_id, list(sku_ids), on, currency],
        )
        return dict(cursor.fetchall())
