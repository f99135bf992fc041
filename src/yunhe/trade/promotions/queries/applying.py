"""What a basket gets: at most two statements for any number of lines, one when nothing is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings

from yunhe.platform.database.prepared import prepared_cursor
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.choices import Stacking
from yunhe.trade.promotions.compute import GiftChoice, Line, Promotion, Result, compute
from yunhe.trade.promotions.definition import rule_of, selector_of, skus_named
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.queries.facts import SkuFacts, sku_facts

_ACTIVE = """
SELECT p.id, p.code, p.name, p.kind, p.definition::text, p.selector::text, p.stacking, p.priority, p.most,
       p.budget IS NOT NULL, p.uses IS NOT NULL, p.partner_uses, l.budget, l.uses, l.partner_uses
  FROM network_place(%(node)s::bigint) place
  JOIN promotions_promotion p
    ON p.status = 'published' AND p.period @> %(on)s::date AND p.currency = %(currency)s::text
   AND (p.levels = '{}' OR place.level = ANY (p.levels))
   AND (p.tiers = '{}' OR place.tier = ANY (p.tiers))
   AND (p.weekdays = '{}' OR extract(isodow FROM %(on)s::date)::smallint = ANY (p.weekdays))
   AND EXISTS (SELECT 1 FROM promotions_audience a
                WHERE a.promotion_id = p.id AND a.place_id = ANY (place.path_ids))
  CROSS JOIN LATERAL promotions_left(p.id, %(node)s::bigint, %(ref)s::text) l
 ORDER BY p.id
"""
Choices = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class FreeLine:
    """Goods without a price that the basket earned."""

    promotion_id: int
    promotion: str
    sku_id: int
    unit: str
    quantity: Decimal
    base_quantity: Decimal
    value: Decimal


@dataclass(frozen=True)
class Basket:
    """What promotions make of priced lines.

    `result.lines` are in the order of the lines asked (`row` counts from 1), each with `discount`, `net`
    and `steps`; `free` are the lines to be added at no price. `limits` are promotion ids -> which of
    budget, uses and partner uses are limited.
    """

    node_id: int
    result: Result
    free: tuple[FreeLine, ...] = ()
    limits: Mapping[int, tuple[bool, bool, int | None]] = field(default_factory=dict)

    @property
    def discount(self) -> Decimal:
        return self.result.discount

    def holds(self) -> dict[str, dict[str, Decimal]]:
        """Capacity kind -> key -> what an order with this basket takes of it; {} when nothing is limited.

        Reserve it with the order's other holds; partners' accounts are opened by
        `services.open_partner_uses(basket)`.
        """
        wanted: dict[str, dict[str, Decimal]] = {}
        for one in self.result.applied:
            budget, uses, partner_uses = self.limits[one.promotion_id]
            if budget and one.benefit:
                wanted.setdefault(BUDGET, {})[str(one.promotion_id)] = one.benefit
            if uses:
                wanted.setdefault(USES, {})[str(one.promotion_id)] = Decimal(1)
            if partner_uses is not None:
                wanted.setdefault(USES, {})[self.partner_key(one.promotion_id)] = Decimal(1)
        return wanted

    def partner_key(self, promotion_id: int) -> str:
        return f"{promotion_id}:{self.node_id}"


def apply_promotions(
    *,
    node_id: int,
    lines: Sequence[PricedLine],
    on: date,
    currency: str = settings.CURRENCY,
    choices: Choices | None = None,
    ref: str = "",
    tax_rate: Decimal = Decimal(0),
) -> Basket:
    """What a partner's priced lines get off and on top on a day. Call it after `price_lines`.

    One statement when no promotion holds for the partner, else two for any number of lines; nothing
    is written. `lines` must be priced (`amount` not None). `choices` are the gifts picked (promotion
    id -> positions); where none is picked the first ones count. `ref` (`order:<id>`) adds back what
    an order already holds of budgets, when it is priced again.

    How an order uses it: write each line with `amount = result.lines[i].net`, keep
    `wording.snapshot_of(result.lines[i])` in the line's snapshot for the explanation, add `free` as
    lines with price and amount 0, and reserve `holds()` with credit and stock under the order's
    reference; release it at cancellation, commit it when the order is shipped in full.
    """
    active, limits = active_promotions(node_id, on=on, currency=currency, ref=ref)
    known: dict[int, SkuFacts] = {}
    if active:
        named = {sku for one in active for sku in skus_named(one.rule)}
        known = sku_facts({line.sku_id for line in lines} | named)
    basket = [
        _line(row, line, known.get(line.sku_id), tax_rate)
        for row, line in enumerate(lines, start=1)
    ]
    picked = dict(choices or {})
    for one in active:
        if isinstance(one.rule, GiftChoice) and not picked.get(one.id):
            picked[one.id] = range(one.rule.pick)
    result = compute(basket, active, currency=currency, choices=picked)
    free = tuple(
        FreeLine(
            goods.promotion_id,
            goods.name,
            goods.sku,
            goods.unit or _base_unit(known[goods.sku]),
            goods.quantity,
            goods.quantity * (known[goods.sku].factors[goods.unit] if goods.unit else 1),
            goods.value,
        )
        for goods in result.free
        if goods.sku in known and (not goods.unit or goods.unit in known[goods.sku].factors)
    )
    return Basket(node_id=node_id, result=result, free=free, limits=limits)


def active_promotions(
    node_id: int, *, on: date, currency: str = settings.CURRENCY, ref: str = ""
) -> tuple[list[Promotion], dict[int, tuple[bool, bool, int | None]]]:
    """Promotions that hold for a partner on a day with what is left of them, and what is limited."""
    with prepared_cursor() as cursor:
        asked: dict[str, Any] = {"node": node_id, "on": on, "currency": currency, "ref": ref}
        cursor.execute(_ACTIVE, asked)
        rows = cursor.fetchall()
    return [_promotion(row) for row in rows], {row[0]: (row[9], row[10], row[11]) for row in rows}


def _promotion(row: tuple[Any, ...]) -> Promotion:
    number, code, name, kind, definition, selector, stacking, priority, most = row[:9]
    has_budget, has_uses, partner_limit, budget, uses, partner_uses = row[9:]
    if partner_limit is not None and partner_uses is None:
        partner_uses = partner_limit
    return Promotion(
        id=number,
        name=name,
        rule=rule_of(kind, orjson.loads(definition)),
        selector=selector_of(orjson.loads(selector)),
        code=code,
        exclusive=stacking == Stacking.EXCLUSIVE,
        sequential=stacking == Stacking.SEQUENTIAL,
        priority=priority,
        most=most,
        budget_left=budget if has_budget else None,
        uses_left=int(uses or 0) if has_uses else None,
        partner_uses_left=None if partner_limit is None else int(partner_uses),
    )


def _line(row: int, line: PricedLine, known: SkuFacts | None, tax_rate: Decimal) -> Line:
    return Line(
        row=row,
        sku=line.sku_id,
        quantity=line.base_quantity,
        amount=line.amount or Decimal(0),
        brand=known.brand if known else 0,
        categories=known.categories if known else frozenset(),
        tax_rate=tax_rate,
        factors=known.factors if known else {},
    )


def _base_unit(known: SkuFacts) -> str:
    return next(unit for unit, factor in known.factors.items() if factor == 1)
