"""From totals to the earned amount: base, tier, slices, cap, one rounding. All exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from yunhe.money.rebates.compute.facts import Totals
from yunhe.money.rebates.compute.program import (
    Flow,
    Kind,
    Mode,
    PayOn,
    Program,
    Settlement,
    Tier,
    TierBy,
)
from yunhe.money.rebates.compute.trace import Metric, Netted, Outcome, Slice, TierReached, Trace
from yunhe.platform.values.exact import (
    ZERO,
    exact_difference,
    exact_product,
    exact_sum,
)
from yunhe.platform.values.rounding import Rounding, round_to_exponent

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Measured:
    """The values that tiers and rates look at."""

    gross_amount: Decimal
    netted: tuple[Netted, ...]
    amount: Decimal
    quantity: Decimal
    baseline: Decimal | None
    base: Decimal
    metric: Metric


def compute_earned(
    program: Program,
    settlement: Settlement,
    partner: str,
    totals: Totals,
    earned_before: Mapping[str, Decimal],
) -> Trace:
    """The trace up to the rounded `earned` of one partner.

    Args:
        earned_before: rounded earned amount of this partner by id of the programs listed before,
            at the same settlement; used for `net_of`. A program without the partner counts 0.
    """
    measured = _measure(program, partner, totals, earned_before)
    conditions = program.conditions.get(partner, ())
    reached = _reached(program.tiers, measured.metric)
    slices = _slices(program, measured, reached)
    uncapped = exact_sum(part.earned for part in slices)
    outcome = _outcome(program, settlement, measured, reached, all(c.met for c in conditions))
    limit = None if program.cap is None else _payable_cap(program.cap, program.exponent)
    capped = limit is not None and uncapped > limit
    exact = limit if limit is not None and capped else uncapped
    if outcome is not Outcome.EARNED:
        exact = ZERO
    return Trace(
        counted={flow.value: sums for flow, sums in totals.by_flow.items()},
        ignored={reason.value: sums for reason, sums in totals.ignored.items()},
        gross_amount=measured.gross_amount,
        net_of=measured.netted,
        amount=measured.amount,
        quantity=measured.quantity,
        baseline=measured.baseline,
        base=measured.base,
        metric=measured.metric,
        tier=reached,
        slices=slices,
        uncapped=uncapped,
        cap=program.cap,
        capped=capped,
        conditions=conditions,
        outcome=outcome,
        exact=exact,
        exponent=program.exponent,
        earned=round_to_exponent(exact, program.exponent),
    )


def _measure(
    program: Program, partner: str, totals: Totals, earned_before: Mapping[str, Decimal]
) -> _Measured:
    own = totals.of(program.flow)
    netted = tuple(Netted(other, earned_before.get(other, ZERO)) for other in program.net_of)
    amount = exact_difference(own.amount, exact_sum(part.earned for part in netted))
    baseline = program.baseline.get(partner) if program.needs_baseline else None
    increase = _increase(amount, baseline)
    base = {
        PayOn.AMOUNT: amount,
        PayOn.QUANTITY: own.quantity,
        PayOn.INCREASE_AMOUNT: increase,
    }[program.pay_on]
    metric = _metric(program, amount, own.quantity, baseline, totals)
    return _Measured(own.amount, netted, amount, own.quantity, baseline, base, metric)


def _increase(amount: Decimal, baseline: Decimal | None) -> Decimal:
    if baseline is None or baseline <= 0:
        return ZERO
    return max(ZERO, exact_difference(amount, baseline))


def _metric(
    program: Program,
    amount: Decimal,
    quantity: Decimal,
    baseline: Decimal | None,
    totals: Totals,
) -> Metric:
    name = program.tier_by.value
    match program.tier_by:
        case TierBy.AMOUNT:
            return Metric(name, amount, ONE)
        case TierBy.QUANTITY:
            return Metric(name, quantity, ONE)
        case TierBy.INCREASE_AMOUNT:
            return Metric(name, _increase(amount, baseline), ONE)
        case TierBy.GROWTH_RATIO:
            reference = ZERO if baseline is None else baseline
            return Metric(name, exact_difference(amount, reference), reference)
        case TierBy.SELL_THROUGH_RATE:
            available = exact_sum(
                (totals.of(Flow.OPENING).quantity, totals.of(Flow.SELL_IN).quantity)
            )
            return Metric(name, totals.of(Flow.SELL_OUT).quantity, available)


def _reached(tiers: tuple[Tier, ...], metric: Metric) -> TierReached | None:
    """The highest tier whose start the metric reaches, by cross-multiplication: no division."""
    if not metric.defined:
        return None
    reached = None
    for number, tier in enumerate(tiers, start=1):
        if metric.numerator >= exact_product(tier.start, metric.denominator):
            end = tiers[number].start if number < len(tiers) else None
            reached = TierReached(number, tier.start, end, tier.rate)
    return reached


def _slices(
    program: Program, measured: _Measured, reached: TierReached | None
) -> tuple[Slice, ...]:
    if reached is None or measured.base < 0:
        return ()
    if program.mode is Mode.RETROSPECTIVE:
        return (_slice(program.kind, reached, measured.base),)
    slices = []
    for number, tier in enumerate(program.tiers[: reached.number], start=1):
        end = program.tiers[number].start if number < len(program.tiers) else None
        top = measured.base if end is None else min(end, measured.base)
        # A bound below zero cannot create base that is not there.
        size = exact_difference(max(top, ZERO), max(tier.start, ZERO))
        slices.append(_slice(program.kind, TierReached(number, tier.start, end, tier.rate), size))
    return tuple(slices)


def _slice(kind: Kind, tier: TierReached, size: Decimal) -> Slice:
    earned = tier.rate if kind is Kind.FIXED else exact_product(size, tier.rate)
    return Slice(tier.number, tier.start, tier.end, size, tier.rate, earned)


def _outcome(
    program: Program,
    settlement: Settlement,
    measured: _Measured,
    reached: TierReached | None,
    conditions_met: bool,
) -> Outcome:
    baseline = measured.baseline
    if program.valid.start is not None and settlement.cutoff < program.valid.start:
        return Outcome.NOT_STARTED
    if not conditions_met:
        return Outcome.CONDITION_UNMET
    if program.needs_baseline and (baseline is None or baseline <= 0):
        return Outcome.NO_BASELINE
    if not measured.metric.defined:
        return Outcome.NO_STOCK
    if measured.base < 0:
        return Outcome.NEGATIVE_BASE
    return Outcome.BELOW_FIRST_TIER if reached is None else Outcome.EARNED


def _payable_cap(cap: Decimal, exponent: int) -> Decimal:
    """A cap finer than the currency binds at the minor unit below; rounding never exceeds it."""
    return round_to_exponent(cap, exponent, Rounding.DOWN)
