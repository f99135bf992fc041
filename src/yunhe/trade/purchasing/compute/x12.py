"""X12 interchanges: segments in, segments out. No Django.

ASC X12 004010: the interchange header ISA declares its own separators: the element separator is its 4th
character, the component separator its 16th element, the segment terminator the character after. By the
standard these are the 105th and 106th; senders that do not pad the header's elements are read too. Line
ends and indentation after a terminator mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

HEADER_MOST = 300


class X12Error(ValueError):
    """The text is no interchange that we can read; the message says where."""


def read_x12(text: str) -> list[list[str]]:
    """The segments as lists of elements. Raises X12Error."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(("UNA", "UNB", "UNH")):
        raise X12Error("this is UN/EDIFACT, not X12")
    separator = text[3:4]
    header = (
        text[:HEADER_MOST].split(separator, 16) if separator and not separator.isalnum() else []
    )
    if not text.startswith("ISA") or len(header) != 17 or len(header[16]) < 2:
        raise X12Error("no interchange header")
    terminator = header[16][1]
    if terminator.isalnum() or terminator == separator:
        raise X12Error("the interchange header declares no segment terminator")
    segments = []
    for raw in text.split(terminator):
        segment = raw.strip(" \t\r\n")
        if segment:
            segments.append([one.strip() for one in segment.split(separator)])
    return segments


def write_interchange(  # the envelope has these fields; callers name each
    kind: str,
    group: str,
    body: Iterable[Sequence[str]],
    *,
    sender: str,
    receiver: str,
    control: int,
    at: datetime,
) -> str:
    """One interchange with one group and one transaction set."""
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
    rows += [[_clean(one) for one in segment] for segment in segments]
    rows += [["GE", "1", str(control % 10**9)], ["IEA", "1", number]]
    return "".join("*".join(row).rstrip("*") + "~\n" for row in rows)


def _clean(text: str) -> str:
    """Without the separators, which X12 cannot escape."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "*~>\r\n"), " ")).split())


def transaction_sets(segments: Sequence[Sequence[str]]) -> list[tuple[str, list[Sequence[str]]]]:
    """Transaction sets: kind and segments. Raises X12Error for one that is cut off or miscounted."""
    found: list[tuple[str, list[Sequence[str]]]] = []
    body: list[Sequence[str]] | None = None
    kind = ""
    for segment in segments:
        if segment[0] == "ST":
            if body is not None:
                raise X12Error("a transaction set is not closed")
            kind, body = element(segment, 1), []
        elif segment[0] == "SE":
            if body is None:
                raise X12Error("a transaction set is closed that was not opened")
            if element(segment, 1) != str(len(body) + 2):
                raise X12Error("a transaction set has another number of segments than it says")
            found.append((kind, body))
            body = None
        elif body is not None:
            body.append(segment)
    if body is not None:
        raise X12Error("a transaction set is not closed")
    return found


def only(body: Sequence[Sequence[str]], name: str) -> Sequence[str]:
    found = [segment for segment in body if segment[0] == name]
    if len(found) != 1:
        raise X12Error(f"{len(found)} segments {name} where there is one")
    return found[0]


def element(segment: Sequence[str], place: int) -> str:
    return segment[place] if place < len(segment) else ""


def day_of(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date() if text else None  # noqa: DTZ007  # a day
    except ValueError:
        raise X12Error(f"{text!r} is no day") from None


def number_of(text: str) -> Decimal | None:
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        raise X12Error(f"{text!r} is no number") from None
    if value is not None and not value.is_finite():
        raise X12Error(f"{text!r} is no number")
    return value


def kinds_in(text: str) -> list[str]:
    """The kinds of the transaction sets of an interchange, as "855". Raises X12Error."""
    return [kind for kind, _body in transaction_sets(read_x12(text))]
