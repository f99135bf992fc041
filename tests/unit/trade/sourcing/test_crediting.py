"""What a serving dealer is credited, by hand calculation and by laws."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.sourcing.compute import Credit, ServedLine, compute_credit

D = Decimal


def served(quantity: int, before: int = 0, *, whole: int = 15, amount: str = "50.03", row: int = 1):
    return ServedLine(row, row * 10, D(quantity), D(whole), D(amount), D(before))


def credit(*lines: ServedLine, percent: str = "0", goods: str = "0", fee: str = "0") -> Credit:
    return compute_credit(
        lines, percent=D(percent), goods_before=D(goods), fee_before=D(fee), currency="CNY"
    )


def test_goods_and_a_fee_on_all_of_them():
    """50.03 and 8.00 are 58.03; 3 % of it are 1.7409."""
    found = credit(served(15), served(4, whole=4, amount="8", row=2), percent="3")
    assert [(line.row, line.amount) for line in found.lines] == [(1, D("50.03")), (2, D("8.00"))]
    assert (found.goods, found.fee, found.amount) == (D("58.03"), D("1.74"), D("59.77"))


def test_two_shipments_sum_to_the_line_and_to_the_fee_of_it():
    """7 of 15 of 50.03 are 23.3473, 3 % of 23.35 are 0.7005; the whole fee is 1.5009."""
    first = credit(served(7), percent="3")
    assert (first.goods, first.fee) == (D("23.35"), D("0.70"))
    second = credit(served(8, 7), percent="3", goods="23.35", fee="0.70")
    assert (second.goods, second.fee) == (D("26.68"), D("0.80"))


def test_fees_of_small_shipments_do_not_add_up_their_rounding():
    """5 % of three times 0.10: 0.015 in all, 0.02; each alone would be 0.01."""
    fees, goods, fee = [], D(0), D(0)
    for before in range(3):
        found = credit(
            served(1, before, whole=3, amount="0.30"), percent="5", goods=str(goods), fee=str(fee)
        )
        goods, fee = goods + found.goods, fee + found.fee
        fees.append(found.fee)
    assert fees == [D("0.01"), D("0.00"), D("0.01")]


def test_half_a_cent_of_fee_is_rounded_up():
    assert credit(served(1, whole=1, amount="1"), percent="0.5").fee == D("0.01")
    assert credit(served(1, whole=1, amount="0.99"), percent="0.5").fee == D("0.00")


def test_what_did_not_arrive_is_taken_back_to_the_cent():
    """12 of 15 are 40.024, so 10.01 goes back; 3 % of 40.02 are 1.2006, so 0.30 of 1.50 goes back."""
    found = credit(served(-3, 15), percent="3", goods="50.03", fee="1.50")
    assert (found.goods, found.fee, found.amount) == (D("-10.01"), D("-0.30"), D("-10.31"))


@given(
    amount=st.decimals("0", "10000", places=2),
    percent=st.decimals("0", "100", places=2),
    moves=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    back=st.integers(0, 40),
    turned=st.booleans(),
)
def test_credits_sum_to_what_was_kept_in_any_order(amount, percent, moves, back, turned):
    whole = sum(moves)
    kept = whole - min(back, whole)
    steps = [*moves, *([kept - whole] if kept < whole else [])]
    steps = steps[::-1] if turned else steps
    done, goods, fee = 0, D(0), D(0)
    for step in steps:
        found = credit(
            served(step, done, whole=whole, amount=str(amount)),
            percent=str(percent),
            goods=str(goods),
            fee=str(fee),
        )
        done, goods, fee = done + step, goods + found.goods, fee + found.fee
    all_at_once = credit(served(kept, whole=whole, amount=str(amount)), percent=str(percent))
    assert (goods, fee) == (all_at_once.goods, all_at_once.fee)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.decimals("0", "99", places=2))
def test_no_shipment_is_credited_below_zero(moves, amount):
    ends = [sum(moves[:at]) for at in range(len(moves) + 1)]
    for before, upto in pairwise(ends):
        found = credit(served(upto - before, before, whole=ends[-1], amount=str(amount)))
        assert found.goods >= 0
