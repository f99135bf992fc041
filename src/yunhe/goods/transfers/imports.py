"""Files of safety stock: a line for each product of a partner."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.permissions import SAFETY
from yunhe.goods.transfers.services import set_safety
from yunhe.platform.access.models import Node
from yunhe.platform.intake.declarations import Batch, Field, ImportType, Kind, Rule, register
from yunhe.trade.sales.bounds import MOST_UNITS
from yunhe.trade.sales.fields import FIELDS as SALES_FIELDS
from yunhe.trade.sales.imports import COUNTED, LINE_RULES
from yunhe.trade.sales.imports import LOOKUPS as SALES_LOOKUPS

_SHARED = {field.name: field for field in SALES_FIELDS}
_NAMED = (
    "SELECT coalesce(store_id, %s), sku_id, base_quantity FROM {table} WHERE {span} ORDER BY row"
)


def post_safety(batch: Batch) -> int:
    """What a line names is set; products that no line names keep theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED.format(table=batch.table, span=batch.span), [batch.node_id])
        rows = cursor.fetchall()
    named: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for node_id, sku_id, quantity in rows:
        named[node_id][sku_id] = quantity
    nodes = Node.objects.in_bulk(named)
    for node_id in sorted(named):
        set_safety(nodes[node_id], named[node_id], actor=batch.actor)
    return batch.rows


SAFETY_STOCK: Any = register(
    ImportType(
        code="safety_stock",
        label=_("safety stock"),
        help=_("One line per product: partner, product, quantity; 0 takes a safety stock away."),
        permission=SAFETY,
        fields=(
            _SHARED["store"],
            _SHARED["item"],
            _SHARED["gtin"],
            Field(
                name="quantity",
                label=_("safety stock"),
                kind=Kind.NUMBER,
                required=True,
                scale=3,
                aliases=("quantity", "safety stock", "minimum", "安全库存", "最低库存", "数量"),
            ),
            _SHARED["unit"],
        ),
        lookups=tuple(lookup for lookup in SALES_LOOKUPS if lookup.code != "unknown_customer"),
        derived=COUNTED,
        rules=(
            *(rule for rule in LINE_RULES if rule.field != "on"),
            Rule(
                code="out_of_range",
                field="quantity",
                bad=(
                    '"quantity" < 0 OR base_quantity >'
                    f' {MOST_UNITS} OR "quantity" IS NOT NULL AND base_quantity IS NULL'
                ),
                message=_("Quantity “%(value)s” is out of range in base units."),
            ),
        ),
        requires=(("item", "gtin"),),
        keys=(("store", "sku_id"), ("sku_id",)),
        post=post_safety,
    )
)
