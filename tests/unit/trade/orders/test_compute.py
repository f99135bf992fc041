"""Parts of lines and pasted lines, on values."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.compute import WrittenLine, compute_part, read_lines
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
