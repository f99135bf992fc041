"""From random case JSON to kernel values and comparable answers."""

from __future__ import annotations

from typing import Any

from yunhe.money.rebates.compute.documents import (
    read_fact,
    read_program,
    read_settlement,
    read_units,
)
from yunhe.money.rebates.compute.program import Fact, Program, Settlement
from yunhe.money.rebates.compute.settling import compute_settlements
from yunhe.money.rebates.compute.trace import Line
from yunhe.platform.values import UnitTable


def read(
    case: dict[str, Any],
) -> tuple[list[Program], list[Fact], list[Settlement], UnitTable]:
    return (
        [read_program(program) for program in case["programs"]],
        [read_fact(fact) for fact in case["facts"]],
        [read_settlement(settlement) for settlement in case["settlements"]],
        read_units(case.get("units", {})),
    )


def computed(case: dict[str, Any]) -> list[Line]:
    programs, facts, settlements, units = read(case)
    chain = compute_settlements(programs, facts, settlements, units=units)
    return [line for lines in chain for line in lines]
