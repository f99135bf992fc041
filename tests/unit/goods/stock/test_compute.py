"""First expired, first out: laws over any shelf, and the worked cases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from yunhe.goods.stock.compute import LotStock, Pick, compute_lots_left, compute_picks

D = Decimal
DAY = date(2026, 11, 22)
QUANTITIES = st.integers(1, 50).map(Decimal)
EXPIRY = st.none() | st.integers(-20, 60).map(lambda days: DAY + timedelta(days=days))


@st.composite
def shelves(draw):
    count = draw(st.integers(0, 5))
    lots = [LotStock(at, draw(QUANTITIES), draw(EXPIRY)) for at in range(1, count + 1)]
    unknown = draw(st.none() | QUANTITIES)
    return lots + ([] if unknown is None else [LotStock(None, unknown)])


def test_the_lot_that_expires_first_leaves_first():
    lots = [
        LotStock(1, D(5), date(2027, 1, 1)),
        LotStock(2, D(4), date(2026, 12, 1)),
        LotStock(3, D(9)),
        LotStock(None, D(2)),
    ]
    found = compute_picks(D(19), lots, on=DAY)
    assert found.picks == (Pick(2, D(4)), Pick(1, D(5)), Pick(3, D(9)), Pick(None, D(1)))
    assert (found.short, found.unfit) == (0, 0)


def test_expired_and_short_lived_lots_stay():
    lots = [
        LotStock(1, D(5), date(2026, 11, 21)),  # expired yesterday
        LotStock(2, D(4), date(2026, 11, 22)),  # good today, for the last time
        LotStock(3, D(3), date(2026, 12, 22)),  # thirty days more
    ]
    assert compute_picks(D(9), lots, on=DAY).picks == (Pick(2, D(4)), Pick(3, D(3)))
    strict = compute_picks(D(9), lots, on=DAY, keep_days=30)
    assert (strict.picks, strict.short, strict.unfit) == ((Pick(3, D(3)),), D(6), D(9))


def test_what_left_without_a_lot_is_presumed_to_be_the_oldest():
    lots = [LotStock(1, D(5), date(2027, 1, 1)), LotStock(2, D(4), date(2026, 12, 1))]
    assert compute_lots_left(D(6), lots) == [
        LotStock(2, D(1), date(2026, 12, 1)),
        LotStock(1, D(5), date(2027, 1, 1)),
    ]
    assert compute_lots_left(D(12), lots)[-1] == LotStock(None, D(3))
    assert compute_lots_left(D(-2), lots) == []


@given(shelves(), st.integers(0, 200).map(Decimal), st.integers(0, 30))
def test_picks_cover_what_is_fit_and_never_more(lots, wanted, keep_days):
    found = compute_picks(wanted, lots, on=DAY, keep_days=keep_days)
    held = {lot.lot_id: lot for lot in lots}
    taken = sum((pick.quantity for pick in found.picks), D(0))
    needed = DAY + timedelta(days=keep_days)
    fit = [lot for lot in lots if lot.expires_on is None or lot.expires_on >= needed]
    assert taken + found.short == wanted
    assert taken == min(wanted, sum((lot.quantity for lot in fit), D(0)))
    for pick in found.picks:
        assert 0 < pick.quantity <= held[pick.lot_id].quantity
        assert held[pick.lot_id] in fit


@given(shelves(), st.integers(0, 200).map(Decimal))
def test_nothing_leaves_while_an_earlier_lot_is_left(lots, wanted):
    picks = {pick.lot_id: pick.quantity for pick in compute_picks(wanted, lots, on=DAY).picks}
    dated = [lot for lot in lots if lot.expires_on and lot.expires_on >= DAY]
    for early, late in permutations(dated, 2):
        if early.expires_on < late.expires_on and picks.get(late.lot_id):
            assert picks.get(early.lot_id) == early.quantity


@given(shelves(), st.integers(-20, 300).map(Decimal))
def test_presumed_lots_sum_to_what_is_on_hand(lots, on_hand):
    left = compute_lots_left(on_hand, lots)
    assert sum((lot.quantity for lot in left), D(0)) == max(on_hand, D(0))
    named = {lot.lot_id: lot.quantity for lot in lots}
    assert all(lot.quantity <= named[lot.lot_id] for lot in left if lot.lot_id)
