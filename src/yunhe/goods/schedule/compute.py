"""Available to promise; arithmetic on values, no Django."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dated:
    """`quantity` base units on a day."""

    on: date
    quantity: Decimal


def compute_available(
    stock: Decimal, made: Iterable[Dated], promised: Iterable[Dated], *, on: date
) -> list[Dated]:
    """What can be promised for each day on which it changes, from `on` on, oldest first.

    The balance of a day is stock + production up to it − promises up to it; what can be promised for a
    day is the lowest balance from it on, so that a later promise is never broken, and never below 0.
    Production of days before `on` has either reached the stock or is late: it does not count. Promises
    of days before `on` are still to be kept.
    """
    deltas: dict[date, Decimal] = defaultdict(lambda: ZERO)
    deltas[on] += stock
    for entry in made:
        if entry.on >= on:
            deltas[entry.on] += entry.quantity
    for entry in promised:
        deltas[max(entry.on, on)] -= entry.quantity
    days = sorted(deltas)
    balances, running = [], ZERO
    for day in days:
        running += deltas[day]
        balances.append(running)
    found = []
    lowest = balances[-1]
    for day, balance in zip(reversed(days), reversed(balances), strict=True):
        lowest = min(lowest, balance)
        found.append(Dated(day, max(lowest, ZERO)))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A promise made: `quantity` base units, first for `first_on`."""

    key: int
    first_on: date
    quantity: Decimal


def compute_promises(
    stock: Decimal, made: Iterable[Dated], promises: Iterable[Wanted], *, on: date
) -> dict[int, date | None]:
    """Key -> the day each promise can be kept now, in the order in which they were promised.

    None when no production covers it. A promise moves back to its first day when it can, never before.
    """
    production = list(made)
    kept: list[Dated] = []
    found: dict[int, date | None] = {}
    for promise in promises:
        day = compute_promise(promise.quantity, stock, production, kept, on=on)
        found[promise.key] = None if day is None else max(day, promise.first_on)
        if day is not None:
            kept.append(Dated(max(day, promise.first_on), promise.quantity))
    return found


def compute_promise(
    wanted: Decimal,
    stock: Decimal,
    made: Iterable[Dated],
    promised: Iterable[Dated],
    *,
    on: date,
) -> date | None:
    """The first day from `on` for which `wanted` base units can be promised; None: not yet planned."""
    for day in compute_available(stock, made, promised, on=on):
        if day.quantity >= wanted:
            return day.on
    return None
