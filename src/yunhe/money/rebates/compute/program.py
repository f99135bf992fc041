"""What the kernel computes on: programs, facts, settlements. Plain frozen values, checked at birth.

Definitions: docs/algorithms/rebates.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yunhe.platform.values.currencies import currency_exponent
from yunhe.platform.values.errors import InvalidValue
from yunhe.platform.values.exact import ZERO
from yunhe.platform.values.period import Period
from yunhe.platform.values.quantity import BASE


class Flow(StrEnum):
    SELL_IN = "sell_in"
    SELL_THROUGH = "sell_through"
    SELL_OUT = "sell_out"
    OPENING = "opening"


class PayOn(StrEnum):
    AMOUNT = "amount"
    QUANTITY = "quantity"
    INCREASE_AMOUNT = "increase_amount"


class TierBy(StrEnum):
    AMOUNT = "amount"
    QUANTITY = "quantity"
    INCREASE_AMOUNT = "increase_amount"
    GROWTH_RATIO = "growth_ratio"
    SELL_THROUGH_RATE = "sell_through_rate"


class Mode(StrEnum):
    MARGINAL = "marginal"
    RETROSPECTIVE = "retrospective"


class Kind(StrEnum):
    PERCENT = "percent"
    PER_UNIT = "per_unit"
    FIXED = "fixed"


class SettlementKind(StrEnum):
    INTERIM = "interim"
    FINAL = "final"


class ProgramRefused(InvalidValue):
    """The definition of a program contradicts itself."""

    code = "rebates.program_refused"


@dataclass(frozen=True, slots=True)
class Tier:
    """Covers `[start, next tier's start)`; the last is open. `rate`: ratio, per unit or amount."""

    start: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    met: bool


@dataclass(frozen=True, slots=True)
class Program:
    """One rebate program. Raises ProgramRefused when its parts contradict each other."""

    id: str
    currency: str
    valid: Period
    pay_on: PayOn
    mode: Mode
    tiers: tuple[Tier, ...]
    tier_by: TierBy
    kind: Kind = Kind.PERCENT
    flow: Flow = Flow.SELL_IN
    partners: frozenset[str] | None = None
    products: frozenset[str] | None = None
    exclude_products: frozenset[str] = frozenset()
    baseline: Mapping[str, Decimal] = field(default_factory=dict)
    cap: Decimal | None = None
    conditions: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    net_of: tuple[str, ...] = ()
    minimum_payment: Decimal = ZERO
    clawback: bool = True

    def __post_init__(self) -> None:
        if not self.id:
            raise ProgramRefused("a program needs an id")
        currency_exponent(self.currency)
        if self.valid.start is None or self.valid.end is None:
            self._refuse("valid needs a first day and an end")
        self._check_tiers()
        if self.kind is Kind.PER_UNIT and self.pay_on is not PayOn.QUANTITY:
            self._refuse("kind per_unit needs pay_on quantity")
        if self.mode is Mode.MARGINAL and self.tier_by.value != self.pay_on.value:
            self._refuse("mode marginal needs tier_by to be pay_on")
        if self.cap is not None and self.cap < 0:
            self._refuse("cap must not be negative")
        if self.minimum_payment < 0:
            self._refuse("minimum_payment must not be negative")
        if self.id in self.net_of or len(set(self.net_of)) != len(self.net_of):
            self._refuse("net_of must name other programs, each once")

    @property
    def exponent(self) -> int:
        return currency_exponent(self.currency)

    @property
    def needs_baseline(self) -> bool:
        return self.pay_on is PayOn.INCREASE_AMOUNT or self.tier_by in (
            TierBy.GROWTH_RATIO,
            TierBy.INCREASE_AMOUNT,
        )

    def includes_product(self, product: str) -> bool:
        listed = self.products is None or product in self.products
        return listed and product not in self.exclude_products

    def includes_partner(self, partner: str) -> bool:
        return self.partners is None or partner in self.partners

    def _check_tiers(self) -> None:
        if not self.tiers:
            self._refuse("at least one tier is needed")
        for lower, higher in zip(self.tiers, self.tiers[1:], strict=False):
            if lower.start >= higher.start:
                self._refuse(f"tiers must ascend: {lower.start} before {higher.start}")
        if any(tier.rate < 0 for tier in self.tiers):
            self._refuse("a rate must not be negative")

    def _refuse(self, reason: str) -> None:
        raise ProgramRefused(f"program {self.id}: {reason}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One append-only movement, `quantity` in `unit`s; negative in returns and corrections."""

    partner: str
    product: str
    on: date
    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    flow: Flow = Flow.SELL_IN
    unit: str = BASE
    recorded: date | None = None
    reference: str = ""

    @property
    def recorded_on(self) -> date:
        """The day on which the fact became known; the business date unless stated."""
        return self.on if self.recorded is None else self.recorded


@dataclass(frozen=True, slots=True)
class Settlement:
    """`cutoff`: last business date included; `known`: last day of recording included."""

    cutoff: date
    kind: SettlementKind
    known: date | None = None

    @property
    def known_by(self) -> date:
        return self.cutoff if self.known is None else self.known


def check_programs(programs: tuple[Program, ...] | list[Program]) -> None:
    """Ids are unique; `net_of` names earlier ones of the same currency. Raises ProgramRefused."""
    earlier: dict[str, Program] = {}
    for program in programs:
        if program.id in earlier:
            raise ProgramRefused(f"program {program.id} is defined twice")
        for other in program.net_of:
            if other not in earlier:
                raise ProgramRefused(
                    f"program {program.id}: net_of {other} is not listed before it"
                )
            if earlier[other].currency != program.currency:
                raise ProgramRefused(f"program {program.id}: net_of {other} has another currency")
        earlier[program.id] = program
