"""Price resolution: the worked tables of docs/algorithms/pricing.md, laws, and an oracle."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yunhe.platform.values import round_money, round_to_exponent
from yunhe.trade.pricing.compute import (
    ApplicableList,
    Passed,
    PriceRow,
    compute_amount,
    compute_unit_price,
    in_order,
    resolve,
)

D = Decimal
FACTORS = {"bottle": D(1), "case": D(12), "pallet": D(720)}
GENERAL = ApplicableList(1, "G", "general", 1)
ROWS = {
    1: [
        PriceRow("bottle", D(1), D("10.0000")),
        PriceRow("bottle", D(120), D("9.5000")),
        PriceRow("case", D(1), D("110.0000")),
    ]
}

# a busy machine is not a fault of the law
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_lists_are_ordered_as_in_the_worked_table():
    lists = {
        "G": ApplicableList(1, "G", "general", 1),
        "L": ApplicableList(2, "L", "dealers", 1, level="dealer"),
        "C": ApplicableList(3, "C", "core dealers", 1, level="dealer", tier="core"),
        "E": ApplicableList(4, "E", "East China", 2),
        "P": ApplicableList(5, "P", "Sutong", 3, own=True),
    }
    assert [one.code for one in in_order(lists.values())] == ["P", "E", "C", "L", "G"]


def test_ties_go_to_priority_then_start_then_id():
    lists = [
        ApplicableList(1, "a", "", 1, starts=date(2026, 1, 1)),
        ApplicableList(2, "b", "", 1, starts=date(2026, 6, 1)),
        ApplicableList(3, "c", "", 1, priority=1, starts=date(2025, 1, 1)),
        ApplicableList(4, "d", "", 1, starts=date(2026, 6, 1)),
        ApplicableList(5, "e", "", 1, starts=None),
        ApplicableList(6, "f", "", 1, tier="core", priority=-9),
    ]
    assert [one.code for one in in_order(lists)] == ["f", "c", "d", "b", "a", "e"]


@pytest.mark.parametrize(
    ("unit", "quantity", "unit_price", "amount"),
    [
        ("bottle", "24", "10.0000", "240.00"),
        ("bottle", "120", "9.5000", "1140.00"),
        ("case", "2", "110.0000", "220.00"),
        ("bottle", "1", "10.0000", "10.00"),
    ],
)
def test_rows_are_taken_as_in_the_worked_table(unit, quantity, unit_price, amount):
    found = resolve([GENERAL], ROWS, FACTORS, unit=unit, quantity=D(quantity))
    assert found.unit_price == D(unit_price)
    assert compute_amount(found.unit_price, D(quantity), "CNY") == D(amount)


def test_a_case_price_prices_bottles_only_from_one_case_on():
    rows = {1: [PriceRow("case", D(1), D(110))]}
    few = resolve([GENERAL], rows, FACTORS, unit="bottle", quantity=D(5))
    assert (few.taken, few.unit_price, few.passed) == (
        None,
        None,
        ((GENERAL, Passed.BELOW_MINIMUM),),
    )
    more = resolve([GENERAL], rows, FACTORS, unit="bottle", quantity=D(13))
    assert more.unit_price == D("9.1667")
    assert compute_amount(more.unit_price, D(13), "CNY") == D("119.17")


def test_a_list_without_a_usable_row_is_passed_over_with_its_reason():
    own = ApplicableList(7, "P", "own", 3, own=True)
    region = ApplicableList(8, "E", "region", 2)
    rows = {8: [PriceRow("case", D(10), D(100))], 1: ROWS[1]}
    found = resolve([own, region, GENERAL], rows, FACTORS, unit="case", quantity=D(9))
    assert found.taken is GENERAL
    assert found.passed == ((own, Passed.NO_PRICE), (region, Passed.BELOW_MINIMUM))
    found = resolve([own, region, GENERAL], rows, FACTORS, unit="case", quantity=D(10))
    assert (found.taken, found.unit_price) == (region, D(100))


def test_without_the_asked_unit_the_base_unit_is_converted_before_other_packs():
    rows = {1: [PriceRow("pallet", D("0.001"), D(5000)), PriceRow("bottle", D(1), D("9.99"))]}
    found = resolve([GENERAL], rows, FACTORS, unit="case", quantity=D(1))
    assert found.unit_price == D("119.8800")


def test_a_row_in_a_unit_that_the_product_lost_is_not_used():
    rows = {1: [PriceRow("layer", D(1), D(50))]}
    found = resolve([GENERAL], rows, FACTORS, unit="case", quantity=D(9))
    assert found.passed == ((GENERAL, Passed.NO_PRICE),)


units = st.sampled_from(sorted(FACTORS))
quantities = st.decimals("0.001", "5000", places=3)
price_rows = st.lists(
    st.builds(PriceRow, units, quantities, st.decimals("0", "9999", places=4)),
    max_size=6,
    unique_by=lambda row: (row.unit, row.min_quantity),
)
lists = st.lists(
    st.builds(
        ApplicableList,
        st.integers(1, 9),
        st.just("x"),
        st.just("x"),
        st.integers(1, 3),
        level=st.sampled_from(["", "dealer"]),
        tier=st.sampled_from(["", "core"]),
        priority=st.integers(-1, 1),
        starts=st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)]),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


def oracle(lists, rows, unit, quantity):
    """Section 2 and 3 word for word: eliminate, never sort."""
    left = [
        (one, row)
        for one in lists
        for row in rows.get(one.id, [])
        if Fraction(row.min_quantity) * Fraction(FACTORS[row.unit])
        <= Fraction(quantity) * Fraction(FACTORS[unit])
    ]
    steps = [
        lambda one, row: one.depth,
        lambda one, row: {("", ""): 0, ("dealer", ""): 1, ("", "core"): 2, ("dealer", "core"): 3}[
            one.level, one.tier
        ],
        lambda one, row: one.priority,
        lambda one, row: (one.starts or date.min).toordinal(),
        lambda one, row: one.id,
        lambda one, row: row.unit == unit,
        lambda one, row: -FACTORS[row.unit],
        lambda one, row: row.min_quantity,
    ]
    for step in steps:
        if left:
            best = max(step(*pair) for pair in left)
            left = [pair for pair in left if step(*pair) == best]
    if not left:
        return None
    ((one, row),) = left
    exact = Fraction(row.price) * Fraction(FACTORS[unit]) / Fraction(FACTORS[row.unit])
    near = (D(exact.numerator) / D(exact.denominator)).quantize(D("0.0001"), ROUND_HALF_UP)
    return one, row, near


@PATIENT
@given(lists, st.dictionaries(st.integers(1, 9), price_rows, max_size=6), units, quantities)
def test_resolution_equals_the_oracle(lists, rows, unit, quantity):
    found = resolve(in_order(lists), rows, FACTORS, unit=unit, quantity=quantity)
    expected = oracle(lists, rows, unit, quantity)
    assert (found.taken and (found.taken, found.row, found.unit_price)) == expected


@PATIENT
@given(
    lists,
    st.dictionaries(st.integers(1, 9), price_rows, max_size=6),
    units,
    quantities,
    st.randoms(),
)
def test_order_of_lists_and_rows_does_not_matter(lists, rows, unit, quantity, random):
    before = resolve(in_order(lists), rows, FACTORS, unit=unit, quantity=quantity)
    random.shuffle(lists)
    for several in rows.values():
        random.shuffle(several)
    assert resolve(in_order(lists), rows, FACTORS, unit=unit, quantity=quantity) == before


@PATIENT
@given(lists, st.dictionaries(st.integers(1, 9), price_rows, max_size=6), units, quantities)
def test_a_list_that_lost_can_be_removed(lists, rows, unit, quantity):
    found = resolve(in_order(lists), rows, FACTORS, unit=unit, quantity=quantity)
    alone = [found.taken] if found.taken else []
    again = resolve(alone, rows, FACTORS, unit=unit, quantity=quantity)
    assert (again.taken, again.row, again.unit_price) == (found.taken, found.row, found.unit_price)
    assert len(found.passed) == (in_order(lists).index(found.taken) if found.taken else len(lists))


@PATIENT
@given(st.decimals("0", "9999", places=4), quantities)
def test_an_amount_is_within_half_a_cent_of_the_product(price, quantity):
    amount = compute_amount(price, quantity, "CNY")
    assert abs(Fraction(amount) - Fraction(price) * Fraction(quantity)) <= Fraction(1, 200)
    assert amount.as_tuple().exponent == -2
    assert amount == round_money(Fraction(price) * Fraction(quantity), "CNY")


prices = st.decimals("0", "9999999999.9999", places=4)
many = st.decimals("1", "999999999.999", places=3)


@PATIENT
@given(prices, many, many)
def test_conversion_is_the_exact_quotient_rounded_half_up(price, of_asked, of_row):
    factors = {"a": of_asked, "b": of_row}
    exact = Fraction(price) * Fraction(of_asked) / Fraction(of_row)
    assert compute_unit_price(PriceRow("b", D(1), price), factors, "a") == round_to_exponent(
        exact, 4
    )


@PATIENT
@given(
    prices, st.decimals("0.001", "999999999.999", places=3), st.sampled_from(["CNY", "JPY", "BHD"])
)
def test_amounts_of_any_size_and_currency_are_exact(price, quantity, currency):
    exact = Fraction(price) * Fraction(quantity)
    assert compute_amount(price, quantity, currency) == round_money(exact, currency)
