"""Quantities carry their unit; packs convert exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.platform.values import (
    InexactValue,
    InvalidValue,
    MixedUnits,
    Quantity,
    UnitTable,
    UnknownUnit,
)

TABLE = UnitTable({"P1": {"case": Decimal(24), "trio": Decimal(3), "half": Decimal("0.5")}})


@given(st.integers(-10_000, 10_000))
def test_split_is_packs_and_a_rest_smaller_than_a_pack(pieces: int) -> None:
    packs, rest = TABLE.split("P1", Quantity.of(pieces), "case")

    assert packs * 24 + rest.value == pieces
    assert abs(rest.value) < 24
    assert rest.value * pieces >= 0


@given(st.decimals(-1000, 1000, places=2), st.sampled_from(["case", "trio", "half", "base"]))
def test_there_and_back_again(value: Decimal, unit: str) -> None:
    quantity = Quantity(value, unit)

    assert TABLE.from_base("P1", TABLE.to_base("P1", quantity), unit) == quantity


def test_conversion_by_hand() -> None:
    assert TABLE.to_base("P1", Quantity.of(3, "case")) + Quantity.of(8) == Quantity.of(80)
    assert TABLE.from_base("P1", Quantity.of(36), "case") == Quantity.of("1.5", "case")
    assert TABLE.split("P1", Quantity.of(80), "case") == (3, Quantity.of(8))


def test_refusals() -> None:
    with pytest.raises(InexactValue):
        TABLE.from_base("P1", Quantity.of(1), "trio")
    with pytest.raises(UnknownUnit):
        TABLE.to_base("P2", Quantity.of(1, "case"))
    with pytest.raises(MixedUnits):
        Quantity.of(1) + Quantity.of(1, "case")
    with pytest.raises(MixedUnits):
        TABLE.from_base("P1", Quantity.of(1, "case"), "case")
    with pytest.raises(InvalidValue):
        Quantity(1.5)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        UnitTable({"P1": {"case": Decimal(0)}})
    with pytest.raises(InvalidValue):
        UnitTable({"P1": {"base": Decimal(2)}})
