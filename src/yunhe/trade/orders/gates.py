"""Gates: how rules and capacities join an order without orders knowing them.

A domain subclasses `Gate` and registers one object in its `AppConfig.ready()`. When an order is
submitted, amended or reopened, every gate may refuse lines (all refusals of all gates are shown
together, beside the lines) and may name capacity to hold. Holds join the one statement that reserves
credit and stock, under the reference `order:<id>`; orders give them back, or commit the part that is
shipped, together with their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.errors import DomainError
from yunhe.trade.orders.errors import LinesRefused

Holds = Mapping[str, Mapping[str, Decimal]]
"""Capacity kind → key → quantity."""
WHOLE_ORDER = 0
"""The row of a refusal that concerns no single line."""


@dataclass(frozen=True, slots=True)
class GateLine:
    """Line `row` of an order; `amount` is the line's, `base_quantity` in base units, `free` goods come
    from a promotion."""

    row: int
    sku_id: int
    unit: str
    quantity: Decimal
    base_quantity: Decimal
    amount: Decimal
    free: bool = False


@dataclass(frozen=True, kw_only=True)
class Asking:
    """An order that wants to pass. `order_id` is None while nothing is written yet (a preview).

    `on` is the day it is placed, `kind` one of `choices.OrderKind`, `agreement` the number of the
    agreement it is placed under, `facts` what orders told about themselves for their own gates,
    `between_partners` that a dealer sells it: our credit and stock do not count. `awaiting` and
    `from_shelf` orders take no stock: they wait for production, or a dealer answers for its own shelf.
    """

    node_id: int
    supplier_id: int | None
    on: date
    now: datetime
    actor: Principal
    lines: Sequence[GateLine]
    total: Decimal
    currency: str
    kind: str
    between_partners: bool = False
    order_id: int | None = None
    agreement: str = ""
    awaiting: bool = False
    from_shelf: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sku_ids(self) -> set[int]:
        return {line.sku_id for line in self.lines}

    def base_quantities(self) -> dict[int, Decimal]:
        """SKU id → base units over all lines."""
        sums: dict[int, Decimal] = {}
        for line in self.lines:
            sums[line.sku_id] = sums.get(line.sku_id, Decimal(0)) + line.base_quantity
        return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a line (or, with row `WHOLE_ORDER`, the order) may not pass, in the reader's language."""

    message: str
    code: str
    row: int = WHOLE_ORDER
    sku_id: int | None = None

    def as_row(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "sku_id": self.sku_id,
            "code": self.code,
            "message": str(self.message),
        }


class Gate:
    """One rule or capacity on the way of every order. Override what applies; each may run one query.

    `check` names what it refuses; `holds` what capacity the lines need, also asked for a shipped part
    of the lines, so it must depend on nothing but the asking and settled facts; `explain` turns a
    shortage of one of its kinds into a sentence of its own.
    """

    code: str = ""

    def check(self, asking: Asking) -> Iterable[Refusal]:
        return ()

    def check_many(self, askings: Sequence[Asking]) -> list[list[Refusal]]:
        """Refusals of many orders at once, in their order. Override where one query can do it."""
        return [list(self.check(asking)) for asking in askings]

    def holds(self, asking: Asking) -> Holds:
        return {}

    def holds_many(self, askings: Sequence[Asking]) -> list[Holds]:
        """As `holds`, of many orders at once. Override where one query can do it."""
        return [self.holds(asking) for asking in askings]

    def explain(self, error: CapacityExceeded, asking: Asking) -> DomainError:
        return error


_gates: dict[str, Gate] = {}


def register_gate(gate: Gate) -> Gate:
    """Let a gate stand on the way of every order; registering its code again replaces it."""
    if not gate.code:
        raise ValueError("a gate has a code")
    _gates[gate.code] = gate
    return gate


def remove_gate(code: str) -> None:
    """Take a gate away (tests)."""
    _gates.pop(code, None)


def gates() -> tuple[Gate, ...]:
    """The registered gates, in the order in which they were registered."""
    return tuple(_gates.values())


def refusals_of(asking: Asking) -> list[Refusal]:
    """What every gate says against the order, by row."""
    found = [refusal for gate in gates() for refusal in gate.check(asking)]
    return sorted(found, key=lambda refusal: refusal.row)


def check_gates(asking: Asking) -> None:
    """Raise LinesRefused with the refusals of all gates together."""
    refuse(refusals_of(asking))


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raise LinesRefused with these refusals; nothing without any. One alone keeps its code."""
    if not refusals:
        return
    rows = [refusal.as_row() for refusal in refusals]
    codes = {refusal.code for refusal in refusals}
    alone = refusals[0] if len(refusals) == 1 else None
    message = (
        alone.message if alone and alone.row == WHOLE_ORDER else _("Some lines cannot be ordered.")
    )
    raise LinesRefused(message, rows=rows, code=codes.pop() if len(codes) == 1 else None)


def holds_of(asking: Asking) -> tuple[dict[str, dict[str, Decimal]], dict[str, Gate]]:
    """Capacity that the gates want for the order, and which gate speaks for which kind."""
    wanted, speakers = holds_of_many([asking])
    return wanted[0], speakers


def holds_of_many(
    askings: Sequence[Asking],
) -> tuple[list[dict[str, dict[str, Decimal]]], dict[str, Gate]]:
    """As `holds_of` for many orders, each gate asked once."""
    wanted: list[dict[str, dict[str, Decimal]]] = [{} for _asking in askings]
    speakers: dict[str, Gate] = {}
    for gate in gates():
        for mine, holds in zip(wanted, gate.holds_many(askings), strict=True):
            for kind, amounts in holds.items():
                speakers[kind] = gate
                keys = mine.setdefault(kind, {})
                for key, amount in amounts.items():
                    keys[key] = keys.get(key, Decimal(0)) + amount
    return wanted, speakers
