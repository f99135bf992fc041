"""The full account of one result line: plain frozen values that serialise to exact JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from yunhe.money.rebates.compute.facts import FactSum
from yunhe.money.rebates.compute.program import Condition, SettlementKind
from yunhe.platform.values.exact import to_text
from yunhe.platform.values.rounding import round_to_exponent


class Outcome(StrEnum):
    """Why the line earned what it earned; every value but `EARNED` means nothing was earned."""

    EARNED = "earned"
    NOT_STARTED = "not_started"
    CONDITION_UNMET = "condition_unmet"
    NO_BASELINE = "no_baseline"
    NO_STOCK = "no_stock"
    NEGATIVE_BASE = "negative_base"
    BELOW_FIRST_TIER = "below_first_tier"


class Payment(StrEnum):
    """What the settlement does with the open difference `earned - paid_before`."""

    NOTHING = "nothing"
    PAID = "paid"
    BELOW_MINIMUM = "below_minimum"
    CHARGED = "charged"
    NOT_CHARGED = "not_charged"


@dataclass(frozen=True, slots=True)
class Netted:
    """An earlier program's earned amount, subtracted from this program's amount."""

    program: str
    earned: Decimal


@dataclass(frozen=True, slots=True)
class Metric:
    """What chose the tier, as a quotient `numerator / denominator`, exact.

    `growth_ratio`: (amount - baseline) / baseline. `sell_through_rate`: sold / available. Other
    metrics have denominator 1. Without a positive denominator there is no value.
    """

    name: str
    numerator: Decimal
    denominator: Decimal

    @property
    def defined(self) -> bool:
        return self.denominator > 0

    @property
    def shown(self) -> str | None:
        """The value to 12 places at most, for reading; comparisons never use it."""
        if not self.defined:
            return None
        return to_text(round_to_exponent(Fraction(self.numerator) / Fraction(self.denominator), 12))


@dataclass(frozen=True, slots=True)
class TierReached:
    """The highest tier reached; `number` counts from 1, `end` is None for the open one."""

    number: int
    start: Decimal
    end: Decimal | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Slice:
    """One multiplication: `size` of the base at `rate` gives `earned`, exact."""

    tier: int
    start: Decimal
    end: Decimal | None
    size: Decimal
    rate: Decimal
    earned: Decimal


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of one line, in the order of computation."""

    counted: Mapping[str, FactSum]
    ignored: Mapping[str, FactSum]
    gross_amount: Decimal
    net_of: tuple[Netted, ...]
    amount: Decimal
    quantity: Decimal
    baseline: Decimal | None
    base: Decimal
    metric: Metric
    tier: TierReached | None
    slices: tuple[Slice, ...]
    uncapped: Decimal
    cap: Decimal | None
    capped: bool
    conditions: tuple[Condition, ...]
    outcome: Outcome
    exact: Decimal
    exponent: int
    earned: Decimal
    paid_before: Decimal = Decimal(0)
    minimum_payment: Decimal = Decimal(0)
    payment: Payment = Payment.NOTHING


@dataclass(frozen=True, slots=True)
class Line:
    """The result for one settlement, program and partner. Money shows the currency's exponent."""

    settlement: date
    kind: SettlementKind
    program: str
    partner: str
    currency: str
    base: Decimal
    earned: Decimal
    paid_before: Decimal
    due: Decimal
    trace: Trace

    @property
    def open_after(self) -> Decimal:
        """What stays owed (positive) or must be filled up first (negative) afterwards."""
        return round_to_exponent(
            Fraction(self.earned) - Fraction(self.paid_before) - Fraction(self.due),
            self.trace.exponent,
        )

    def as_json(self, *, trace: bool = True) -> dict[str, Any]:
        """JSON-ready: numbers as exact decimal strings, dates as ISO strings."""
        shown = {
            "settlement": self.settlement.isoformat(),
            "kind": self.kind.value,
            "program": self.program,
            "partner": self.partner,
            "currency": self.currency,
            "base": to_text(self.base),
            "earned": f"{self.earned:f}",
            "paid_before": f"{self.paid_before:f}",
            "due": f"{self.due:f}",
        }
        return shown | {"trace": trace_json(self.trace)} if trace else shown


def trace_json(trace: Trace) -> dict[str, Any]:
    """The trace as JSON-ready values; the metric carries its readable value as well."""
    shown = _jsonable(trace)
    shown["metric"]["shown"] = trace.metric.shown
    shown["earned"] = f"{trace.earned:f}"
    shown["paid_before"] = f"{trace.paid_before:f}"
    return dict(shown)


def _jsonable(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _jsonable(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _jsonable(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_jsonable(part) for part in value]
    return to_text(value) if isinstance(value, Decimal) else value
