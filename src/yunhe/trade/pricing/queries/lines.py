"""What a partner pays: two statements for any number of lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.errors import UnknownPack
from yunhe.trade.catalog.queries import Factors
from yunhe.trade.pricing.compute import (
    ApplicableList,
    PriceRow,
    Resolution,
    compute_amount,
    in_order,
    resolve,
)
from yunhe.trade.pricing.errors import PriceHidden, PriceMissing
from yunhe.trade.pricing.evidence import seller_of
from yunhe.trade.pricing.queries.explain import AskedLine, PricedLine

_LISTS = """
SELECT pricing_may_price(%(node)s::bigint), l.id, l.code, l.name,
       array_position(place.path_ids, l.node_id), l.node_id = %(node)s::bigint,
       l.level, l.tier, l.priority, lower(l.period), l.channel,
       CASE WHEN l.by_partner
            THEN coalesce((SELECT n.name FROM access_node n WHERE n.id = l.node_id), l.name)
            ELSE '' END
  FROM network_place(%(node)s::bigint) place
  LEFT JOIN pricing_partnerchannel trade ON trade.node_id = %(node)s::bigint
  LEFT JOIN pricing_pricelist l
    ON l.node_id = ANY (place.path_ids) AND l.status = 'published' AND l.period @> %(on)s::date
   AND l.level IN ('', place.level) AND l.tier IN ('', place.tier)
   AND l.channel IN ('', trade.channel) AND l.currency = %(currency)s
   AND (NOT l.by_partner OR (l.node_id = place.path_ids[cardinality(place.path_ids) - 1]
                             AND l.node_id = {seller}))
"""
_ROWS = """
SELECT NULL, sku_id, unit, factor, NULL FROM catalog_units(%(skus)s::bigint[])
UNION ALL
SELECT price_list_id, sku_id, unit, price, min_quantity FROM pricing_price
 WHERE sku_id = ANY (%(skus)s::bigint[]) AND price_list_id = ANY (%(lists)s::bigint[])
   -- IS TRUE keeps the planner from scanning every valid price in the exclusion index
   AND (period @> %(on)s::date) IS TRUE
"""
_FLOORS = """
UNION ALL
SELECT 0, sku_id, '', price, NULL
  FROM pricing_resale_floors(%(node)s::bigint, %(skus)s::bigint[], %(on)s::date, %(currency)s)
"""
FLOOR = 0
# sku id -> list id -> rows valid on the day; under FLOOR the lowest price of a base unit
RowsBySku = dict[int, dict[int, list[PriceRow]]]


def price_lines(
    *,
    node_id: int,
    lines: Sequence[AskedLine],
    on: date,
    currency: str = settings.CURRENCY,
    require: bool = True,
) -> list[PricedLine]:
    """Prices of the lines for a partner on a day, in the order asked. Two statements.

    With `require` a line without a price raises PriceMissing naming every such line (1-based
    `row`); else it comes back with `unit_price` None. Raises PriceHidden when the transaction's user
    may not know the node's prices, NotFound for a node out of scope, UnknownPack for a unit that a
    SKU does not have.
    """
    lists = applicable_lists(node_id, on=on, currency=currency)
    sku_ids = {line.sku_id for line in lines}
    rows, factors = _price_rows(lists, sku_ids, node_id=node_id, on=on, currency=currency)
    _check_units(lines, factors)
    priced = [_price(line, lists, rows.get(line.sku_id, {}), factors, currency) for line in lines]
    if require:
        _check_priced(priced)
    return priced


def applicable_lists(
    node_id: int, *, on: date, currency: str = settings.CURRENCY
) -> tuple[ApplicableList, ...]:
    """Lists that price the node on the day, most specific first. Raises PriceHidden, NotFound."""
    with prepared_cursor() as cursor:
        statement = _LISTS.replace("{seller}", seller_of("%(node)s::bigint"))
        cursor.execute(statement, {"node": node_id, "on": on, "currency": currency})
        found = cursor.fetchall()
    if not found:
        raise NotFound()
    if not found[0][0]:
        raise PriceHidden(_("You can see your own company's prices only."))
    return in_order(ApplicableList(*row[1:]) for row in found if row[1] is not None)


def _price_rows(
    lists: Sequence[ApplicableList], sku_ids: set[int], *, node_id: int, on: date, currency: str
) -> tuple[RowsBySku, dict[int, dict[str, Decimal]]]:
    rows: RowsBySku = {}
    factors: dict[int, dict[str, Decimal]] = {}
    with prepared_cursor() as cursor:
        asked: dict[str, Any] = {
            "skus": list(sku_ids),
            "lists": [one.id for one in lists],
            "on": on,
        }
        if any(one.keeper for one in lists):
            cursor.execute(_ROWS + _FLOORS, asked | {"node": node_id, "currency": currency})
        else:
            cursor.execute(_ROWS, asked)
        for list_id, sku_id, unit, number, minimum in cursor.fetchall():
            if list_id is None:
                factors.setdefault(sku_id, {})[unit] = number
            else:
                row = PriceRow(unit, minimum, number)
                rows.setdefault(sku_id, {}).setdefault(list_id, []).append(row)
    return rows, factors


def _check_units(lines: Sequence[AskedLine], factors: Factors) -> None:
    faults = [
        {
            "row": at,
            "sku_id": line.sku_id,
            "message": str(
                _("This product is not sold in the unit “%(unit)s”.") % {"unit": line.unit}
            ),
        }
        for at, line in enumerate(lines, start=1)
        if line.unit not in factors.get(line.sku_id, {})
    ]
    if faults:
        raise UnknownPack(_("Some lines name a unit that the product does not have."), rows=faults)


def _price(
    line: AskedLine,
    lists: Sequence[ApplicableList],
    rows: dict[int, list[PriceRow]],
    factors: Factors,
    currency: str,
) -> PricedLine:
    units = factors[line.sku_id]
    floor = rows[FLOOR][0].price if FLOOR in rows else None
    found: Resolution = resolve(
        lists, rows, units, unit=line.unit, quantity=line.quantity, floor=floor
    )
    amount = (
        None
        if found.unit_price is None
        else compute_amount(found.unit_price, line.quantity, currency)
    )
    return PricedLine(
        sku_id=line.sku_id,
        unit=line.unit,
        quantity=line.quantity,
        base_quantity=line.quantity * units[line.unit],
        currency=currency,
        unit_price=found.unit_price,
        amount=amount,
        resolution=found,
    )


def _check_priced(priced: Sequence[PricedLine]) -> None:
    faults = [
        {"row": at, "sku_id": line.sku_id, "unit": line.unit, "message": line.why}
        for at, line in enumerate(priced, start=1)
        if line.unit_price is None
    ]
    if faults:
        raise PriceMissing(_("Some lines have no price."), rows=faults)
