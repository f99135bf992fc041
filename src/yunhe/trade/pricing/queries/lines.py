"""What partners pay: two statements for any number of partners and lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
SELECT asked.node, pricing_may_price(asked.node), l.id, l.code, l.name,
       array_position(place.path_ids, l.node_id), l.node_id = asked.node,
       l.level, l.tier, l.priority, lower(l.period), l.channel,
       CASE WHEN l.by_partner
            THEN coalesce((SELECT n.name FROM access_node n WHERE n.id = l.node_id), l.name)
            ELSE '' END,
       l.name_en
  FROM {asked}
 CROSS JOIN LATERAL network_place(asked.node) place
  LEFT JOIN pricing_partnerchannel trade ON trade.node_id = asked.node
  LEFT JOIN pricing_pricelist l
    ON l.node_id = ANY (place.path_ids) AND l.status = 'published' AND l.period @> %(on)s::date
   AND l.level IN ('', place.level) AND l.tier IN ('', place.tier)
   AND l.channel IN ('', trade.channel) AND l.currency = %(currency)s
   AND (NOT l.by_partner OR (l.node_id = place.path_ids[cardinality(place.path_ids) - 1]
                             AND l.node_id = {seller}))
"""
# one partner is a constant to the planner, not a set of unknown size: two fifths less work for an order's prices
_ONE = "(SELECT %(node)s::bigint AS node) AS asked"
_MANY = "unnest(%(nodes)s::bigint[]) AS asked (node)"
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
SELECT -asked.node, floor.sku_id, '', floor.price, NULL
  FROM unnest(%(bound)s::bigint[]) AS asked (node)
 CROSS JOIN LATERAL pricing_resale_floors(
       asked.node, %(skus)s::bigint[], %(on)s::date, %(currency)s) floor
"""
# sku id -> list id -> rows valid on the day; under -(node id) the lowest price of a base unit there
RowsBySku = dict[int, dict[int, list[PriceRow]]]


@dataclass(frozen=True)
class PriceBook:
    """What the prices of partners on a day are found in: node id → its lists, and the rows of products."""

    currency: str
    lists: Mapping[int, Sequence[ApplicableList]]
    rows: RowsBySku
    factors: Factors


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
    book = price_book([node_id], {line.sku_id for line in lines}, on=on, currency=currency)
    return prices_from(book, node_id, lines, require=require)


def price_book(
    node_ids: Collection[int],
    sku_ids: Collection[int],
    *,
    on: date,
    currency: str = settings.CURRENCY,
) -> PriceBook:
    """What the prices of these products for these partners are found in. Two statements.

    Raises PriceHidden when the transaction's user may not know the prices of one of the nodes, NotFound
    for one out of scope.
    """
    lists = _lists(node_ids, on=on, currency=currency)
    rows, factors = _price_rows(lists, sku_ids, on=on, currency=currency)
    return PriceBook(currency, lists, rows, factors)


def prices_from(
    book: PriceBook, node_id: int, lines: Sequence[AskedLine], *, require: bool = True
) -> list[PricedLine]:
    """As `price_lines`, from a book that names the partner and the products. No statement."""
    _check_units(lines, book.factors)
    priced = [_price(line, node_id, book) for line in lines]
    if require:
        _check_priced(priced)
    return priced


def applicable_lists(
    node_id: int, *, on: date, currency: str = settings.CURRENCY
) -> Sequence[ApplicableList]:
    """Lists that price the node on the day, most specific first. Raises PriceHidden, NotFound."""
    return _lists([node_id], on=on, currency=currency)[node_id]


def _lists(
    node_ids: Collection[int], *, on: date, currency: str
) -> dict[int, Sequence[ApplicableList]]:
    with prepared_cursor() as cursor:
        nodes = list(node_ids)
        asked = {"node": nodes[0]} if len(nodes) == 1 else {"nodes": nodes}
        statement = _LISTS.replace("{seller}", seller_of("asked.node"))
        statement = statement.replace("{asked}", _ONE if len(nodes) == 1 else _MANY)
        cursor.execute(statement, asked | {"on": on, "currency": currency})
        found = cursor.fetchall()
    by_node: dict[int, list[ApplicableList]] = {}
    for node_id, may_know, *price_list in found:
        if not may_know:
            raise PriceHidden(_("You can see your own company's prices only."))
        lists = by_node.setdefault(node_id, [])
        if price_list[0] is not None:
            lists.append(ApplicableList(*price_list))
    if len(by_node) < len(set(node_ids)):
        raise NotFound()
    return {node_id: in_order(lists) for node_id, lists in by_node.items()}


def _price_rows(
    lists: Mapping[int, Sequence[ApplicableList]],
    sku_ids: Collection[int],
    *,
    on: date,
    currency: str,
) -> tuple[RowsBySku, dict[int, dict[str, Decimal]]]:
    rows: RowsBySku = {}
    factors: dict[int, dict[str, Decimal]] = {}
    # partners whose seller keeps lists of its own, bound by the manufacturer's lowest prices
    bound = [node_id for node_id, found in lists.items() if any(one.keeper for one in found)]
    with prepared_cursor() as cursor:
        asked: dict[str, Any] = {
            "skus": list(sku_ids),
            "lists": list({one.id for found in lists.values() for one in found}),
            "on": on,
        }
        if bound:
            cursor.execute(_ROWS + _FLOORS, asked | {"bound": bound, "currency": currency})
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


def _price(line: AskedLine, node_id: int, book: PriceBook) -> PricedLine:
    units, rows = book.factors[line.sku_id], book.rows.get(line.sku_id, {})
    floor = rows[-node_id][0].price if -node_id in rows else None
    found: Resolution = resolve(
        book.lists[node_id], rows, units, unit=line.unit, quantity=line.quantity, floor=floor
    )
    amount = (
        None
        if found.unit_price is None
        else compute_amount(found.unit_price, line.quantity, book.currency)
    )
    return PricedLine(
        sku_id=line.sku_id,
        unit=line.unit,
        quantity=line.quantity,
        base_quantity=line.quantity * units[line.unit],
        currency=book.currency,
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
