"""X12 860 changes and cancellations of purchase orders out, 865 acknowledgements in. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yunhe.trade.purchasing.compute.orders import (
    ACCEPTED,
    HEADER_CODES,
    REJECTED,
    UNITS,
    AnsweredLine,
    read_answers,
)
from yunhe.trade.purchasing.compute.x12 import (
    X12Error,
    day_of,
    element,
    number_of,
    only,
    read_x12,
    transaction_sets,
    write_interchange,
)

CANCEL, CHANGE = "01", "04"
"""BCH01, element 353: the whole is cancelled, or lines change."""
ADDED, DELETED, INCREASED, DECREASED = "AI", "DI", "QI", "QD"
"""POC02, element 670: what happens to a line."""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of a change: how many were ordered before and are from now on, in the line's unit.

    `line_id` is our order's line when it is new to the purchase order; it does not travel.
    """

    row: int
    code: str
    before: Decimal
    after: Decimal
    unit: str
    price: Decimal
    line_id: int = 0

    @property
    def kind(self) -> str:
        if not self.before:
            return ADDED
        if not self.after:
            return DELETED
        return INCREASED if self.after > self.before else DECREASED


@dataclass(frozen=True, slots=True)
class PurchaseChange:
    """A change of a purchase order as it travels; `sequence` counts the changes of one order from 1."""

    number: str
    sequence: int
    on: date
    lines: Sequence[ChangedLine]
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class AnsweredChange:
    """What the supplier says about a change: the whole (`answer`), or lines where it says them."""

    number: str
    sequence: int
    reference: str
    answer: str
    lines: Sequence[AnsweredLine] = ()

    @property
    def accepted(self) -> bool:
        """True when nothing of it is refused."""
        told = [line.answer for line in self.lines] or [self.answer]
        return all(answer == ACCEPTED for answer in told)


def write_860(
    change: PurchaseChange, *, sender: str, receiver: str, control: int, at: datetime
) -> str:
    """One interchange with one change."""
    purpose = CANCEL if change.cancels else CHANGE
    day = f"{change.on:%Y%m%d}"
    body = [["BCH", purpose, "SA", change.number, "", str(change.sequence), day]]
    for line in change.lines:
        figures = [_figure(line.after), _figure(line.after), UNITS.get(line.unit, "EA")]
        body.append(
            ["POC", str(line.row), line.kind, *figures, _figure(line.price), "", "VP", line.code]
        )
    body.append(["CTT", str(len(change.lines))])
    return write_interchange(
        "860", "PC", body, sender=sender, receiver=receiver, control=control, at=at
    )


def read_860(text: str) -> list[PurchaseChange]:
    """The changes of an interchange (what a supplier's system, or its simulator, reads). Raises X12Error."""
    return [_change(body) for kind, body in transaction_sets(read_x12(text)) if kind == "860"]


def write_865(
    answered: AnsweredChange, *, sender: str, receiver: str, control: int, at: datetime
) -> str:
    """One interchange with one acknowledgement of a change."""
    whole = {ACCEPTED: "AD", REJECTED: "RD"}.get(answered.answer, "AC")
    day = f"{at:%Y%m%d}"
    begin = [
        "BCA", "00", whole, answered.number, "", str(answered.sequence), day, "", "", answered.reference,
    ]  # fmt: skip
    body = [begin]
    for line in answered.lines:
        body += [["POC", str(line.row), "CA"], ["ACK", line.answer]]
    body.append(["CTT", str(len(answered.lines))])
    return write_interchange(
        "865", "CA", body, sender=sender, receiver=receiver, control=control, at=at
    )


def read_865(text: str) -> list[AnsweredChange]:
    """The acknowledgements of changes in an interchange. Raises X12Error."""
    return [_answered(body) for kind, body in transaction_sets(read_x12(text)) if kind == "865"]


def _change(body: Sequence[Sequence[str]]) -> PurchaseChange:
    begin = only(body, "BCH")
    lines = [
        ChangedLine(
            row=int(element(one, 1)) if element(one, 1).isdecimal() else at,
            code=element(one, 9),
            before=Decimal(0 if element(one, 2) == ADDED else 1),
            after=number_of(element(one, 3)) or Decimal(0),
            unit=element(one, 5),
            price=number_of(element(one, 6)) or Decimal(0),
        )
        for at, one in enumerate((s for s in body if s[0] == "POC"), start=1)
    ]
    return PurchaseChange(
        number=element(begin, 3),
        sequence=_sequence(element(begin, 5)),
        on=day_of(element(begin, 6)) or date.min,
        lines=lines,
        cancels=element(begin, 1) == CANCEL,
    )


def _answered(body: Sequence[Sequence[str]]) -> AnsweredChange:
    begin = only(body, "BCA")
    code = element(begin, 2)
    if code not in HEADER_CODES:
        raise X12Error(f"unknown acknowledgement type {code!r}")
    lines = read_answers(body, "POC")
    if not lines and not HEADER_CODES[code]:
        raise X12Error("the answer to a change says neither yes nor no")
    return AnsweredChange(
        number=element(begin, 3),
        sequence=_sequence(element(begin, 5)),
        reference=element(begin, 9),
        answer=HEADER_CODES[code],
        lines=lines,
    )


def _sequence(text: str) -> int:
    if not text.isdecimal():
        raise X12Error(f"{text!r} is no number of a change")
    return int(text)


def _figure(number: Decimal) -> str:
    return f"{number.normalize():f}"
