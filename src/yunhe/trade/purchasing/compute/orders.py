"""X12 850 purchase orders out, 855 acknowledgements in. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yunhe.trade.purchasing.compute.x12 import (
    X12Error,
    day_of,
    element,
    kinds_in,
    number_of,
    only,
    read_x12,
    transaction_sets,
    write_interchange,
)

UNITS = {"piece": "EA", "bottle": "BO", "case": "CA", "box": "BX", "pallet": "PL", "bag": "BG"}
"""Our units as X12 element 355; any other is an each."""
ACCEPTED, CHANGED, REJECTED = "IA", "IC", "IR"
_LINE_CODES = {
    "IA": ACCEPTED, "AC": ACCEPTED, "IB": CHANGED, "IC": CHANGED, "IP": CHANGED, "IQ": CHANGED,
    "DR": CHANGED, "BP": CHANGED, "IR": REJECTED, "R1": REJECTED, "R2": REJECTED, "R3": REJECTED,
    "R4": REJECTED, "ID": REJECTED, "IS": CHANGED, "IF": CHANGED,
}  # fmt: skip
"""ACK01, element 668: what each code means for us."""
HEADER_CODES = {"AC": "", "AD": ACCEPTED, "AE": ACCEPTED, "AK": "", "AT": ACCEPTED, "RD": REJECTED,
                 "RJ": REJECTED, "RF": REJECTED, "RO": ""}  # fmt: skip
"""BAK02, element 587: what holds for lines that say nothing; empty: they must say it."""


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A line to buy: `code` is the supplier's or our product code."""

    row: int
    code: str
    quantity: Decimal
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase order as it travels."""

    number: str
    on: date
    wanted: date | None
    ship_to: str
    ship_to_code: str
    currency: str
    lines: Sequence[PurchaseLine]


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """What the supplier says about a line: code, quantity and day it can deliver."""

    row: int
    answer: str
    quantity: Decimal | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An acknowledgement: of which purchase order, under which reference of the supplier's."""

    number: str
    reference: str
    lines: Sequence[AnsweredLine]
    answer: str = ""


def read_850(text: str) -> list[Purchase]:
    """The purchase orders of an interchange. Raises X12Error."""
    return [_purchase(body) for kind, body in transaction_sets(read_x12(text)) if kind == "850"]


def read_855(text: str) -> list[Answered]:
    """The acknowledgements of an interchange. Raises X12Error when there is none."""
    found = [_answered(body) for kind, body in transaction_sets(read_x12(text)) if kind == "855"]
    if not found:
        held = ", ".join(kinds_in(text)) or "nothing"
        raise X12Error(f"no acknowledgement (855) in the interchange, but {held}")
    return found


def write_850(purchase: Purchase, *, sender: str, receiver: str, control: int, at: datetime) -> str:
    """One interchange with one purchase order."""
    body = [
        ["BEG", "00", "SA", purchase.number, "", f"{purchase.on:%Y%m%d}"],
        ["CUR", "BY", purchase.currency],
    ]
    if purchase.wanted is not None:
        body.append(["DTM", "002", f"{purchase.wanted:%Y%m%d}"])
    body.append(["N1", "ST", purchase.ship_to[:60], "92", purchase.ship_to_code[:80]])
    for line in purchase.lines:
        unit = UNITS.get(line.unit, "EA")
        figures = [f"{line.quantity.normalize():f}", unit, f"{line.price.normalize():f}"]
        body.append(["PO1", str(line.row), *figures, "", "VP", line.code])
    body.append(["CTT", str(len(purchase.lines))])
    return write_interchange(
        "850", "PO", body, sender=sender, receiver=receiver, control=control, at=at
    )


def write_855(answered: Answered, *, sender: str, receiver: str, control: int, at: datetime) -> str:
    """One interchange with one acknowledgement (what a supplier's system, or its simulator, sends)."""
    body = [
        [
            "BAK", "00", {"": "AC", ACCEPTED: "AD", REJECTED: "RD"}.get(answered.answer, "AC"),
            answered.number, f"{at:%Y%m%d}", "", "", "", answered.reference,
        ]
    ]  # fmt: skip
    for line in answered.lines:
        quantity = "" if line.quantity is None else f"{line.quantity.normalize():f}"
        day = ["068", f"{line.on:%Y%m%d}"] if line.on else []
        body += [
            ["PO1", str(line.row)],
            ["ACK", line.answer, quantity, "EA" if quantity else "", *day],
        ]
    body.append(["CTT", str(len(answered.lines))])
    return write_interchange(
        "855", "PR", body, sender=sender, receiver=receiver, control=control, at=at
    )


def _purchase(body: Sequence[Sequence[str]]) -> Purchase:
    begin = only(body, "BEG")
    ship_to = next((s for s in body if s[0] == "N1" and element(s, 1) == "ST"), [])
    wanted = next((s for s in body if s[0] == "DTM" and element(s, 1) in {"002", "010"}), [])
    money = next((s for s in body if s[0] == "CUR"), [])
    lines = [s for s in body if s[0] == "PO1"]
    return Purchase(
        number=element(begin, 3),
        on=day_of(element(begin, 5)) or date.min,
        wanted=day_of(element(wanted, 2)),
        ship_to=element(ship_to, 2),
        ship_to_code=element(ship_to, 4),
        currency=element(money, 2),
        lines=[_purchase_line(at, line) for at, line in enumerate(lines, start=1)],
    )


def _purchase_line(at: int, line: Sequence[str]) -> PurchaseLine:
    row = element(line, 1)
    return PurchaseLine(
        row=int(row) if row.isdecimal() else at,
        code=element(line, 7),
        quantity=number_of(element(line, 2)) or Decimal(0),
        unit=element(line, 3),
        price=number_of(element(line, 4)) or Decimal(0),
    )


def _answered(body: Sequence[Sequence[str]]) -> Answered:
    begin = only(body, "BAK")
    code = element(begin, 2)
    if code not in HEADER_CODES:
        raise X12Error(f"unknown acknowledgement type {code!r}")
    lines = read_answers(body, "PO1")
    return Answered(element(begin, 3), element(begin, 8), lines, HEADER_CODES[code])


def read_answers(body: Sequence[Sequence[str]], opening: str) -> list[AnsweredLine]:
    """The answers to lines, each of which the segment `opening` begins."""
    lines: list[AnsweredLine] = []
    row = 0
    for segment in body:
        if segment[0] == opening:
            row = int(element(segment, 1)) if element(segment, 1).isdecimal() else row + 1
        elif segment[0] == "ACK":
            lines.append(_answer(row, segment))
    return lines


def _answer(row: int, segment: Sequence[str]) -> AnsweredLine:
    code = element(segment, 1)
    if code not in _LINE_CODES or not row:
        raise X12Error(f"line {row}: unknown answer {code!r}")
    return AnsweredLine(
        row, _LINE_CODES[code], number_of(element(segment, 2)), day_of(element(segment, 5))
    )
