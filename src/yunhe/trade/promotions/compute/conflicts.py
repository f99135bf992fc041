"""What is wrong with a draft before it is published: docs/algorithms/promotions.md, section 7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yunhe.trade.promotions.compute.basket import Promotion
from yunhe.trade.promotions.compute.rules import (
    AmountOff,
    Bundle,
    BuyGet,
    GiftChoice,
    MixMatch,
    MixReward,
    PercentOff,
    Rule,
    Threshold,
)


class Weight(StrEnum):
    """An error forbids publishing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `other` is the promotion it is about besides the draft, if any."""

    weight: Weight
    code: str
    other: int | None = None
    skus: tuple[int, ...] = ()
    figures: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """A promotion with the SKUs it means; the caller chose those that can meet the draft."""

    promotion: Promotion
    skus: frozenset[int]
    gifts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """Of a SKU's base unit: the lowest list price, the lowest price allowed (None: no floor)."""

    price: Decimal
    floor: Decimal | None = None


def report(
    draft: Met, others: Sequence[Met], *, prices: Mapping[int, PriceFacts], partners: int
) -> list[Finding]:
    """Findings about a draft, errors first.

    Args:
        others: promotions that share a day, a place, a level and a tier with the draft.
        prices: by SKU; a SKU without a price is not judged.
        partners: how many partners the audience means today.
    """
    found = [*_own(draft, prices)]
    if not draft.skus or not partners:
        found.append(Finding(Weight.ERROR, "nothing-selected"))
    found += _floor_findings(draft, others, prices)
    for other in others:
        found += _between(draft, other)
    order = list(Weight)
    return sorted(found, key=lambda one: (order.index(one.weight), one.code, one.other or 0))


def _own(draft: Met, prices: Mapping[int, PriceFacts]) -> Iterable[Finding]:
    rule = draft.promotion.rule
    if isinstance(rule, Threshold):
        for low, high in zip(rule.steps, rule.steps[1:], strict=False):
            same = bool(low.percent) == bool(high.percent)
            less = high.percent <= low.percent and high.amount <= low.amount
            if high.floor == low.floor or (same and less):
                yield Finding(Weight.ERROR, "unreachable-step", figures=(("floor", high.floor),))
        for step in rule.steps:
            if rule.measure == "spend" and step.amount >= step.floor:
                yield Finding(Weight.ERROR, "pays-out", figures=(("floor", step.floor),))
    if isinstance(rule, Bundle) and all(sku in prices for sku, _ in rule.parts):
        worth = sum((prices[sku].price * quantity for sku, quantity in rule.parts), Decimal(0))
        if rule.price >= worth:
            yield Finding(Weight.ERROR, "dear-bundle", figures=(("worth", worth),))


def deepest(rule: Rule, price: Decimal) -> Fraction:
    """The greatest part of a unit's price that a rule may take, from 0 to 1; free goods count.

    Where it depends on the basket (an amount over an order, a gift) the smallest basket that earns it
    is meant.
    """
    part = Fraction(0)
    if isinstance(rule, PercentOff):
        part = Fraction(rule.percent) / 100
    elif isinstance(rule, AmountOff):
        part = Fraction(rule.amount) / Fraction(price) if rule.per_unit and not rule.unit else part
    elif isinstance(rule, Threshold):
        part = max(
            Fraction(step.percent) / 100
            or (Fraction(step.amount) / Fraction(step.floor) if rule.measure == "spend" else part)
            for step in rule.steps
        )
    elif isinstance(rule, BuyGet):
        part = Fraction(rule.get, rule.buy + rule.get) if rule.gift is None else part
    elif isinstance(rule, MixMatch):
        if rule.reward is MixReward.PERCENT:
            part = Fraction(rule.value) / 100
        elif rule.reward is MixReward.CHEAPEST:
            part = Fraction(int(rule.value), rule.size)
        elif not rule.unit:
            part = 1 - Fraction(rule.value) / (Fraction(price) * rule.size)
    return min(max(part, Fraction(0)), Fraction(1))


def _floor_findings(
    draft: Met, others: Sequence[Met], prices: Mapping[int, PriceFacts]
) -> Iterable[Finding]:
    """SKUs whose deepest price, with all that may stack, lies below the floor."""
    for sku in sorted(draft.skus):
        facts = prices.get(sku)
        if facts is None or facts.floor is None or not facts.price:
            continue
        parts = [deepest(draft.promotion.rule, facts.price)]
        if not draft.promotion.exclusive:
            parts += [
                deepest(other.promotion.rule, facts.price)
                for other in others
                if sku in other.skus and not other.promotion.exclusive
            ]
        left = Fraction(facts.price) * max(1 - sum(parts, Fraction(0)), Fraction(0))
        if left < Fraction(facts.floor):
            lowest = Decimal(round(left * 100)) / 100
            yield Finding(
                Weight.ERROR,
                "below-floor",
                skus=(sku,),
                figures=(("price", lowest), ("floor", facts.floor)),
            )


def _between(draft: Met, other: Met) -> Iterable[Finding]:
    shared = tuple(sorted(draft.skus & other.skus))
    mine, theirs = draft.promotion, other.promotion
    gifts = tuple(sorted(draft.gifts & other.gifts))
    if gifts:
        yield Finding(Weight.WARNING, "same-gift", theirs.id, gifts)
    if not shared:
        return
    if mine.exclusive and theirs.exclusive:
        yield Finding(Weight.NOTE, "best-of", theirs.id, shared)
    if not mine.exclusive and not theirs.exclusive and not _harmless(mine.rule, theirs.rule):
        yield Finding(Weight.WARNING, "double-dip", theirs.id, shared)
    if theirs.exclusive and theirs.priority > mine.priority and draft.skus <= other.skus:
        yield Finding(Weight.WARNING, "never-wins", theirs.id, shared)


def _harmless(mine: Rule, theirs: Rule) -> bool:
    """Two gifts to choose beside each other are no double dip."""
    return isinstance(mine, GiftChoice) and isinstance(theirs, GiftChoice)
