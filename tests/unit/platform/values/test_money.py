"""Money is exact, of one currency, never a float; rounding is named."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.platform.values import (
    InvalidValue,
    MixedCurrencies,
    Money,
    Rounding,
    UnknownCurrency,
    currency_exponent,
    parse_decimal,
    round_money,
    round_to_exponent,
    sum_money,
    to_text,
)

amounts = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
)
money = amounts.map(lambda amount: Money.of(amount, "CNY"))


@given(money, money, money)
def test_addition_is_commutative_associative_and_has_an_inverse(
    a: Money, b: Money, c: Money
) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a - a == Money.zero("CNY")
    assert -a + a == Money.zero("CNY")


@given(money, money, st.integers(-1000, 1000))
def test_multiplication_distributes(a: Money, b: Money, factor: int) -> None:
    assert (a + b) * factor == a * factor + b * factor


@given(money)
def test_rounding_moves_less_than_half_a_cent_or_exactly_half_away(a: Money) -> None:
    moved = Fraction(a.rounded().amount) - Fraction(a.amount)

    assert abs(moved) <= Fraction(1, 200)
    assert abs(moved) < Fraction(1, 200) or (moved > 0) == (a.amount > 0)
    assert a.rounded().rounded() == a.rounded()


@given(money, st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_allocation_sums_exactly(a: Money, weights: list[int]) -> None:
    whole = a.rounded()

    assert sum_money(whole.allocated(weights), "CNY") == whole


def test_sums_are_exact_beyond_28_digits_and_in_any_context() -> None:
    large = Money.of("9999999999999999999999999999999.99", "CNY")

    with localcontext() as context:
        context.prec = 3
        total = large + Money.of("0.02", "CNY")

    assert total.amount == Decimal("10000000000000000000000000000000.01")


@pytest.mark.parametrize(
    ("value", "algorithm", "rounded"),
    [
        ("1.005", Rounding.HALF_UP, "1.01"),
        ("1.005", Rounding.HALF_EVEN, "1.00"),
        ("1.015", Rounding.HALF_EVEN, "1.02"),
        ("1.001", Rounding.UP, "1.01"),
        ("1.009", Rounding.DOWN, "1.00"),
        ("-1.005", Rounding.HALF_UP, "-1.01"),
        ("-1.005", Rounding.HALF_EVEN, "-1.00"),
        ("-1.001", Rounding.UP, "-1.01"),
        ("-0.001", Rounding.HALF_UP, "0.00"),
    ],
)
def test_named_rounding(value: str, algorithm: Rounding, rounded: str) -> None:
    assert str(round_to_exponent(Decimal(value), 2, algorithm)) == rounded


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("CNY", 2), ("BHD", 3), ("CLF", 4)])
def test_exponents(currency: str, digits: int) -> None:
    assert currency_exponent(currency) == digits


def test_rounding_takes_fractions() -> None:
    assert round_money(Fraction(2, 3), "CNY") == Decimal("0.67")
    assert str(round_money(Fraction(1, 2), "JPY")) == "1"


def test_shown_with_its_currency() -> None:
    assert (str(Money.of("5", "CNY")), str(Money.of("5.125", "CNY"))) == ("5.00 CNY", "5.125 CNY")


@pytest.mark.parametrize(
    "value", [0.1, True, None, Decimal("NaN"), Decimal("Infinity"), "", "1,0", "١"]
)
def test_inexact_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidValue):
        Money(value, "CNY")  # type: ignore[arg-type]


def test_currencies_do_not_mix() -> None:
    yuan, yen = Money.of(1, "CNY"), Money.of(1, "JPY")

    for combine in (
        lambda: yuan + yen,
        lambda: yuan - yen,
        lambda: yuan < yen,
        lambda: yuan >= yen,
    ):
        with pytest.raises(MixedCurrencies):
            combine()
    assert yuan != yen
    with pytest.raises(TypeError):
        yuan + 1  # type: ignore[operator]
    with pytest.raises(InvalidValue):
        yuan * 0.5  # type: ignore[operator]
    with pytest.raises(UnknownCurrency):
        Money.of(1, "RMB")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1E+3", "1000"),
        ("-0.00", "0"),
        ("1.50", "1.5"),
        (".5", "0.5"),
        ("+2", "2"),
        ("1e-7", "0.0000001"),
    ],
)
def test_numbers_are_read_and_shown_exactly(text: str, shown: str) -> None:
    assert to_text(parse_decimal(text)) == shown


@pytest.mark.parametrize("text", ["1e999", "1" * 200, "1_000", " 1", "0x1", "1.2.3", "--1"])
def test_strange_numbers_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_decimal(text)
