"""Write the lines of a placed order anew: what changed, what was added, what is gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

import orjson
from django.db import connection

from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services.placing import lines_json, refuse_inactive
from yunhe.trade.pricing.queries import PricedLine

_ADD = """
INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
                              base_quantity, unit_price, amount, rule, shipped, replaces_id)
SELECT %(order)s, %(node)s, %(supplier)s, l.row + %(after)s, l.sku_id, l.unit, l.quantity, l.base,
       l.price, l.amount, l.rule, 0, %(replaces)s::bigint
  FROM jsonb_to_recordset(%(lines)s) AS l (row int, sku_id bigint, unit text, quantity numeric,
           base numeric, price numeric, amount numeric, rule jsonb)
  JOIN catalog_sku s ON s.id = l.sku_id AND s.status IN ('active', 'phase_out')
"""
_CHANGE = """
UPDATE orders_orderline l
   SET quantity = c.quantity, base_quantity = c.base, unit_price = c.price, amount = c.amount,
       rule = c.rule
  FROM jsonb_to_recordset(%s) AS c (id bigint, quantity numeric, base numeric, price numeric,
           amount numeric, rule jsonb)
 WHERE l.id = c.id
"""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a written line becomes."""

    line: OrderLine
    quantity: Decimal
    base_quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    rule: Mapping[str, Any]

    @classmethod
    def of(cls, line: OrderLine) -> Self:
        """The line as it stands."""
        return cls(line, line.quantity, line.base_quantity, line.unit_price, line.amount, line.rule)

    def having(self, **changes: Any) -> Self:
        return replace(self, **changes)


def rewrite_lines(rows: Sequence[Rewritten]) -> None:
    """One statement for any number of lines, none without any."""
    if not rows:
        return
    written = [
        {
            "id": row.line.pk,
            "quantity": row.quantity,
            "base": row.base_quantity,
            "price": row.unit_price,
            "amount": row.amount,
            "rule": row.rule,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, [orjson.dumps(written, default=str).decode()])


def delete_lines(ids: Collection[int]) -> None:
    """Take lines out that nothing was shipped of."""
    if ids:
        OrderLine.objects.filter(pk__in=ids)._raw_delete(OrderLine.objects.db)


def add_lines(
    order: Order, priced: Sequence[PricedLine], *, after: int, replaces: int | None = None
) -> None:
    """Write further lines with rows above `after`. Raises LinesRefused for goods not on sale."""
    values = {
        "order": order.pk,
        "node": order.node_id,
        "supplier": order.supplier_id,
        "after": after,
        "replaces": replaces,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values | {"lines": lines_json(priced)})
        if cursor.rowcount != len(priced):
            refuse_inactive(priced)
