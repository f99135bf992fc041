"""Quota on the way of orders: lines of a scarce SKU hold it under the order's own reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import orjson
from django.utils.translation import gettext as _

from yunhe.goods.allocation.choices import QUOTA
from yunhe.goods.allocation.errors import QuotaShort
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.gates import Asking, Gate, Holds

_IN_FORCE = """
SELECT asked.at, found.sku_id, found.allocation_id
  FROM jsonb_to_recordset(%s::jsonb)
       AS asked (at int, supplier bigint, skus bigint[], day date, ref text)
 CROSS JOIN LATERAL allocation_in_force(asked.supplier, asked.skus, asked.day, asked.ref) found
"""


class QuotaGate(Gate):
    """A SKU with a published allocation is ordered from its supplier within the quota alone.

    A partner that has none gets nothing: the account was never opened. One statement, whatever the number of
    orders.
    """

    code = "allocation"

    def holds(self, asking: Asking) -> Holds:
        return self.holds_many([asking])[0]

    def holds_many(self, askings: Sequence[Asking]) -> list[Holds]:
        return [
            _holds(asking, scarce) for asking, scarce in zip(askings, _scarce(askings), strict=True)
        ]

    def explain(self, error: CapacityExceeded, asking: Asking) -> DomainError:
        available = error.available
        keys = {
            sku_id: f"{allocation_id}:{asking.node_id}"
            for sku_id, allocation_id in _scarce([asking])[0].items()
        }
        short = {sku_id: available[key] for sku_id, key in keys.items() if key in available}
        skus = Sku.objects.in_bulk(short)
        message = _(
            "%(product)s is scarce: %(asked)s %(unit)s ordered, %(available)s of the quota left. "
            "Reduce the line."
        )
        rows = []
        for line in asking.lines:
            if line.sku_id not in short:
                continue
            sku = skus[line.sku_id]
            words = {
                "product": sku.label,
                "asked": to_text(line.base_quantity),
                "available": to_text(short[line.sku_id]),
                "unit": counted(sku.get_base_unit_display(), line.base_quantity),
            }
            rows.append(
                {"row": line.row, "sku_id": line.sku_id, "message": message % words}
                | {name: words[name] for name in ("asked", "available")}
            )
        return QuotaShort(_("Some lines exceed the quota."), rows=rows)


def _holds(asking: Asking, scarce: Mapping[int, int]) -> Holds:
    if not scarce:
        return {}
    wanted = asking.base_quantities()
    amounts: dict[str, Decimal] = {}
    for sku_id, allocation_id in scarce.items():
        key = f"{allocation_id}:{asking.node_id}"
        amounts[key] = amounts.get(key, Decimal(0)) + wanted[sku_id]
    return {QUOTA: amounts}


def _scarce(askings: Sequence[Asking]) -> list[dict[int, int]]:
    """SKU id -> allocation in force at the supplier on the day, for each order. One statement."""
    asked = [
        {
            "at": at,
            "supplier": asking.supplier_id,
            "skus": sorted(asking.sku_ids),
            "day": asking.on,
            "ref": f"order:{asking.order_id}" if asking.order_id else "",
        }
        for at, asking in enumerate(askings)
    ]
    found: list[dict[int, int]] = [{} for _asking in askings]
    with prepared_cursor() as cursor:
        cursor.execute(_IN_FORCE, [orjson.dumps(asked).decode()])
        for at, sku_id, allocation_id in cursor.fetchall():
            found[at][sku_id] = allocation_id
    return found
