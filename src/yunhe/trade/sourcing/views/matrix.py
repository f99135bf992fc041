"""The plan as a table of lines and places, with what was typed over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yunhe.trade.orders.models import OrderLine
from yunhe.trade.sourcing.services import Plan
from yunhe.trade.sourcing.services.planning import PlannedShare
from yunhe.trade.sourcing.wording import why


@dataclass(frozen=True)
class Cell:
    """What a place could give of a line: `has` in the line's units, `value` what it shall give.

    `barred` when it may not serve the line; `made_on` for a share that waits for production.
    """

    name: str
    place: str
    value: str
    has: int
    barred: bool = False
    made_on: date | None = None


@dataclass(frozen=True)
class Row:
    """A line, its places, why, and what nobody has."""

    line: OrderLine
    cells: list[Cell]
    reasons: list[tuple[str, str]]
    missing: Decimal


def matrix_of(plan: Plan, typed: Mapping[str, str]) -> list[Row]:
    """One row a line, one cell a place, and one more for each share promised from production."""
    return [
        Row(
            line,
            _cells(plan, line, typed),
            [(s.candidate.node.label, why(s.reason)) for s in _shares(plan, line)],
            plan.missing.get(line.row, Decimal(0)) * line.quantity / line.base_quantity,
        )
        for line in plan.demand.lines
    ]


def _shares(plan: Plan, line: OrderLine) -> list[PlannedShare]:
    return [share for share in plan.shares if share.line.row == line.row]


def _cells(plan: Plan, line: OrderLine, typed: Mapping[str, str]) -> list[Cell]:
    planned = {s.candidate.node.pk: s for s in _shares(plan, line) if s.made_on is None}
    step = line.base_quantity / line.quantity
    cells = []
    for candidate in plan.candidates:
        pk, name = candidate.node.pk, f"share-{line.row}-{candidate.node.pk}"
        value = f"{planned[pk].units.normalize():f}" if pk in planned else ""
        cells.append(
            Cell(
                name,
                candidate.node.label,
                typed.get(name, value),
                int(candidate.place.stock.get(line.sku_id, Decimal(0)) // step),
                line.sku_id in candidate.place.refused,
            )
        )
    for share in _shares(plan, line):
        if share.made_on is not None:
            name = f"made-{line.row}-{share.candidate.node.pk}"
            value = typed.get(name, f"{share.units.normalize():f}")
            label = share.candidate.node.label
            cells.append(Cell(name, label, value, int(share.units), made_on=share.made_on))
    return cells
