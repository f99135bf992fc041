"""Parts of lines and pasted lines, on values."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.compute import (
    FreePart,
    WrittenLine,
    compute_part,
    read_lines,
    share_amount,
    shrink_goods,
)
from yunhe.trade.orders.transitions import MOVES


def test_three_parts_of_ten_yuan_sum_to_ten_yuan():
    shares = [
        compute_part(Decimal(10), Decimal(1), Decimal(3), Decimal(n), "CNY") for n in range(3)
    ]
    assert shares == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]


@given(
    st.decimals("0.01", "99999", places=2), st.lists(st.integers(1, 50), min_size=1, max_size=12)
)
def test_successive_parts_sum_to_the_amount(amount, parts):
    whole, before, total = Decimal(sum(parts)), Decimal(0), Decimal(0)
    for part in parts:
        total += compute_part(amount, Decimal(part), whole, before, "CNY")
        before += part
    assert total == amount


def test_pasted_lines_are_read_whatever_separates_them():
    assert read_lines("A1\t2\tcase\n\n B2,3\nC3 x\nD4，1；箱\nE5 -1") == [
        WrittenLine(1, "A1", Decimal(2), "case"),
        WrittenLine(3, "B2", Decimal(3), ""),
        WrittenLine(4, "C3", None, ""),
        WrittenLine(5, "D4", Decimal(1), "箱"),
        WrittenLine(6, "E5", None, ""),
    ]


def test_every_state_is_reached_and_only_the_last_ones_have_no_way_on():
    reached = {move.target for move in MOVES.values()} | {OrderStatus.DRAFT, OrderStatus.SHIPPING}
    assert reached == set(OrderStatus)
    # a split order goes where its parts go
    ends = {status for status in OrderStatus if not MOVES.offered(status)}
    assert ends == {OrderStatus.CLOSED, OrderStatus.SPLIT}


def test_full_width_is_half_width_and_a_missing_code_is_seen():
    assert read_lines("ＱＢ１　１２　箱\n\t3\tcase\nA－1，２．５；kg") == [
        WrittenLine(1, "QB1", Decimal(12), "箱"),
        WrittenLine(2, "", Decimal(3), "case"),
        WrittenLine(3, "A-1", Decimal("2.5"), "kg"),
    ]


def test_a_share_that_is_right_to_the_cent_stays_and_the_taker_has_the_rest():
    """10.00 by 3, 3 and 4 is 3.00, 3.00 and 4.00; 3.01 of another rounding may stay, 3.02 not."""
    kept = [Decimal(3), Decimal(3), Decimal(4)]
    now = [Decimal("3.009"), Decimal("3.02"), Decimal(0)]
    shares = share_amount(Decimal(10), kept, now, currency="CNY", taker=2)
    assert shares == [Decimal("3.009"), Decimal(3), Decimal("3.991")]
    assert share_amount(Decimal(10), kept, [Decimal(0)] * 3, currency="CNY") == [3, 3, 4]


@given(
    st.decimals(0, "99999", places=2),
    st.lists(
        st.tuples(st.integers(1, 50), st.decimals(0, "9999", places=2)), min_size=1, max_size=8
    ),
    st.data(),
)
def test_shares_sum_to_the_total_and_are_fair_to_a_few_cents(total, parts, data):
    kept, now = [Decimal(own) for own, _was in parts], [was for _own, was in parts]
    taker = data.draw(st.none() | st.integers(0, len(parts) - 1))
    shares = share_amount(total, kept, now, currency="CNY", taker=taker)
    assert sum(shares) == total
    assert min(shares) >= 0
    cents = Decimal("0.01") * len(parts)
    fair = [total * own / sum(kept) for own in kept]
    assert all(abs(share - right) <= cents for share, right in zip(shares, fair, strict=True))


@given(
    st.integers(0, 60),
    st.lists(
        st.integers(0, 20).flatmap(lambda kept: st.tuples(st.just(kept), st.integers(0, kept))),
        max_size=6,
    ),
)
def test_goods_that_are_not_earned_are_given_up_before_shipped_ones_are_charged(earned, parts):
    given_free = [FreePart(Decimal(kept), Decimal(shipped)) for kept, shipped in parts]
    kept, unearned = shrink_goods(Decimal(earned), given_free)
    had, shipped = sum(part.kept for part in given_free), sum(part.shipped for part in given_free)
    assert sum(kept) == min(had, max(Decimal(earned), shipped))
    assert sum(kept) - sum(unearned) == min(had, Decimal(earned))
    for part, left, charged in zip(given_free, kept, unearned, strict=True):
        assert part.shipped <= left <= part.kept
        assert 0 <= charged <= part.shipped
