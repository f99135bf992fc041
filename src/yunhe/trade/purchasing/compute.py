"""X12 850 purchase orders out, 855 acknowledgements in. No Django.

ASC X12 004010: the interchange header ISA has a fixed width and declares its own separators: the
element separator is its 4th character, the component separator its 105th, the segment terminator the
one after; line ends and indentation after a terminator mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

UNITS = {"piece": "EA", "bottle": "BO", "case": "CA", "box": "BX", "pallet": "PL", "bag": "BG"}
"""Our units as X12 element 355; any other is an each."""
ACCEPTED, CHANGED, REJECTED = "IA", "IC", "IR"
_LINE_CODES = {
    "IA": ACCEPTED, "AC": ACCEPTED, "IB": CHANGED, "IC": CHANGED, "IP": CHANGED, "IQ": CHANGED,
    "DR": CHANGED, "BP": CHANGED, "IR": REJECTED, "R1": REJECTED, "R2": REJECTED, "R3": REJECTED,
    "R4": REJECTED, "ID": REJECTED, "IS": CHANGED, "IF": CHANGED,
}  # fmt: skip
"""ACK01, element 668: what each code means for us."""
_HEADER_CODES = {"AC": "", "AD": ACCEPTED, "AE": ACCEPTED, "AK": "", "AT": ACCEPTED, "RD": REJECTED,
                 "RJ": REJECTED, "RF": REJECTED, "RO": ""}  # fmt: skip
"""BAK02, element 587: what holds for lines that say nothing; empty: they must say it."""


class X12Error(ValueError):
    """The text is no interchange that we can read; the message says where."""


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


def read_x12(text: str) -> list[list[str]]:
    """The segments as lists of elements. Raises X12Error."""
    text = text.lstrip("\ufeff \t\r\n")
    if not text.startswith("ISA") or len(text) < 106:
        raise X12Error("no interchange header")
    separator, terminator = text[3], text[105]
    if separator.isalnum() or terminator.isalnum() or text[:105].count(separator) != 16:
        raise X12Error("the interchange header has not its fixed width")
    segments = []
    for raw in text.split(terminator):
        segment = raw.strip(" \t\r\n")
        if segment:
            segments.append([element.strip() for element in segment.split(separator)])
    return segments


def read_850(text: str) -> list[Purchase]:
    """The purchase orders of an interchange. Raises X12Error."""
    return [_purchase(body) for kind, body in _sets(read_x12(text)) if kind == "850"]


def read_855(text: str) -> list[Answered]:
    """The acknowledgements of an interchange. Raises X12Error when there is none."""
    found = [_answered(body) for kind, body in _sets(read_x12(text)) if kind == "855"]
    if not found:
        raise X12Error("no acknowledgement (855) in the interchange")
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
    return _interchange("850", "PO", body, sender=sender, receiver=receiver, control=control, at=at)


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
    return _interchange("855", "PR", body, sender=sender, receiver=receiver, control=control, at=at)


def _interchange(  # the envelope has these fields; callers name each
    kind: str,
    group: str,
    body: Iterable[Sequence[str]],
    *,
    sender: str,
    receiver: str,
    control: int,
    at: datetime,
) -> str:
    number = f"{control % 10**9:09d}"
    segments = [["ST", kind, "0001"], *body]
    segments.append(["SE", str(len(segments) + 1), "0001"])
    header = [
        "ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{_clean(sender)[:15]:<15}", "ZZ",
        f"{_clean(receiver)[:15]:<15}", f"{at:%y%m%d}", f"{at:%H%M}", "U", "00401", number, "0", "P", ">",
    ]  # fmt: skip
    group_header = [
        "GS", group, _clean(sender)[:15], _clean(receiver)[:15], f"{at:%Y%m%d}", f"{at:%H%M}",
        str(control % 10**9), "X", "004010",
    ]  # fmt: skip
    rows = [header, group_header]
    rows += [[_clean(element) for element in segment] for segment in segments]
    rows += [["GE", "1", str(control % 10**9)], ["IEA", "1", number]]
    return "".join("*".join(row).rstrip("*") + "~\n" for row in rows)


def _clean(text: str) -> str:
    """Without the separators, which X12 cannot escape."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "*~>\r\n"), " ")).split())


def _sets(segments: Sequence[Sequence[str]]) -> list[tuple[str, list[Sequence[str]]]]:
    """Transaction sets: kind and segments. Raises X12Error for one that is cut off or miscounted."""
    found: list[tuple[str, list[Sequence[str]]]] = []
    body: list[Sequence[str]] | None = None
    kind = ""
    for segment in segments:
        if segment[0] == "ST":
            if body is not None:
                raise X12Error("a transaction set is not closed")
            kind, body = _at(segment, 1), []
        elif segment[0] == "SE":
            if body is None:
                raise X12Error("a transaction set is closed that was not opened")
            if _at(segment, 1) != str(len(body) + 2):
                raise X12Error("a transaction set has another number of segments than it says")
            found.append((kind, body))
            body = None
        elif body is not None:
            body.append(segment)
    if body is not None:
        raise X12Error("a transaction set is not closed")
    return found


def _purchase(body: Sequence[Sequence[str]]) -> Purchase:
    begin = _only(body, "BEG")
    ship_to = next((s for s in body if s[0] == "N1" and _at(s, 1) == "ST"), [])
    wanted = next((s for s in body if s[0] == "DTM" and _at(s, 1) in {"002", "010"}), [])
    money = next((s for s in body if s[0] == "CUR"), [])
    lines = [s for s in body if s[0] == "PO1"]
    return Purchase(
        number=_at(begin, 3),
        on=_day(_at(begin, 5)) or date.min,
        wanted=_day(_at(wanted, 2)),
        ship_to=_at(ship_to, 2),
        ship_to_code=_at(ship_to, 4),
        currency=_at(money, 2),
        lines=[_purchase_line(at, line) for at, line in enumerate(lines, start=1)],
    )


def _purchase_line(at: int, line: Sequence[str]) -> PurchaseLine:
    row = _at(line, 1)
    return PurchaseLine(
        row=int(row) if row.isdecimal() else at,
        code=_at(line, 7),
        quantity=_number(_at(line, 2)) or Decimal(0),
        unit=_at(line, 3),
        price=_number(_at(line, 4)) or Decimal(0),
    )


def _answered(body: Sequence[Sequence[str]]) -> Answered:
    begin = _only(body, "BAK")
    code = _at(begin, 2)
    if code not in _HEADER_CODES:
        raise X12Error(f"unknown acknowledgement type {code!r}")
    lines: list[AnsweredLine] = []
    row = 0
    for segment in body:
        if segment[0] == "PO1":
            row = int(_at(segment, 1)) if _at(segment, 1).isdecimal() else row + 1
        elif segment[0] == "ACK":
            lines.append(_answered_line(row, segment))
    return Answered(_at(begin, 3), _at(begin, 8), lines, _HEADER_CODES[code])


def _answered_line(row: int, segment: Sequence[str]) -> AnsweredLine:
    code = _at(segment, 1)
    if code not in _LINE_CODES or not row:
        raise X12Error(f"line {row}: unknown answer {code!r}")
    return AnsweredLine(row, _LINE_CODES[code], _number(_at(segment, 2)), _day(_at(segment, 5)))


def _only(body: Sequence[Sequence[str]], name: str) -> Sequence[str]:
    found = [segment for segment in body if segment[0] == name]
    if len(found) != 1:
        raise X12Error(f"{len(found)} segments {name} where there is one")
    return found[0]


def _at(segment: Sequence[str], place: int) -> str:
    return segment[place] if place < len(segment) else ""


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date() if text else None  # noqa: DTZ007  # a day
    except ValueError:
        raise X12Error(f"{text!r} is no day") from None


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        raise X12Error(f"{text!r} is no number") from None
    if value is not None and not value.is_finite():
        raise X12Error(f"{text!r} is no number")
    return value
