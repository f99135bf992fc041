"""Alerts and proposals by hand, and their laws."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.goods.transfers.compute import (
    Found,
    Limits,
    Side,
    StockFacts,
    compute_alerts,
    compute_days,
    compute_km,
    compute_proposals,
    compute_safety,
    compute_severity,
)

D = Decimal
SHANGHAI, NANJING, BEIJING = (31.23, 121.47), (32.06, 118.80), (39.90, 116.41)
AMOUNTS = st.integers(0, 500).map(Decimal)


def test_days_of_stock():
    # 56 sold in four weeks: two a day
    assert compute_days(D(13), D(56)) == 6
    assert compute_days(D(-5), D(56)) == 0
    assert compute_days(D(10), D(0)) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (StockFacts(D(10), D(56), 0), [Found("low", 5, D(10), D(18))]),  # 28 wanted, 10 there
        (StockFacts(D(14), D(56), 0), []),
        (StockFacts(D(150), D(56), 0), [Found("over", 75, D(150), D(30))]),  # 120 last 60 days
        (StockFacts(D(9), D(0), 50), [Found("slow", 50, D(9), D(9))]),
        (StockFacts(D(9), D(0), 20), []),
        (StockFacts(D(9), D(0), None), [Found("slow", None, D(9), D(9))]),
        (StockFacts(D(20), D(56), 0, D(4), 12), [Found("expiry", 12, D(4), D(4))]),
    ],
)
def test_alerts(facts, expected):
    assert compute_alerts(facts, Limits()) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # enough for a week, but less than is wanted: filled up to the safety stock
        (StockFacts(D(20), D(56), 0, safety=D(50)), [Found("low", 10, D(20), D(30))]),
        # both: the greater of two weeks' sales (28) and the safety stock
        (StockFacts(D(10), D(56), 0, safety=D(12)), [Found("low", 5, D(10), D(18))]),
        (StockFacts(D(0), D(0), None, safety=D(4)), [Found("low", None, D(0), D(4))]),
        (StockFacts(D(4), D(0), 20, safety=D(4)), []),
        # never given away: the safety stock, however long it lasts or stands
        (StockFacts(D(150), D(56), 0, safety=D(140)), [Found("over", 75, D(150), D(10))]),
        (StockFacts(D(150), D(56), 0, safety=D(150)), []),
        (StockFacts(D(9), D(0), 50, safety=D(4)), [Found("slow", 50, D(9), D(5))]),
        (StockFacts(D(4), D(0), 50, safety=D(4)), []),
    ],
)
def test_alerts_with_safety_stock(facts, expected):
    assert compute_alerts(facts, Limits()) == expected


def test_safety_stock_warns_where_the_rule_is_silent():
    silent = Limits(low_days=0, over_days=0, slow_days=0, expiry_days=0)
    facts = StockFacts(D(3), D(56), 0, safety=D(5))
    assert compute_alerts(facts, silent) == [Found("low", 1, D(3), D(2))]


def test_safety_stock_by_hand():
    # every other day of 56 four are sold: sigma² = (448 - 112²/56) / 55 = 4.0727; 1.64485·2.0181·√4 = 6.64
    assert compute_safety(D(112), D(448), service=D("0.95"), lead_days=4) == 7
    # the same every day: nothing varies
    assert compute_safety(D(112), D(224), service=D("0.99"), lead_days=30) == 0
    assert compute_safety(D(112), D(448), service=D("0.5"), lead_days=30) == 0


@given(
    st.lists(st.integers(0, 50), min_size=56, max_size=56),
    st.sampled_from([D("0.8"), D("0.9"), D("0.98")]),
    st.integers(1, 90),
)
def test_safety_stock_grows_with_service_and_lead_time(sold, service, lead_days):
    total, squares = D(sum(sold)), D(sum(day * day for day in sold))
    found = compute_safety(total, squares, service=service, lead_days=lead_days)
    assert found >= 0
    assert found == found.to_integral_value()
    assert compute_safety(total, squares, service=D("0.99"), lead_days=lead_days) >= found
    assert compute_safety(total, squares, service=service, lead_days=lead_days + 1) >= found


def test_zero_switches_a_warning_off():
    limits = Limits(low_days=0, over_days=0, slow_days=0, expiry_days=0)
    facts = [
        StockFacts(D(1), D(56), 0, D(1), 1),
        StockFacts(D(999), D(1), 0),
        StockFacts(D(9), D(0), 99),
    ]
    assert [compute_alerts(one, limits) for one in facts] == [[], [], []]


def test_distance_shanghai_beijing():
    assert compute_km(SHANGHAI, BEIJING) == pytest.approx(1068, abs=5)
    assert compute_km(SHANGHAI, SHANGHAI) == 0


def test_the_nearest_pair_first_and_nobody_gives_more_than_it_has():
    surplus = [Side(1, 7, D(10), NANJING), Side(2, 7, D(50), BEIJING), Side(3, 8, D(50), NANJING)]
    shortage = [Side(4, 7, D(15), SHANGHAI)]
    found = compute_proposals(surplus, shortage, most_km=2000)
    assert [(p.sender, p.receiver, p.quantity) for p in found] == [(1, 4, 10), (2, 4, 5)]
    assert 260 < found[0].km < 280
    assert [p.sender for p in compute_proposals(surplus, shortage)] == [1]


@st.composite
def sides(draw, first):
    count = draw(st.integers(0, 5))
    place = st.none() | st.tuples(st.floats(20, 50), st.floats(75, 130))
    return [
        Side(first + at, draw(st.integers(1, 2)), draw(AMOUNTS), draw(place)) for at in range(count)
    ]


@given(sides(1), sides(100))
def test_proposals_never_overdraw(surplus, shortage):
    found = compute_proposals(surplus, shortage)
    for side in surplus:
        assert sum(p.quantity for p in found if p.sender == side.node_id) <= side.amount
    for side in shortage:
        assert sum(p.quantity for p in found if p.receiver == side.node_id) <= side.amount
    assert all(p.quantity > 0 for p in found)
    known = [p.km for p in found if p.km is not None]
    assert known == sorted(known)


def test_below_the_safety_stock_without_sales_is_pressing_when_nothing_is_left():
    assert compute_severity("low", None, D(3)) == 1
    assert compute_severity("low", None, D(0)) == 3


@pytest.mark.parametrize(
    ("kind", "days", "severity"),
    [
        ("low", 0, 3),
        ("low", 2, 2),
        ("low", 3, 1),
        ("expiry", -4, 3),
        ("expiry", 7, 3),
        ("expiry", 8, 2),
        ("expiry", 15, 1),
        ("over", 179, 1),
        ("over", 180, 2),
        ("slow", 60, 1),
        ("slow", None, 2),
    ],
)
def test_how_pressing_an_alert_is(kind, days, severity):
    assert compute_severity(kind, days) == severity
