"""The set-based twin equals the reference, line by line, on random programs and facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from tests.unit.money.rebates.reading import computed, read
from tests.unit.money.rebates.strategies import cases

from yunhe.money.rebates.compute.program import (
    Fact,
    Mode,
    PayOn,
    Program,
    Settlement,
    SettlementKind,
    Tier,
    TierBy,
)
from yunhe.money.rebates.compute.setbased import (
    FactColumns,
    compute_settlements_in_sets,
    set_lines,
)
from yunhe.platform.values import InexactValue, InvalidValue, Period, UnitTable, UnknownUnit

COLUMNS = (
    'partner VARCHAR, product VARCHAR, "on" DATE, quantity DECIMAL(18, 3), amount DECIMAL(18, 3),'
    " flow VARCHAR, recorded_on DATE, unit VARCHAR"
)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def store(connection: duckdb.DuckDBPyConnection, facts: list[Fact]) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE facts ({COLUMNS})")
    rows = [
        (
            f.partner,
            f.product,
            f.on,
            f.quantity,
            f.amount,
            f.flow.value,
            f.recorded,
            None if f.unit == "base" else f.unit,
        )
        for f in facts
    ]
    if rows:
        connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


@settings(max_examples=120, deadline=None)
@given(case=cases())
def test_twin_equals_reference(connection: duckdb.DuckDBPyConnection, case: dict[str, Any]) -> None:
    programs, facts, settlements, units = read(case)
    store(connection, facts)

    answer = compute_settlements_in_sets(connection, "facts", programs, settlements, units=units)

    found = [
        (
            line.settlement,
            line.program,
            line.partner,
            line.base,
            line.earned,
            line.paid_before,
            line.due,
        )
        for line in set_lines(answer)
    ]
    assert found == [
        (
            line.settlement,
            line.program,
            line.partner,
            line.base,
            line.earned,
            line.paid_before,
            line.due,
        )
        for line in computed(case)
    ]


def value_program(**parts: Any) -> Program:
    return Program(
        **{
            "id": "R1",
            "currency": "CNY",
            "valid": Period.year(2026),
            "pay_on": PayOn.AMOUNT,
            "mode": Mode.RETROSPECTIVE,
            "tiers": (Tier(Decimal(0), Decimal("0.1")),),
            "tier_by": TierBy.AMOUNT,
        }
        | parts
    )


FINAL = Settlement(date(2026, 12, 31), SettlementKind.FINAL)


def test_columns_may_be_absent_and_named_otherwise(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE bare AS"
        " SELECT 'A' AS dealer, 'P1' AS sku, DATE '2026-02-01' AS day, 3 AS pieces, 1005 AS value"
    )
    columns = FactColumns("dealer", "sku", "day", "pieces", "value", None, None, None)

    answer = compute_settlements_in_sets(
        connection, "bare", [value_program()], [FINAL], columns=columns
    )

    (line,) = set_lines(answer)
    assert (line.base, line.earned, line.due, line.facts) == (
        1005,
        Decimal("100.5"),
        Decimal("100.5"),
        1,
    )


def test_paid_before_and_partners_are_taken(connection: duckdb.DuckDBPyConnection) -> None:
    store(connection, [Fact("A", "P1", date(2026, 2, 1), amount=Decimal(100))])

    answer = compute_settlements_in_sets(
        connection,
        "facts",
        [value_program()],
        [FINAL],
        paid_before={("R1", "A"): Decimal("4.00")},
        partners=["A", "Z"],
    )

    assert [(line.partner, line.earned, line.due) for line in set_lines(answer)] == [
        ("A", Decimal(10), Decimal(6)),
        ("Z", Decimal(0), Decimal(0)),
    ]


def test_what_cannot_be_exact_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    store(connection, [Fact("A", "P1", date(2026, 2, 1), amount=Decimal(900_000_000_000_000))])
    connection.execute(
        "CREATE OR REPLACE TABLE floats AS SELECT * REPLACE (amount::DOUBLE AS amount) FROM facts"
    )
    huge = value_program(tiers=(Tier(Decimal(0), Decimal("1E+20")),))

    with pytest.raises(InvalidValue, match="amount is DOUBLE"):
        compute_settlements_in_sets(connection, "floats", [value_program()], [FINAL])
    with pytest.raises(InexactValue):
        compute_settlements_in_sets(connection, "facts", [huge], [FINAL])
    assert connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE temporary"
    ).fetchone() == (0,)


def test_an_unknown_unit_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    store(connection, [Fact("A", "P1", date(2026, 2, 1), unit="crate")])

    with pytest.raises(UnknownUnit):
        compute_settlements_in_sets(
            connection,
            "facts",
            [value_program()],
            [FINAL],
            units=UnitTable({"P1": {"case": Decimal(24)}}),
        )
