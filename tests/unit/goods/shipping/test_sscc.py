"""SSCC against GS1's own worked example; how goods go into packages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.goods.shipping.compute import (
    check_digit,
    is_sscc,
    make_sscc,
    read_scan,
    split_into_packages,
    sum_contents,
)


def test_the_check_digit_of_a_hand_calculation() -> None:
    """37610425002123456, from the right: 6+4+2+2+0+2+0+6+3 = 25 three times, 5+3+1+0+5+4+1+7 = 26.

    75 + 26 = 101; 9 lacks to 110 (GS1 prints this number with the 9).
    """
    assert check_digit("37610425002123456") == 9


def test_a_number_has_18_digits_and_checks() -> None:
    code = make_sscc("6901234", 7)
    assert code[:17] == "06901234000000007"
    assert (len(code), is_sscc(code)) == (18, True)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert not is_sscc(wrong)


@pytest.mark.parametrize(("prefix", "serial"), [("123", 1), ("69012345678", 1), ("6901234", 10**9)])
def test_bad_prefixes_and_serials_are_refused(prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match="digits"):
        make_sscc(prefix, serial)


@pytest.mark.parametrize("form", ["{}", "00{}", "(00) {}", "]C100{}", " {}\t"])
def test_scanners_write_the_same_code_in_many_ways(form: str) -> None:
    code = make_sscc("6901234", 41)
    assert read_scan(form.format(code)) == code


def test_30_and_12_in_three_packages() -> None:
    packages = split_into_packages([(1, Decimal(30)), (2, Decimal(12))], 3)
    assert packages == [{1: 14}, {1: 14}, {1: 2, 2: 12}]


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=8),
    st.integers(1, 20),
)
def test_nothing_is_lost_between_packages(quantities: list[int], count: int) -> None:
    lines = [(at, Decimal(quantity)) for at, quantity in enumerate(quantities)]
    packages = split_into_packages(lines, count)
    assert 1 <= len(packages) <= count
    stored = [{str(k): str(v) for k, v in package.items()} for package in packages]
    assert sum_contents(stored) == dict(lines)
