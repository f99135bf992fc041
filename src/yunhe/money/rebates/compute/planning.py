"""The plan of the set-based twin: programs and settlements as small integer tables.

Everything here is exact and independent of the number of facts: product classes, day buckets, tiers
as straight lines, and the decimal scales at which all arithmetic is integer arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from yunhe.money.rebates.compute.program import Flow, Kind, Mode, Program, Settlement
from yunhe.platform.values.errors import InexactValue
from yunhe.platform.values.quantity import UnitTable
from yunhe.platform.values.rounding import Rounding, round_to_exponent

FLOWS = tuple(Flow)
ONE_DAY = timedelta(days=1)
MONEY_SCALE = 4
"""No ISO 4217 currency has more minor-unit digits."""


@dataclass(frozen=True, slots=True)
class Scales:
    """Decimal places of values (amounts, quantities) and of rates and tier starts."""

    value: int
    rate: int


@dataclass(frozen=True, slots=True)
class TierLine:
    """Within one tier the exact earned amount is `offset + slope * base`; all scaled integers."""

    program: int
    start: int
    end: int | None
    offset: int
    slope: int


@dataclass(frozen=True)
class Plan:
    """Tables derived from programs, settlements and units."""

    programs: tuple[Program, ...]
    settlements: tuple[Settlement, ...]
    units: UnitTable
    recorded_separately: bool
    fact_scale: int

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """By program: 0 when net of nothing, else one more than the deepest it is net of."""
        by_id: dict[str, int] = {}
        for program in self.programs:
            by_id[program.id] = 1 + max((by_id[other] for other in program.net_of), default=-1)
        return tuple(by_id.values())

    @cached_property
    def counted_periods(self) -> tuple[tuple[date, date], ...]:
        """The non-empty half-open ranges of business days that some line counts."""
        days = [self.counted_days(p, s) for p in self.programs for s in self.settlements]
        return tuple((start, end) for start, end in days if start < end)

    @cached_property
    def day_bounds(self) -> tuple[date, ...]:
        """A fact's day bucket is the number of bounds up to and including its business date.

        Only facts between the first and the last day are read, so those two bound nothing.
        """
        bounds = sorted({day for period in self.counted_periods for day in period})
        return tuple(bounds[1:-1])

    @cached_property
    def known_bounds(self) -> tuple[date, ...]:
        """The same for the day of recording; the latest known-by bounds nothing."""
        if not self.recorded_separately:
            return ()
        return tuple(
            sorted({settlement.known_by + ONE_DAY for settlement in self.settlements})[:-1]
        )

    @cached_property
    def product_sets(self) -> tuple[tuple[frozenset[str] | None, frozenset[str]], ...]:
        """The different product restrictions among the programs."""
        return tuple(dict.fromkeys((p.products, p.exclude_products) for p in self.programs))

    @cached_property
    def product_classes(self) -> dict[str, int]:
        """product -> class; products no program distinguishes are in class 0 and not listed.

        Two products are in one class when every program treats them alike, so facts can be summed
        by class without losing what any program needs.
        """
        named: set[str] = set()
        for listed, excluded in self.product_sets:
            named |= (listed or frozenset()) | excluded
        numbers = {self._signature(None): 0}
        classes = {}
        for product in sorted(named):
            number = numbers.setdefault(self._signature(product), len(numbers))
            if number:
                classes[product] = number
        return classes

    @cached_property
    def factors(self) -> tuple[Decimal, ...]:
        """Distinct base units per pack; number 0 is the base unit itself."""
        found = {Decimal(1): None}
        for units in self.units.factors.values():
            found.update(dict.fromkeys(units.values()))
        return tuple(found)

    def classes_of(self, program: Program) -> Iterator[int]:
        """The product classes a program includes."""
        if program.includes_product(""):
            yield 0
        examples = {number: product for product, number in self.product_classes.items()}
        yield from (n for n, product in examples.items() if program.includes_product(product))

    def counted_days(self, program: Program, settlement: Settlement) -> tuple[date, date]:
        """Half-open range of business dates that count; empty when it ends before it starts."""
        start, end = program.valid.start or date.min, program.valid.end or date.max
        last = settlement.cutoff + ONE_DAY
        if not self.recorded_separately:
            last = min(last, settlement.known_by + ONE_DAY)
        return start, min(end, last)

    def day_range(self, program: Program, settlement: Settlement) -> tuple[int, int]:
        """The same as day buckets."""
        start, end = self.counted_days(program, settlement)
        if start >= end:
            return (0, 0)
        return bisect_right(self.day_bounds, start), bisect_left(self.day_bounds, end) + 1

    def known_range(self, settlement: Settlement) -> int:
        """Recording buckets below this one count."""
        if not self.recorded_separately:
            return 1
        return bisect_left(self.known_bounds, settlement.known_by + ONE_DAY) + 1

    @cached_property
    def scales(self) -> Scales:
        """The least scales at which every input is an integer. Raises InexactValue."""
        values = [Decimal(1).scaleb(-max(self.fact_scale, MONEY_SCALE))]
        rates = [Decimal(0)]
        for program in self.programs:
            values += program.baseline.values()
            if program.mode is Mode.MARGINAL:
                values += (tier.start for tier in program.tiers)
            rates += (part for tier in program.tiers for part in (tier.start, tier.rate))
        pack_places = max(_places(factor) for factor in self.factors)
        scales = Scales(max(map(_places, values)) + pack_places, max(map(_places, rates)))
        if scales.value + scales.rate > 30:
            raise InexactValue("numbers are too fine for the set-based twin; use the reference")
        return scales

    def tier_lines(self) -> Iterator[TierLine]:
        """Every tier of every program as a straight line (docs/algorithms/rebates.md)."""
        value, rate = self.scales.value, self.scales.rate
        for number, program in enumerate(self.programs):
            offset = Fraction(0)
            for at, tier in enumerate(program.tiers):
                following = program.tiers[at + 1].start if at + 1 < len(program.tiers) else None
                slope = Fraction(0 if program.kind is Kind.FIXED else tier.rate)
                if program.mode is Mode.RETROSPECTIVE:
                    offset = Fraction(tier.rate if program.kind is Kind.FIXED else 0)
                elif program.kind is Kind.FIXED:
                    offset += Fraction(tier.rate)
                else:
                    below = Fraction(program.tiers[at - 1].rate) if at else Fraction(0)
                    offset -= max(Fraction(tier.start), Fraction(0)) * (slope - below)
                yield TierLine(
                    program=number,
                    start=scaled(tier.start, rate),
                    end=None if following is None else scaled(following, rate),
                    offset=scaled(offset, value + rate),
                    slope=scaled(slope, rate),
                )

    def cap_minor(self, program: Program) -> int | None:
        """The cap in minor units, rounded down: a line never exceeds it."""
        if program.cap is None:
            return None
        return scaled(
            round_to_exponent(program.cap, program.exponent, Rounding.DOWN), program.exponent
        )

    def minimum_minor(self, program: Program) -> int:
        """The least payable number of minor units of an interim settlement (rounded up)."""
        least = round_to_exponent(program.minimum_payment, program.exponent, Rounding.UP)
        return scaled(least, program.exponent)

    def _signature(self, product: str | None) -> tuple[bool, ...]:
        return tuple(
            (listed is None or product in listed) and product not in excluded
            for listed, excluded in self.product_sets
        )


def scaled(value: Decimal | Fraction, places: int) -> int:
    """`value * 10^places` as an integer. Raises InexactValue when it is none."""
    units = Fraction(value) * 10**places
    if units.denominator != 1:
        raise InexactValue(f"{value} has more than {places} decimal places")
    return int(units)


def bucket_sql(column: str, bounds: Sequence[date]) -> str:
    """SQL that counts the bounds up to a date, as a balanced tree of comparisons."""
    return _bucket_tree(column, bounds, 0, len(bounds))


def _bucket_tree(column: str, bounds: Sequence[date], low: int, high: int) -> str:
    if low == high:
        return str(low)
    middle = (low + high) // 2
    below = _bucket_tree(column, bounds, low, middle)
    above = _bucket_tree(column, bounds, middle + 1, high)
    return f"CASE WHEN {column} < DATE '{bounds[middle]}' THEN {below} ELSE {above} END"


def _places(value: Decimal) -> int:
    """Decimal places that matter: 1.50 has one, 1E+3 has none."""
    denominator, places = Fraction(value).denominator, 0
    while 10**places % denominator:
        places += 1
    return places
