"""A price change compared with what holds now: own prices, affected partners, effect on revenue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.pricing.compute import (
    ApplicableList,
    Demand,
    LineEffect,
    PriceRow,
    compute_amount,
    compute_line_effect,
    in_order,
)
from yunhe.trade.pricing.evidence import evidence, seller_of
from yunhe.trade.pricing.models import Price, PriceChange, PriceChangeLine
from yunhe.trade.pricing.queries.affected import affected_partners

DAYS_LOOKED_AT = 90
_LISTS = """
SELECT p.node_id, l.id, l.code, l.name, nlevel(place.path), l.node_id = p.node_id,
       l.level, l.tier, l.priority, lower(l.period), l.channel,
       CASE WHEN l.by_partner THEN place.name ELSE '' END, l.name_en
  FROM network_partner p
  JOIN access_node n ON n.id = p.node_id
  LEFT JOIN pricing_partnerchannel trade ON trade.node_id = n.id
  JOIN access_node place ON place.path @> n.path
  JOIN pricing_pricelist l
    ON l.node_id = place.id
   AND (l.id = %(including)s OR (l.status = 'published' AND l.period @> %(on)s::date))
   AND l.currency = %(currency)s AND l.level IN ('', p.level) AND l.tier IN ('', p.tier)
   AND l.channel IN ('', trade.channel)
   AND (NOT l.by_partner OR (l.node_id = n.parent_id AND l.node_id = {seller}))
 WHERE p.node_id = ANY (%(nodes)s)
"""
_BOUGHT = """
SELECT node_id, sku_id, sum(quantity) FROM ({relation}) bought
 WHERE node_id = ANY (%(nodes)s) AND sku_id = ANY (%(skus)s) AND "on" >= %(since)s
   AND "on" < %(until)s
 GROUP BY node_id, sku_id HAVING sum(quantity) > 0
"""
Rows = dict[int, list[PriceRow]]


@dataclass(frozen=True)
class LinePreview:
    """A line of the change: the list's own price now, and what the change does to revenue."""

    line: PriceChangeLine
    previous: Decimal | None
    effect: LineEffect

    @property
    def share(self) -> Decimal | None:
        """The rise of the list's price, 0.05 for 5 %; None for a new price."""
        return self.line.price / self.previous - 1 if self.previous else None


@dataclass(frozen=True)
class ChangePreview:
    """The whole change; `effect` in the list's currency over the last DAYS_LOOKED_AT days."""

    lines: tuple[LinePreview, ...]
    partners: tuple[int, ...]
    effect: Decimal
    since: date


def list_price_changes() -> QuerySet[PriceChange]:
    """Requests in sight, the newest first."""
    return PriceChange.objects.select_related("price_list", "node", "created_by").order_by("-pk")


def preview_change(change: PriceChange, *, today: date) -> ChangePreview:
    """What the change would do. Seven statements whatever its size."""
    lines = list(change.lines.select_related("sku").order_by("sku__code", "unit", "min_quantity"))
    sku_ids = sorted({line.sku_id for line in lines})
    partners = affected_partners(change.price_list)
    since = today - timedelta(days=DAYS_LOOKED_AT)
    day, currency = change.effective, change.price_list.currency
    lists = lists_of(partners, on=day, currency=currency)
    bought = bought_by(partners, sku_ids, since=since, until=today)
    rows = rows_of({one.id for found in lists.values() for one in found}, sku_ids, on=day)
    factors = unit_factors(sku_ids)
    own = {
        (row.sku_id, row.unit, row.min_quantity): row.price
        for row in Price.objects.filter(
            price_list_id=change.price_list_id,
            sku__in=sku_ids,
            period__contains=change.effective,
        )
    }
    counted = _representatives(lines, factors)
    previews = tuple(
        LinePreview(
            line,
            own.get((line.sku_id, line.unit, line.min_quantity)),
            _effect(line, lines, _demands(line, lists, bought, counted), rows, factors),
        )
        for line in lines
    )
    total = sum((one.effect.effect for one in previews), Decimal(0))
    effect = compute_amount(total, Decimal(1), change.price_list.currency)
    return ChangePreview(previews, tuple(partners), effect, since)


def lists_of(
    partners: Sequence[int], *, on: date, currency: str, including: int = 0
) -> dict[int, tuple[ApplicableList, ...]]:
    """Partner → the lists that apply to it on the day, most specific first.

    `including` is a list that counts whatever its state and period.
    """
    asked: dict[str, Any] = {
        "nodes": list(partners),
        "on": on,
        "currency": currency,
        "including": including,
    }
    found: dict[int, list[ApplicableList]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LISTS.replace("{seller}", seller_of("n.id")), asked)
        for node_id, *values in cursor.fetchall():
            found[node_id].append(ApplicableList(*values))
    return {node_id: in_order(lists) for node_id, lists in found.items()}


def bought_by(
    partners: Sequence[int], sku_ids: Sequence[int], *, since: date, until: date
) -> dict[int, dict[int, Decimal]]:
    """SKU → partner → base units bought."""
    known = evidence()
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    if known is None:
        return found
    asked: dict[str, Any] = {
        "nodes": list(partners),
        "skus": list(sku_ids),
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BOUGHT.replace("{relation}", known.purchases), asked)
        for node_id, sku_id, quantity in cursor.fetchall():
            found[sku_id][node_id] = quantity
    return found


def rows_of(list_ids: Iterable[int], sku_ids: Sequence[int], *, on: date) -> dict[int, Rows]:
    """SKU → list → its rows on a day, as they stand now."""
    rows: dict[int, Rows] = defaultdict(lambda: defaultdict(list))
    for row in Price.objects.filter(
        price_list__in=list(list_ids), sku__in=list(sku_ids), period__contains=on
    ).order_by("pk"):
        rows[row.sku_id][row.price_list_id].append(PriceRow(row.unit, row.min_quantity, row.price))
    return rows


def _representatives(
    lines: Iterable[PriceChangeLine], factors: Mapping[int, Mapping[str, Decimal]]
) -> dict[int, int]:
    """SKU → the line that carries its demand: the lowest minimum, then the smallest unit.

    A SKU's purchases are counted once, however many of its units and breaks change.
    """
    chosen: dict[int, tuple[Decimal, int]] = {}
    for line in lines:
        factor = factors.get(line.sku_id, {}).get(line.unit, Decimal(1))
        size = line.min_quantity * factor
        if line.sku_id not in chosen or size < chosen[line.sku_id][0]:
            chosen[line.sku_id] = (size, line.pk)
    return {sku_id: line_id for sku_id, (_size, line_id) in chosen.items()}


def _demands(
    line: PriceChangeLine,
    lists: Mapping[int, tuple[ApplicableList, ...]],
    bought: Mapping[int, Mapping[int, Decimal]],
    counted: Mapping[int, int],
) -> list[Demand]:
    """Partners with equal lists together; only the line that carries the SKU's demand has any."""
    if counted.get(line.sku_id) != line.pk:
        return []
    together: dict[tuple[ApplicableList, ...], Decimal] = defaultdict(Decimal)
    for node_id, quantity in bought.get(line.sku_id, {}).items():
        if node_id in lists:
            together[lists[node_id]] += quantity
    return [Demand(found, quantity) for found, quantity in together.items()]


def _effect(
    line: PriceChangeLine,
    lines: Iterable[PriceChangeLine],
    demands: Sequence[Demand],
    rows: Mapping[int, Rows],
    factors: Mapping[int, Mapping[str, Decimal]],
) -> LineEffect:
    units = factors.get(line.sku_id, {})
    if line.unit not in units:
        return LineEffect(None, None, Decimal(0), Decimal(0))
    list_id = line.change.price_list_id
    before = dict(rows.get(line.sku_id, {}))
    asked = [one for one in lines if one.sku_id == line.sku_id]
    new = [PriceRow(one.unit, one.min_quantity, one.price) for one in asked]
    replaced = {(row.unit, row.min_quantity) for row in new}
    kept = [row for row in before.get(list_id, []) if (row.unit, row.min_quantity) not in replaced]
    after = before | {list_id: [*kept, *new]}
    return compute_line_effect(
        demands, before, after, units, unit=line.unit, quantity=line.min_quantity
    )
