"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from yunhe.platform.values import read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Decimal(12)),
        (" 1,234,567.50 ", Decimal("1234567.50")),
        ("1，200", Decimal(1200)),
        ("-3.5", Decimal("-3.5")),
        ("1E+3", Decimal(1000)),
    ],
)
def test_a_typed_number_is_read_exactly(text: str, value: Decimal) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text", ["", " ", ",", "x", "NaN", "Infinity", "1E+999999", "1_000", "1.2.3"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None
