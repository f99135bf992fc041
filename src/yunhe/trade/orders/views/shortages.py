"""What is short while an order is being written: how much is there, since when more, what instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yunhe.goods.schedule.queries import promise_dates
from yunhe.goods.stock.queries import available
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus


@dataclass(frozen=True)
class Shortage:
    """`available` base units now; `expected` the first day on which all can be promised (None: not
    planned); `instead` another size of the product, or its successor, that is there."""

    available: Decimal
    expected: date | None
    instead: Sku | None


def shortages_of(
    supplier_id: int | None, wanted: Mapping[int, Decimal], *, on: date
) -> dict[int, Shortage]:
    """SKU id -> what is short of it; what there is enough of is absent.

    Two statements when nothing is short, ten otherwise, whatever the number of SKUs.
    """
    if supplier_id is None or not wanted:
        return {}
    there = available(supplier_id, wanted)
    short = {sku: quantity for sku, quantity in wanted.items() if quantity > there[sku]}
    if not short:
        return {}
    days = promise_dates(supplier_id, short, on)
    others = _instead_of(supplier_id, short)
    return {
        sku: Shortage(max(there[sku], Decimal(0)), days.get(sku), others.get(sku)) for sku in short
    }


def _instead_of(supplier_id: int, short: Mapping[int, Decimal]) -> dict[int, Sku]:
    """The successor before other sizes, of both only what is there in the quantity asked for."""
    lacking = Sku.objects.in_bulk(list(short))
    successors = {sku.replaced_by_id for sku in lacking.values() if sku.replaced_by_id}
    products = {sku.product_id for sku in lacking.values()}
    others = [
        *orderable_skus().filter(pk__in=successors),
        *orderable_skus().filter(product__in=products).exclude(pk__in=short),
    ]
    there = available(supplier_id, [sku.pk for sku in others]) if others else {}
    found: dict[int, Sku] = {}
    for sku_id, quantity in short.items():
        lack = lacking[sku_id]
        fits = [
            other
            for other in others
            if other.pk != sku_id
            and (other.pk == lack.replaced_by_id or other.product_id == lack.product_id)
            and there[other.pk] >= quantity
        ]
        if fits:
            found[sku_id] = min(
                fits, key=lambda other: (other.pk != lack.replaced_by_id, other.code)
            )
    return found
