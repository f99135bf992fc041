"""Arithmetic of frames on values: periods, equal parts, how far a plan is fulfilled. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

PRICE_STEP = Decimal("0.0001")


def period_key(day: date, unit: str) -> str:
    """The period a day belongs to: 2026-11 for months, 2026Q4 for quarters, "" without periods."""
    if unit == "month":
        return f"{day.year:04}-{day.month:02}"
    if unit == "quarter":
        return f"{day.year:04}Q{(day.month + 2) // 3}"
    return ""


def period_starts(starts: date, until: date, unit: str) -> list[date]:
    """First days of the periods that `[starts, until)` touches; the first is `starts` itself."""
    step = {"month": 1, "quarter": 3}.get(unit)
    if step is None or until <= starts:
        return []
    found, month = [starts], starts.year * 12 + (starts.month - 1) // step * step + step
    while (day := date(month // 12, month % 12 + 1, 1)) < until:
        found.append(day)
        month += step
    return found


def equal_parts(total: Decimal, count: int, step: Decimal = Decimal(1)) -> list[Decimal]:
    """`total` in `count` parts of whole steps that sum to it exactly; earlier parts are the larger.

    What is no whole step goes to the first part. Parts of nothing are left out.
    """
    if count < 1:
        return []
    whole, rest = divmod(total, step)
    each, over = divmod(int(whole), count)
    parts = [step * (each + (at < over)) for at in range(count)]
    parts[0] += rest
    return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned call-off and how much of it was called off."""

    on: date
    quantity: Decimal
    called: Decimal

    @property
    def open(self) -> Decimal:
        return self.quantity - self.called

    def state(self, today: date) -> str:
        """done, partly, late (its day is over and something is open) or ahead."""
        if not self.open:
            return "done"
        if self.on < today:
            return "late"
        return "partly" if self.called else "ahead"


def fulfil(plan: Sequence[tuple[date, Decimal]], called: Decimal) -> list[Planned]:
    """Count what was called off against the plan, the earliest day first."""
    found = []
    for on, quantity in plan:
        part = min(quantity, max(called, Decimal(0)))
        called -= part
        found.append(Planned(on, quantity, part))
    return found


def less_percent(price: Decimal, percent: Decimal) -> Decimal:
    """A price after a discount, rounded half up to four decimals."""
    return (price * (100 - percent) / 100).quantize(PRICE_STEP, ROUND_HALF_UP)
