"""Suppliers' systems behind one small interface, with a simulator.

They take X12 850 purchase orders and 860 changes and answer with 855 and 865. Retries, breaker and dead letters are
platform/connectors'.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yunhe.platform.connectors.registry import register_connector
from yunhe.trade.purchasing.compute import (
    ACCEPTED,
    CHANGED,
    REJECTED,
    Answered,
    AnsweredChange,
    AnsweredLine,
    PurchaseChange,
    PurchaseLine,
    read_850,
    read_860,
    write_855,
    write_865,
)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A purchase order, or a change of one, that was sent and is not answered; `body` is what was sent."""

    number: str
    body: str
    sent_at: datetime


class Supplier(Protocol):
    """What purchasing needs of a supplier's system. Every call may raise OSError."""

    code: str

    @property
    def label(self) -> str | Promise: ...

    @property
    def kind(self) -> str | Promise: ...

    def send(self, kind: str, key: str, body: str) -> str:
        """Take a purchase order; the supplier's reference. Again with the same key changes nothing."""
        ...

    def answers(self, outstanding: Sequence[Outstanding], *, now: datetime) -> Sequence[str]:
        """Acknowledgements that came since, as X12 855 and 865."""
        ...

    def known(self, numbers: Collection[str]) -> set[str]:
        """Which of these purchase orders the supplier has, for reconciliation."""
        ...


class SupplierSimulator:
    """A supplier that answers after an hour.

    A line of more than 500 units is cut to 500, a product whose code ends in 7 comes three days later,
    one whose code ends in X is not sold; everything else is accepted. Changes and cancellations are accepted
    unless a line is raised above 500 units. It remembers nothing: the answers follow from what was sent.
    """

    code = "supplier-simulator"
    label = _("simulated supplier")
    kind = _("supplier system")
    wait, most, late = timedelta(hours=1), Decimal(500), timedelta(days=3)

    def send(self, kind: str, key: str, body: str) -> str:
        [sent] = read_860(body) if kind == "x12.860" else read_850(body)
        return f"SIM-{sent.number}"

    def answers(self, outstanding: Sequence[Outstanding], *, now: datetime) -> Sequence[str]:
        return [self._answer(one) for one in outstanding if one.sent_at + self.wait <= now]

    def known(self, numbers: Collection[str]) -> set[str]:
        return set(numbers)

    def _answer(self, one: Outstanding) -> str:
        if changes := read_860(one.body):
            return self._answer_change(changes[0], one.sent_at + self.wait)
        [purchase] = read_850(one.body)
        day = purchase.wanted or purchase.on + timedelta(days=5)
        lines = [self._line(line, day) for line in purchase.lines]
        answered = Answered(purchase.number, f"SIM-{purchase.number}", lines)
        at = one.sent_at + self.wait
        control = int(at.timestamp())
        return write_855(answered, sender="SIMULATOR", receiver="YUNHE", control=control, at=at)

    def _answer_change(self, change: PurchaseChange, at: datetime) -> str:
        refused = any(line.after > self.most for line in change.lines)
        answered = AnsweredChange(
            change.number,
            change.sequence,
            f"SIM-{change.number}.{change.sequence}",
            REJECTED if refused else ACCEPTED,
        )
        control = int(at.timestamp())
        return write_865(answered, sender="SIMULATOR", receiver="YUNHE", control=control, at=at)

    def _line(self, line: PurchaseLine, day: date) -> AnsweredLine:
        if line.code.endswith("X"):
            return AnsweredLine(line.row, REJECTED)
        if line.quantity > self.most:
            return AnsweredLine(line.row, CHANGED, self.most, day)
        if line.code.endswith("7"):
            return AnsweredLine(line.row, CHANGED, line.quantity, day + self.late)
        return AnsweredLine(line.row, ACCEPTED, line.quantity, day)


_suppliers: dict[str, Supplier] = {}


def register_supplier(supplier: Supplier) -> None:
    """Make a supplier's system known; again under the same code replaces it."""
    _suppliers[supplier.code] = supplier
    register_connector(supplier)


def suppliers() -> list[Supplier]:
    """Every supplier's system, by code."""
    return [_suppliers[code] for code in sorted(_suppliers)]


def supplier_label(code: str) -> str:
    """The system's name; its code when it is no longer connected."""
    known = _suppliers.get(code)
    return str(known.label) if known else code


def supplier_choices() -> list[tuple[str, str | Promise]]:
    return [(supplier.code, supplier.label) for supplier in suppliers()]


register_supplier(SupplierSimulator())
