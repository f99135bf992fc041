"""Laws of the kernel: true for every program and every set of facts."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.money.rebates.reading import computed
from tests.unit.money.rebates.strategies import cases, decimals, tiers

FINAL = {"cutoff": "2026-12-31", "kind": "final"}


def one_program(rows: list[dict[str, str]], base: Decimal, **parts: Any) -> dict[str, Any]:
    program = {
        "id": "R1",
        "currency": "CNY",
        "valid": ["2026-01-01", "2027-01-01"],
        "pay_on": "amount",
        "mode": "marginal",
        "tiers": rows,
    }
    fact = {"partner": "A", "product": "P1", "on": "2026-02-01", "amount": f"{base:f}"}
    return {"programs": [program | parts], "facts": [fact], "settlements": [FINAL]}


def earned(case: dict[str, Any]) -> Decimal:
    (line,) = computed(case)
    return line.earned


def exact(case: dict[str, Any]) -> Decimal:
    (line,) = computed(case)
    return line.trace.exact


bases = decimals(0, 400_000, 2).map(Decimal)


@given(tiers("amount"), bases, bases)
def test_marginal_earnings_never_fall_when_the_base_rises(
    rows: list[dict[str, str]], one: Decimal, other: Decimal
) -> None:
    low, high = sorted((one, other))

    assert earned(one_program(rows, low)) <= earned(one_program(rows, high))


@given(tiers("amount"), bases, decimals(0, 100, 2).map(Decimal))
def test_marginal_earnings_are_continuous(
    rows: list[dict[str, str]], base: Decimal, step: Decimal
) -> None:
    steepest = max(Decimal(row["rate"]) for row in rows)

    rise = exact(one_program(rows, base + step)) - exact(one_program(rows, base))

    assert 0 <= rise <= steepest * step


@given(tiers("amount"), bases)
def test_with_rising_rates_retrospective_pays_at_least_marginal(
    rows: list[dict[str, str]], base: Decimal
) -> None:
    rates = sorted((row["rate"] for row in rows), key=Decimal)
    rising = [row | {"rate": rate} for row, rate in zip(rows, rates, strict=True)]

    marginal = exact(one_program(rising, base))

    assert exact(one_program(rising, base, mode="retrospective")) >= marginal


@given(tiers("amount"), bases)
def test_retrospective_is_constant_rate_inside_a_tier(
    rows: list[dict[str, str]], base: Decimal
) -> None:
    reached = [row for row in rows if Decimal(row["from"]) <= base]
    rate = Decimal(reached[-1]["rate"]) if reached else Decimal(0)

    assert exact(one_program(rows, base, mode="retrospective")) == rate * base


@settings(max_examples=60, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(case: dict[str, Any], random: Any) -> None:
    shuffled = deepcopy(case)
    random.shuffle(shuffled["facts"])

    assert computed(shuffled) == computed(case)


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_a_reversal_is_neutral(case: dict[str, Any], data: st.DataObject) -> None:
    partners = [fact["partner"] for fact in case["facts"]]
    if not partners:
        return
    fact = data.draw(st.sampled_from(case["facts"]))
    back = fact | {key: f"{-Decimal(fact[key]):f}" for key in ("amount", "quantity")}
    reversed_case = case | {"facts": [*case["facts"], fact, back]}

    assert numbers(reversed_case) == numbers(case)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_interim_and_final_pay_what_a_single_settlement_pays(case: dict[str, Any]) -> None:
    for program in case["programs"]:
        program.update(minimum_payment="0", clawback=True)
    last = case["settlements"][-1]
    single = {
        (line.program, line.partner): line.due for line in computed(case | {"settlements": [last]})
    }
    paid: dict[tuple[str, str], Decimal] = {}
    for line in computed(case):
        key = (line.program, line.partner)
        paid[key] = paid.get(key, Decimal(0)) + line.due

    assert paid == single


@settings(max_examples=60, deadline=None)
@given(cases())
def test_bounds_that_always_hold(case: dict[str, Any]) -> None:
    caps = {p["id"]: Decimal(p["cap"]) for p in case["programs"] if "cap" in p}
    paid: dict[tuple[str, str], Decimal] = {}
    for line in computed(case):
        key = (line.program, line.partner)
        assert line.earned >= 0
        assert line.earned <= caps.get(line.program, line.earned)
        assert line.earned == 0 or line.base >= 0
        assert line.paid_before == paid.get(key, Decimal(0))
        assert line.paid_before + line.due + line.open_after == line.earned
        paid[key] = line.paid_before + line.due
        assert paid[key] >= 0


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_trace_accounts_for_every_fact_of_the_partner(case: dict[str, Any]) -> None:
    for line in computed(case):
        sums = [*line.trace.counted.values(), *line.trace.ignored.values()]
        own = [fact for fact in case["facts"] if fact["partner"] == line.partner]
        assert sum(part.count for part in sums) == len(own)
        assert sum(part.amount for part in sums) == sum(Decimal(fact["amount"]) for fact in own)
        assert sum((part.earned for part in line.trace.slices), Decimal(0)) == line.trace.uncapped


def numbers(case: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (line.program, line.partner, line.base, line.earned, line.paid_before, line.due)
        for line in computed(case)
    ]
