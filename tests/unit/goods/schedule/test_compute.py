"""Available to promise by hand, and its laws."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yunhe.goods.schedule.compute import (
    Dated,
    Wanted,
    compute_available,
    compute_promise,
    compute_promises,
)

D = Decimal
DAY = date(2026, 11, 22)


def day(ahead):
    return DAY + timedelta(days=ahead)


def on(days, quantity):
    return Dated(DAY + timedelta(days=days), D(quantity))


ENTRIES = st.lists(st.builds(on, st.integers(-5, 40), st.integers(1, 100)), max_size=6)


def test_stock_production_and_promises():
    made, promised = [on(5, 100), on(10, 50), on(-3, 999)], [on(7, 80)]
    # balances: 30, 130, 50, 100 → lowest from each day on: 30, 50, 50, 100
    found = compute_available(D(30), made, promised, on=DAY)
    assert found == [on(0, 30), on(5, 50), on(7, 50), on(10, 100)]
    assert compute_promise(D(30), D(30), made, promised, on=DAY) == DAY
    assert compute_promise(D(31), D(30), made, promised, on=DAY) == DAY + timedelta(days=5)
    assert compute_promise(D(51), D(30), made, promised, on=DAY) == DAY + timedelta(days=10)
    assert compute_promise(D(101), D(30), made, promised, on=DAY) is None


def test_a_later_promise_is_not_broken():
    assert compute_promise(D(1), D(10), [], [on(20, 10)], on=DAY) is None


@given(st.integers(0, 100).map(Decimal), ENTRIES, ENTRIES, st.integers(1, 200).map(Decimal))
def test_keeping_the_promise_never_drives_a_balance_lower_than_it_was(
    stock, made, promised, wanted
):
    day = compute_promise(wanted, stock, made, promised, on=DAY)
    if day is None:
        return
    days = {DAY, *(e.on for e in [*made, *promised] if e.on >= day)} | {day}
    for later in (d for d in days if d >= day):
        arrived = stock + sum(e.quantity for e in made if DAY <= e.on <= later)
        owed = sum(e.quantity for e in promised if e.on <= later)
        assert arrived - owed >= wanted


@given(st.integers(0, 100).map(Decimal), ENTRIES, ENTRIES)
def test_what_can_be_promised_never_falls_with_time(stock, made, promised):
    found = [day.quantity for day in compute_available(stock, made, promised, on=DAY)]
    assert found == sorted(found)


def test_a_late_production_moves_the_later_promise_and_keeps_the_first():
    """Stock 10, 20 on day 5 moved to day 9: 10 for the first at once, 20 for the second on day 9, a
    third of 5 is covered by nothing. Back on day 5, the second is back on the day first promised."""
    promises = [Wanted(1, DAY, D(10)), Wanted(2, day(5), D(20)), Wanted(3, day(5), D(5))]
    late = compute_promises(D(10), [Dated(day(9), D(20))], promises, on=DAY)
    assert late == {1: DAY, 2: day(9), 3: None}
    back = compute_promises(D(10), [Dated(day(4), D(25))], promises, on=DAY)
    assert back == {1: DAY, 2: day(5), 3: day(5)}


@given(
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=5),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=6),
)
def test_what_is_promised_up_to_a_day_never_exceeds_what_is_there_by_then(stock, made, asked):
    production = [Dated(day(at), D(quantity)) for at, quantity in made]
    promises = [Wanted(key, day(at), D(q)) for key, (at, q) in enumerate(asked)]
    days = compute_promises(D(stock), production, promises, on=DAY)
    for at in range(10):
        there = stock + sum(quantity for when, quantity in made if when <= at)
        owed = sum(p.quantity for p in promises if days[p.key] and days[p.key] <= day(at))
        assert owed <= there
    assert all(found >= p.first_on for p in promises if (found := days[p.key]))
