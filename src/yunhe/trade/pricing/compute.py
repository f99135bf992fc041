"""Price resolution on values: docs/algorithms/pricing.md, sections 2 to 4. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from yunhe.platform.values import currency_exponent

# Prices have 14 digits, quantities and factors 12: every product here fits the context's 28 digits.
UNIT_PRICE_EXPONENT = 4


@dataclass(frozen=True, slots=True)
class ApplicableList:
    """A price list that applies to the partner; `depth` 1 is the root, `own` the partner itself.

    `keeper` names the partner that sells by the list; the manufacturer's lists have none.
    """

    id: int
    code: str
    name: str
    depth: int
    own: bool = False
    level: str = ""
    tier: str = ""
    priority: int = 0
    starts: date | None = None
    channel: str = ""
    keeper: str = ""
    name_en: str = ""


class PriceRow(NamedTuple):
    """The price of one `unit` from `min_quantity` units on (a tuple: thousands are made a call)."""

    unit: str
    min_quantity: Decimal
    price: Decimal


class Passed(StrEnum):
    """Why a list that applies did not price a line."""

    NO_PRICE = "no_price"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The list and row taken, the price of one asked unit, and the lists passed over before.

    `floor` is set when a seller's price lay below it: the lowest price of one base unit.
    """

    taken: ApplicableList | None
    row: PriceRow | None
    unit_price: Decimal | None
    passed: tuple[tuple[ApplicableList, Passed], ...]
    floor: Decimal | None = None


def rank(price_list: ApplicableList) -> tuple[bool, int, int, int, date, int]:
    """Sort key; the greatest wins: the seller's own, depth, conditions, priority, start, id."""
    conditions = 4 * bool(price_list.channel) + 2 * bool(price_list.tier) + bool(price_list.level)
    starts = price_list.starts or date.min
    kept = bool(price_list.keeper)
    return (kept, price_list.depth, conditions, price_list.priority, starts, price_list.id)


def in_order(lists: Iterable[ApplicableList]) -> tuple[ApplicableList, ...]:
    """The most specific list first."""
    return tuple(sorted(lists, key=rank, reverse=True))


def resolve(
    lists: Sequence[ApplicableList],
    rows: Mapping[int, Sequence[PriceRow]],
    factors: Mapping[str, Decimal],
    *,
    unit: str,
    quantity: Decimal,
    floor: Decimal | None = None,
) -> Resolution:
    """Price one line of a SKU.

    Args:
        lists: the applicable lists, most specific first (`in_order`).
        rows: list id -> the list's rows for the SKU that are valid on the day.
        factors: unit -> base units in it; `unit` must be one of them.
        unit, quantity: as asked.
        floor: the lowest price of one base unit at which a seller's own list may sell.
    """
    asked = quantity * factors[unit]
    passed: list[tuple[ApplicableList, Passed]] = []
    for price_list in lists:
        known = [row for row in rows.get(price_list.id, ()) if row.unit in factors]
        usable = [row for row in known if row.min_quantity * factors[row.unit] <= asked]
        if usable:
            row = _best(usable, factors, unit)
            return _bounded(
                Resolution(price_list, row, compute_unit_price(row, factors, unit), tuple(passed)),
                floor and compute_floor_price(floor, factors[unit]),
                floor,
            )
        passed.append((price_list, Passed.BELOW_MINIMUM if known else Passed.NO_PRICE))
    return Resolution(None, None, None, tuple(passed))


def _bounded(found: Resolution, lowest: Decimal | None, floor: Decimal | None) -> Resolution:
    """A seller's own price below the manufacturer's floor is raised to it."""
    if lowest is None or found.taken is None or not found.taken.keeper:
        return found
    if found.unit_price is None or found.unit_price >= lowest:
        return found
    return Resolution(found.taken, found.row, lowest, found.passed, floor)


def compute_floor_price(floor: Decimal, factor: Decimal) -> Decimal:
    """The lowest price of a unit of `factor` base units, rounded half up to 4 decimals."""
    step = Decimal((0, (1,), -UNIT_PRICE_EXPONENT))
    return (floor * factor).quantize(step, ROUND_HALF_UP)


def _best(rows: Sequence[PriceRow], factors: Mapping[str, Decimal], unit: str) -> PriceRow:
    """Asked unit, else the smallest (the base unit first); then the largest minimum."""
    if len(rows) == 1:
        return rows[0]
    return min(
        rows,
        key=lambda row: (
            row.unit != unit,
            factors[row.unit],
            row.unit,
            -row.min_quantity * factors[row.unit],
        ),
    )


def compute_unit_price(row: PriceRow, factors: Mapping[str, Decimal], unit: str) -> Decimal:
    """Price of one `unit`: as entered, or converted and rounded half up to 4 decimals."""
    if row.unit == unit:
        return row.price
    # Half up of a ÷ b for values ≥ 0 is floor((2a + b) ÷ 2b): exact, where a quotient would be cut.
    dividend = (row.price * factors[unit]).scaleb(UNIT_PRICE_EXPONENT)
    divisor = factors[row.unit]
    return ((2 * dividend + divisor) // (2 * divisor)).scaleb(-UNIT_PRICE_EXPONENT)


def compute_amount(unit_price: Decimal, quantity: Decimal, currency: str) -> Decimal:
    """Line amount: unit price × quantity, rounded half up to the currency's exponent."""
    cent = Decimal((0, (1,), -currency_exponent(currency)))
    return (unit_price * quantity).quantize(cent, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Demand:
    """What partners with equal lists bought of a SKU: base units, over the days looked at."""

    lists: tuple[ApplicableList, ...]
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LineEffect:
    """What a change of one line does: unit prices before and after, and the revenue difference."""

    before: Decimal | None
    after: Decimal | None
    quantity: Decimal
    effect: Decimal


def compute_line_effect(
    demands: Iterable[Demand],
    rows_before: Mapping[int, Sequence[PriceRow]],
    rows_after: Mapping[int, Sequence[PriceRow]],
    factors: Mapping[str, Decimal],
    *,
    unit: str,
    quantity: Decimal,
) -> LineEffect:
    """The difference in revenue if the same quantities were bought at the new prices.

    Each group of partners is priced by its own lists before and after, so a group whose more
    specific list prices the SKU contributes nothing. A group without a price before contributes
    nothing either: there is no revenue to compare with. `quantity` is the line's minimum, in
    `unit`; demand is converted to `unit`. Not rounded.
    """
    total = moved = Decimal(0)
    before = after = None
    for demand in demands:
        old = resolve(demand.lists, rows_before, factors, unit=unit, quantity=quantity)
        new = resolve(demand.lists, rows_after, factors, unit=unit, quantity=quantity)
        if new.unit_price is None or old.unit_price == new.unit_price:
            continue
        before, after = old.unit_price, new.unit_price
        if old.unit_price is not None:
            bought = demand.quantity / factors[unit]
            moved += bought
            total += (new.unit_price - old.unit_price) * bought
    return LineEffect(before, after, moved, total)
