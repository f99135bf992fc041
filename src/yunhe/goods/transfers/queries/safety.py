"""Reads of safety stock, and what it could be by the sales of the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yunhe.goods.stock.models import StockBalance
from yunhe.goods.transfers.compute import SAFETY_WINDOW_DAYS, compute_safety
from yunhe.goods.transfers.models import SafetyStock
from yunhe.platform.access.models import Node
from yunhe.trade.catalog.models import Sku

_SOLD = """
SELECT sku_id, sum(sold), sum(sold * sold)
  FROM (SELECT sku_id, greatest(sum(quantity), 0) AS sold
          FROM sales_salesfact
         WHERE node_id = %(node)s AND flow IN ('sell_through', 'sell_out')
           AND "on" > %(since)s AND "on" <= %(on)s
         GROUP BY sku_id, "on") d
 GROUP BY sku_id HAVING sum(sold) > 0
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """How seldom a product may run out between order and arrival, and how long that takes."""

    service: Decimal
    lead_days: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product that a partner sells: a day's mean sales, its safety stock now (0: none), and by `Wish`."""

    sku: Sku
    daily: Decimal
    present: Decimal
    suggested: Decimal

    @property
    def pk(self) -> int:
        return self.sku.pk


def list_safety() -> QuerySet[SafetyStock]:
    """Safety stocks in scope with partner, product and what is `on_hand`."""
    held = StockBalance.objects.filter(
        node=OuterRef("node"), sku=OuterRef("sku"), status="available"
    )
    there = Coalesce(Subquery(held.values("quantity")[:1]), Decimal(0))
    rows = SafetyStock.objects.select_related("node", "sku").annotate(on_hand=there)
    compared = rows.annotate(above=F("on_hand") - F("quantity"))
    return compared.order_by("node__path", "sku__name", "pk")


def suggest_safety(node: Node, wish: Wish, *, on: date) -> list[Suggestion]:
    """For every product that the partner sold in the last eight weeks, by name. Three statements."""
    values: dict[str, Any] = {
        "node": node.pk,
        "since": on - timedelta(days=SAFETY_WINDOW_DAYS),
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, values)
        sold = {sku_id: (total, squares) for sku_id, total, squares in cursor.fetchall()}
    present = dict(
        SafetyStock.objects.filter(node=node, sku__in=sold).values_list("sku_id", "quantity")
    )
    return [
        Suggestion(
            sku,
            (sold[sku.pk][0] / SAFETY_WINDOW_DAYS).quantize(Decimal("0.1")),
            present.get(sku.pk, Decimal(0)),
            compute_safety(*sold[sku.pk], service=wish.service, lead_days=wish.lead_days),
        )
        for sku in Sku.objects.filter(pk__in=sold).order_by("name", "pk")
    ]
