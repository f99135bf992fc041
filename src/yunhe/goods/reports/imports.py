"""Stock files: one line per product counted."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import ReportSource
from yunhe.goods.reports.permissions import REPORT
from yunhe.goods.reports.services import record_report
from yunhe.platform.intake.declarations import Batch, Field, ImportType, Kind, Rule, register
from yunhe.trade.sales.bounds import MOST_UNITS
from yunhe.trade.sales.fields import FIELDS as SALES_FIELDS
from yunhe.trade.sales.imports import COUNTED, LINE_RULES
from yunhe.trade.sales.imports import LOOKUPS as SALES_LOOKUPS

_SHARED = {field.name: field for field in SALES_FIELDS}
FIELDS = (
    Field(
        name="on",
        label=_("count date"),
        kind=Kind.DATE,
        required=True,
        aliases=("date", "count date", "stock date", "日期", "盘点日期", "库存日期"),
    ),
    _SHARED["store"],
    _SHARED["item"],
    _SHARED["gtin"],
    Field(
        name="quantity",
        label=_("quantity counted"),
        kind=Kind.NUMBER,
        required=True,
        scale=3,
        aliases=("quantity", "qty", "stock", "counted", "数量", "库存数量", "实盘数量", "结存"),
    ),
    _SHARED["unit"],
)
RULES = (
    *LINE_RULES,
    Rule(
        code="too_large",
        field="quantity",
        bad=(f'"quantity" IS NOT NULL AND base_quantity IS NULL OR base_quantity > {MOST_UNITS}'),
        message=_("Quantity “%(value)s” is out of range in base units."),
    ),
    Rule(
        code="below_zero",
        field="quantity",
        bad='"quantity" < 0',
        message=_("A count cannot be below zero."),
    ),
)
_COUNTED = """
SELECT coalesce(store_id, %s) AS node_id, "on", sku_id, sum(base_quantity)
  FROM {table} WHERE {span} GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
"""


def post_counts(batch: Batch) -> int:
    """Each partner and day of the batch is a report, submitted at once."""
    statement = _COUNTED.format(table=batch.table, span=batch.span)
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch.node_id])
        rows = cursor.fetchall()
    counts: dict[tuple[Any, Any], dict[int, Any]] = {}
    for node_id, on, sku_id, quantity in rows:
        counts.setdefault((on, node_id), {})[sku_id] = quantity
    for (on, node_id), counted in counts.items():
        record_report(
            node_id,
            counted,
            on=on,
            key=f"file:{batch.import_id}:{batch.first}:{on}",
            source=ReportSource.FILE,
            actor=batch.actor,
            now=batch.now,
        )
    return batch.rows


STOCK: Any = register(
    ImportType(
        code="stock_reports",
        label=_("stock counts"),
        help=_("One line per product counted: date, partner, product, quantity."),
        permission=REPORT,
        fields=FIELDS,
        lookups=tuple(lookup for lookup in SALES_LOOKUPS if lookup.code != "unknown_customer"),
        derived=COUNTED,
        rules=RULES,
        requires=(("item", "gtin"),),
        # by product, not by what it is called: a product counted twice in one report waits
        keys=(("store", "on", "sku_id"), ("on", "sku_id")),
        total="base_quantity",
        post=post_counts,
    )
)
