"""What one promotion does to the lines it selects: docs/algorithms/promotions.md, section 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yunhe.platform.values import exact_sum, round_to_exponent
from yunhe.trade.promotions.compute.basket import FreeGoods, GiftOffer, Line, Promotion
from yunhe.trade.promotions.compute.mixing import Pile, sets_of
from yunhe.trade.promotions.compute.rules import (
    AmountOff,
    Bundle,
    BuyGet,
    GiftChoice,
    Measure,
    MixMatch,
    PercentOff,
    Threshold,
    ThresholdStep,
)

Figures = Mapping[str, Decimal | str]


@dataclass(frozen=True, slots=True)
class View:
    """The selected lines as a promotion sees them: what its percentages count from, by row."""

    lines: Sequence[Line]
    base: Mapping[int, Decimal]
    exponent: int

    def groups(self) -> dict[int, list[Line]]:
        """SKU -> its lines by row, the smallest SKU first."""
        found: dict[int, list[Line]] = {}
        for line in sorted(self.lines, key=lambda line: (line.sku, line.row)):
            found.setdefault(line.sku, []).append(line)
        return found

    def worth(self, lines: Sequence[Line]) -> Decimal:
        return exact_sum(self.base[line.row] for line in lines)


@dataclass(frozen=True, slots=True)
class Effect:
    """`wanted`: exact parts by row, before rounding and room. `rows` are the lines that took part."""

    wanted: Mapping[int, Fraction] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    free: tuple[FreeGoods, ...] = ()
    choice: GiftOffer | None = None
    missing: Figures | None = None


NOTHING = Effect()


def effect_of(promotion: Promotion, view: View, chosen: Sequence[int] = ()) -> Effect:
    """What the promotion would do; `chosen` are positions of the gifts picked."""
    if not view.lines:
        return NOTHING
    if isinstance(promotion.rule, GiftChoice):
        return _gift_choice(promotion, promotion.rule, view, chosen)
    if isinstance(promotion.rule, BuyGet):
        return _buy_get(promotion, promotion.rule, view)
    work: Callable[[Any, View], Effect] = _WORK[type(promotion.rule)]
    return work(promotion.rule, view)


def units_of(lines: Sequence[Line], unit: str) -> Decimal:
    """Units of one SKU's lines: base units for "", else whole packs; 0 when it has no such pack."""
    base = exact_sum(line.quantity for line in lines)
    if not unit:
        return base
    factor = lines[0].factors.get(unit)
    return base // factor if factor else Decimal(0)


def measure_of(view: View, measure: Measure, unit: str) -> Decimal:
    """Spend or units of the selection."""
    if measure is Measure.SPEND:
        return view.worth(view.lines)
    return exact_sum(units_of(lines, unit) for lines in view.groups().values())


def _rows(lines: Sequence[Line]) -> tuple[int, ...]:
    return tuple(sorted(line.row for line in lines))


def _percent_off(rule: PercentOff, view: View) -> Effect:
    return _part_of(view, rule.percent)


def _part_of(view: View, percent: Decimal) -> Effect:
    share = Fraction(percent) / 100
    wanted = {row: Fraction(base) * share for row, base in view.base.items() if base}
    return Effect(wanted, tuple(sorted(wanted)))


def _once(view: View, amount: Decimal) -> dict[int, Fraction]:
    """An amount over the selection, by what the lines are worth; at most all of it."""
    worth = view.worth(view.lines)
    if not worth:
        return {}
    share = min(Fraction(amount) / Fraction(worth), Fraction(1))
    return {row: Fraction(base) * share for row, base in view.base.items() if base}


def _amount_off(rule: AmountOff, view: View) -> Effect:
    if not rule.per_unit:
        wanted = _once(view, rule.amount)
        return Effect(wanted, tuple(sorted(wanted)))
    found: dict[int, Fraction] = {}
    for lines in view.groups().values():
        off = min(
            Fraction(rule.amount) * Fraction(units_of(lines, rule.unit)),
            Fraction(view.worth(lines)),
        )
        found |= _by_worth(view, lines, off)
    return Effect(found, tuple(sorted(found)))


def _by_worth(view: View, lines: Sequence[Line], off: Fraction) -> dict[int, Fraction]:
    worth = Fraction(view.worth(lines))
    if not worth or off <= 0:
        return {}
    return {
        line.row: off * Fraction(view.base[line.row]) / worth
        for line in lines
        if view.base[line.row]
    }


def _threshold(rule: Threshold, view: View) -> Effect:
    measured = measure_of(view, rule.measure, rule.unit)
    reached = [step for step in rule.steps if step.floor <= measured]
    above = [step for step in rule.steps if step.floor > measured]
    missing = _to_step(rule, above[0], measured) if above and measured else None
    if not reached:
        return Effect(missing=missing)
    step = reached[-1]
    times = int(measured // step.floor) if rule.repeat and not above and step.floor else 1
    if rule.repeat and not above and step.amount:
        missing = _to_step(rule, step, measured - times * step.floor)
    percent = _part_of(view, step.percent).wanted
    wanted = percent if step.percent else _once(view, step.amount * times)
    return Effect(wanted, _rows(view.lines), missing=missing)


def _to_step(rule: Threshold, step: ThresholdStep, measured: Decimal) -> Figures:
    return {
        "kind": f"threshold-{rule.measure}",
        "unit": rule.unit,
        "lacks": step.floor - measured,
        "percent": step.percent,
        "amount": step.amount,
    }


def _buy_get(promotion: Promotion, rule: BuyGet, view: View) -> Effect:
    groups = {sku: lines for sku, lines in view.groups().items() if units_of(lines, rule.unit)}
    if not groups:
        return NOTHING
    bought = {sku: units_of(lines, rule.unit) for sku, lines in groups.items()}
    if rule.together:
        cheapest = min(groups, key=lambda sku: (_unit_worth(view, groups[sku], rule.unit), sku))
        counts = {cheapest: int(exact_sum(bought.values()) // rule.buy)}
        every = [line for lines in groups.values() for line in lines]
        earning: Mapping[int, Sequence[Line]] = {cheapest: every}
        rest = exact_sum(bought.values()) % rule.buy
    else:
        counts = {sku: int(units // rule.buy) for sku, units in bought.items()}
        earning = groups
        rest = max(units % rule.buy for units in bought.values())
    free: list[FreeGoods] = []
    left = rule.most
    for sku, times in counts.items():
        units = times * rule.get if left is None else min(times * rule.get, left)
        left = None if left is None else left - units
        if units:
            rows = _rows(earning[sku])
            free.append(_free(promotion, rule, view, lines=groups[sku], units=units, rows=rows))
    missing: Figures | None = None
    if left is None or left > 0:
        missing = {
            "kind": "buy-get",
            "unit": rule.unit,
            "lacks": rule.buy - rest,
            "get": Decimal(rule.get),
            "get_unit": rule.gift_unit if rule.gift else rule.unit,
        }
    rows = tuple(sorted({row for one in free for row in one.rows}))
    return Effect(rows=rows, free=tuple(free), missing=missing)


def _free(
    promotion: Promotion,
    rule: BuyGet,
    view: View,
    *,
    lines: Sequence[Line],
    units: int,
    rows: tuple[int, ...],
) -> FreeGoods:
    if rule.gift is None:
        sku, unit = lines[0].sku, rule.unit
        value = _unit_worth(view, lines, rule.unit) * units
    else:
        sku, unit, value = rule.gift, rule.gift_unit, Fraction(rule.gift_value) * units
    worth = round_to_exponent(value, view.exponent)
    return FreeGoods(promotion.id, promotion.name, sku, unit, Decimal(units), worth, rows)


def _unit_worth(view: View, lines: Sequence[Line], unit: str) -> Fraction:
    """What one unit of a SKU's lines costs on average."""
    base = Fraction(exact_sum(line.quantity for line in lines))
    factor = Fraction(lines[0].factors[unit]) if unit else Fraction(1)
    return Fraction(view.worth(lines)) * factor / base


def _bundle(rule: Bundle, view: View) -> Effect:
    groups = view.groups()
    if not any(sku in groups for sku, _ in rule.parts):
        return NOTHING
    have = {
        sku: units_of(groups[sku], "") if sku in groups else Decimal(0) for sku, _ in rule.parts
    }
    sets = min(int(have[sku] // quantity) for sku, quantity in rule.parts)
    if rule.most is not None:
        sets = min(sets, rule.most)
    wanted: dict[int, Fraction] = {}
    for sku, quantity in rule.parts if sets else ():
        used = Fraction(quantity * sets) / Fraction(have[sku])
        for line in groups[sku]:
            wanted[line.row] = Fraction(view.base[line.row]) * used
    worth = sum(wanted.values(), Fraction(0))
    off = worth - Fraction(rule.price) * sets
    missing: dict[str, Decimal | str] = {}
    if rule.most is None or sets < rule.most:
        lacking = {sku: quantity * (sets + 1) - have[sku] for sku, quantity in rule.parts}
        missing.update(kind="bundle", unit="")
        missing.update({f"sku-{sku}": lack for sku, lack in lacking.items() if lack > 0})
    if off <= 0:
        return Effect(missing=missing or None)
    parts = {row: off * part / worth for row, part in wanted.items()}
    return Effect(parts, tuple(sorted(parts)), missing=missing or None)


def _mix_match(rule: MixMatch, view: View) -> Effect:
    groups = view.groups()
    piles = [
        Pile(sku, _unit_worth(view, lines, rule.unit), int(units))
        for sku, lines in groups.items()
        if (units := units_of(lines, rule.unit) // 1)
    ]
    if not piles:
        return NOTHING
    off = sets_of(piles, rule)
    wanted: dict[int, Fraction] = {}
    for sku, part in off.by_sku.items():
        wanted |= _by_worth(view, groups[sku], part)
    rows = _rows([line for sku in off.used for line in groups[sku]]) if wanted else ()
    missing: Figures | None = None
    if rule.most is None or off.sets < rule.most:
        missing = {
            "kind": f"mix-{rule.reward}",
            "unit": rule.unit,
            "lacks": Decimal(rule.size - sum(pile.units for pile in piles) % rule.size),
            "value": rule.value,
        }
    return Effect(wanted, rows, missing=missing)


def _gift_choice(
    promotion: Promotion, rule: GiftChoice, view: View, chosen: Sequence[int]
) -> Effect:
    measured = measure_of(view, rule.measure, rule.unit)
    lacks = rule.floor - (measured % rule.floor if rule.repeat else measured)
    missing: Figures | None = None
    if measured and lacks > 0:
        missing = {"kind": f"gift-{rule.measure}", "unit": rule.unit, "lacks": lacks}
    if measured < rule.floor:
        return Effect(missing=missing)
    times = int(measured // rule.floor) if rule.repeat else 1
    picked = tuple(dict.fromkeys(at for at in chosen if 0 <= at < len(rule.gifts)))[: rule.pick]
    rows = _rows(view.lines)
    offer = GiftOffer(promotion.id, promotion.name, rule.gifts, rule.pick, times, picked)
    free = tuple(
        FreeGoods(
            promotion.id,
            promotion.name,
            gift.sku,
            gift.unit,
            gift.quantity * times,
            round_to_exponent(
                Fraction(gift.value) * Fraction(gift.quantity) * times, view.exponent
            ),
            rows,
        )
        for gift in (rule.gifts[at] for at in picked)
    )
    return Effect(rows=rows, free=free, choice=offer, missing=missing)


_WORK: dict[type, Callable[[Any, View], Effect]] = {
    PercentOff: _percent_off,
    AmountOff: _amount_off,
    Threshold: _threshold,
    Bundle: _bundle,
    MixMatch: _mix_match,
}
