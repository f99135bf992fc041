"""Half-open periods against sets of days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.platform.values import InvalidValue, Period

FIRST = date(2026, 1, 1)


def period(start: int, length: int) -> Period:
    return Period(FIRST + timedelta(start), FIRST + timedelta(start + length))


periods = st.builds(period, st.integers(0, 12), st.integers(1, 8))
open_ended = st.builds(
    Period,
    st.one_of(st.none(), st.just(date(2026, 1, 5))),
    st.one_of(st.none(), st.just(date(2026, 1, 9))),
)
DAYS = [FIRST + timedelta(day) for day in range(-2, 25)]


def days(one: Period | None) -> set[date]:
    return set() if one is None else {day for day in DAYS if day in one}


@given(st.one_of(periods, open_ended), st.one_of(periods, open_ended))
def test_set_operations(a: Period, b: Period) -> None:
    assert days(a.intersection(b)) == days(a) & days(b)
    assert a.overlaps(b) == bool(days(a) & days(b))
    assert set().union(*(days(part) for part in a.minus(b))) == days(a) - days(b)
    assert a.contains(b) == (a.intersection(b) == b)


@given(periods)
def test_days_are_counted_and_listed(a: Period) -> None:
    assert list(a) == sorted(days(a))
    assert a.days == len(days(a))
    assert a.last_day == max(days(a))


def test_calendar_periods_meet() -> None:
    assert Period.month(2026, 12) == Period(date(2026, 12, 1), date(2027, 1, 1))
    assert Period.quarter(2026, 1) == Period(date(2026, 1, 1), date(2026, 4, 1))
    assert Period.year(2026).meets(Period.month(2027, 1))
    assert not Period.month(2026, 1).overlaps(Period.month(2026, 2))
    assert str(Period(None, date(2026, 1, 1))) == "[-∞, 2026-01-01)"


def test_refusals() -> None:
    with pytest.raises(InvalidValue):
        Period(FIRST, FIRST)
    with pytest.raises(InvalidValue):
        Period(datetime(2026, 1, 1), None)
    with pytest.raises(InvalidValue):
        list(Period(None, FIRST))
