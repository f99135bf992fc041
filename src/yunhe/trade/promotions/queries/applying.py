"""What baskets get: at most two statements for any number of baskets and lines, one when nothing is
active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings

from yunhe.platform.database.prepared import prepared_cursor
from yunhe.trade.pricing.queries import PricedLine
from yunhe.trade.promotions.choices import Stacking
from yunhe.trade.promotions.compute import GiftChoice, Line, Promotion, Result, compute
from yunhe.trade.promotions.compute.basket import Title
from yunhe.trade.promotions.definition import rule_of, selector_of, skus_named
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.queries.facts import SkuFacts, sku_facts

_ACTIVE = """
SELECT asked.node, p.id, p.code, p.name, p.name_en, p.kind, p.definition::text, p.selector::text,
       p.stacking, p.priority, p.most,
       p.budget IS NOT NULL, p.uses IS NOT NULL, p.partner_uses, l.budget, l.uses, l.partner_uses
  FROM unnest(%(nodes)s::bigint[]) AS asked (node)
  CROSS JOIN LATERAL network_place(asked.node) place
  JOIN promotions_promotion p
    ON p.status = 'published' AND p.period @> %(on)s::date AND p.currency = %(currency)s::text
   AND (p.levels = '{}' OR place.level = ANY (p.levels))
   AND (p.tiers = '{}' OR place.tier = ANY (p.tiers))
   AND (p.weekdays = '{}' OR extract(isodow FROM %(on)s::date)::smallint = ANY (p.weekdays))
   AND EXISTS (SELECT 1 FROM promotions_audience a
                WHERE a.promotion_id = p.id AND a.place_id = ANY (place.path_ids))
  CROSS JOIN LATERAL promotions_left(p.id, asked.node, %(ref)s::text) l
 ORDER BY asked.node, p.id
"""
Choices = Mapping[int, Sequence[int]]
Limits = Mapping[int, tuple[bool, bool, int | None]]
"""Promotion id → which of budget, uses and partner uses are limited."""


@dataclass(frozen=True)
class Held:
    """Promotions that hold for a partner on a day with what is left of them, and what is limited."""

    active: Sequence[Promotion] = ()
    limits: Limits = field(default_factory=dict)


NOTHING = Held()


@dataclass(frozen=True)
class PromotionBook:
    """What baskets are computed from: partner → what holds for it, and the facts of their products."""

    currency: str
    held: Mapping[int, Held]
    facts: Mapping[int, SkuFacts]


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
    and `steps`; `free` are the lines to be added at no price.
    """

    node_id: int
    result: Result
    free: tuple[FreeLine, ...] = ()
    limits: Limits = field(default_factory=dict)

    @property
    def discount(self) -> Decimal:
        return self.result.discount

    def holds(self) -> dict[str, dict[str, Decimal]]:
        """Capacity kind -> key -> what an order with this basket takes of it; {} when nothing is limited.

        Reserve it with the order's other holds; partners' accounts are opened by
        `services.open_partner_uses([basket])`.
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
    id -> positions); where too few are picked the first ones count. `ref` (`order:<id>`) adds back what
    an order already holds of budgets, when it is priced again.

    How an order uses it: write each line with `amount = result.lines[i].net`, keep
    `wording.snapshot_of(result.lines[i])` in the line's snapshot for the explanation, add `free` as
    lines with price and amount 0, and reserve `holds()` with credit and stock under the order's
    reference; release it at cancellation, commit it when the order is shipped in full.
    """
    book = promotion_book(
        {node_id: {line.sku_id for line in lines}}, on=on, currency=currency, ref=ref
    )
    return basket_from(book, node_id, lines, choices=choices, tax_rate=tax_rate)


def promotion_book(
    asked: Mapping[int, Set[int]], *, on: date, currency: str = settings.CURRENCY, ref: str = ""
) -> PromotionBook:
    """What the baskets of these partners (partner → SKU ids) are computed from.

    One statement when nothing holds for any of them, else two for any number of partners.
    """
    held = _held(asked, on=on, currency=currency, ref=ref)
    wanted = {
        sku
        for node_id, found in held.items()
        for sku in (*asked[node_id], *(s for one in found.active for s in skus_named(one.rule)))
    }
    return PromotionBook(currency, held, sku_facts(wanted) if wanted else {})


def basket_from(
    book: PromotionBook,
    node_id: int,
    lines: Sequence[PricedLine],
    *,
    choices: Choices | None = None,
    tax_rate: Decimal = Decimal(0),
) -> Basket:
    """As `apply_promotions`, from a book that names the partner and the products. No statement.

    Baskets of one book do not know of one another: limits that hold for each may be too small for all.
    """
    found = book.held.get(node_id, NOTHING)
    known = book.facts if found.active else {}
    basket = [
        _line(row, line, known.get(line.sku_id), tax_rate)
        for row, line in enumerate(lines, start=1)
    ]
    picked = {
        one.id: _picked(one.rule, (choices or {}).get(one.id, ()))
        for one in found.active
        if isinstance(one.rule, GiftChoice)
    }
    result = compute(basket, found.active, currency=book.currency, choices=picked)
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
    return Basket(node_id=node_id, result=result, free=free, limits=found.limits)


def active_promotions(node_id: int, *, on: date) -> Sequence[Promotion]:
    """Promotions that hold for a partner on a day with what is left of them. One statement."""
    return _held([node_id], on=on, currency=settings.CURRENCY).get(node_id, NOTHING).active


def _held(node_ids: Iterable[int], *, on: date, currency: str, ref: str = "") -> dict[int, Held]:
    """By partner, those without a promotion absent. What does not depend on the partner is read once."""
    with prepared_cursor() as cursor:
        asked: dict[str, Any] = {
            "nodes": sorted(node_ids),
            "on": on,
            "currency": currency,
            "ref": ref,
        }
        cursor.execute(_ACTIVE, asked)
        rows = cursor.fetchall()
    known: dict[int, Promotion] = {}
    active: dict[int, list[Promotion]] = {}
    limits: dict[int, dict[int, tuple[bool, bool, int | None]]] = {}
    for node_id, number, *terms in rows:
        if number not in known:
            known[number] = _promotion(number, terms[:9])
        active.setdefault(node_id, []).append(_with_left(known[number], terms[9:]))
        limits.setdefault(node_id, {})[number] = (terms[9], terms[10], terms[11])
    return {node_id: Held(found, limits[node_id]) for node_id, found in active.items()}


def _promotion(number: int, terms: Sequence[Any]) -> Promotion:
    """Without what is left of its limits."""
    code, name, name_en, kind, definition, selector, stacking, priority, most = terms
    return Promotion(
        id=number,
        name=Title.of(name, name_en),
        rule=rule_of(kind, orjson.loads(definition)),
        selector=selector_of(orjson.loads(selector)),
        code=code,
        exclusive=stacking == Stacking.EXCLUSIVE,
        sequential=stacking == Stacking.SEQUENTIAL,
        priority=priority,
        most=most,
    )


def _with_left(known: Promotion, left: Sequence[Any]) -> Promotion:
    """What is left of the limits, as far as there are any."""
    has_budget, has_uses, partner_limit, budget, uses, partner_uses = left
    if not has_budget and not has_uses and partner_limit is None:
        return known
    if partner_limit is not None and partner_uses is None:
        partner_uses = partner_limit
    return replace(
        known,
        budget_left=budget if has_budget else None,
        uses_left=int(uses or 0) if has_uses else None,
        partner_uses_left=None if partner_limit is None else int(partner_uses),
    )


def _picked(rule: GiftChoice, chosen: Sequence[int]) -> Sequence[int]:
    """The gifts chosen, filled up with the first ones when they are too few."""
    positions = range(len(rule.gifts))
    known = [at for at in chosen if at in positions]
    return list(dict.fromkeys([*known, *positions]))[: rule.pick]


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
