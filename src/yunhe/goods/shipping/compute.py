"""SSCC numbers, how goods go into packages, how far an order is. No Django.

SSCC: GS1 General Specifications, application identifier 00: extension digit, company prefix, serial
reference, check digit; 18 digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

LENGTH = 18


def check_digit(digits: str) -> int:
    """GS1's: from the right, weights 3, 1, 3, 1 …; what lacks to the next ten."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return -total % 10


def make_sscc(prefix: str, serial: int, *, extension: int = 0) -> str:
    """18 digits for a company prefix of 7 to 10 digits and a serial number.

    Raises ValueError for a bad prefix or a serial that no longer fits.
    """
    if not prefix.isdecimal() or not 7 <= len(prefix) <= 10:
        raise ValueError("a GS1 company prefix has 7 to 10 digits")
    room = LENGTH - 2 - len(prefix)
    if serial < 0 or len(str(serial)) > room:
        raise ValueError(f"serial {serial} has more than {room} digits")
    body = f"{extension}{prefix}{serial:0{room}d}"
    return f"{body}{check_digit(body)}"


def is_sscc(code: str) -> bool:
    """18 digits with the right check digit."""
    return len(code) == LENGTH and code.isdecimal() and check_digit(code[:-1]) == int(code[-1])


def read_scan(text: str) -> str:
    """The SSCC in what a scanner typed: with or without AI 00, brackets, blanks, symbology `]C1`."""
    digits = "".join(c for c in text.removeprefix("]C1") if c.isdecimal())
    return digits[2:] if len(digits) == LENGTH + 2 and digits.startswith("00") else digits


def split_into_packages(
    lines: Sequence[tuple[int, Decimal]], count: int
) -> list[dict[int, Decimal]]:
    """Fill at most `count` packages one after another with the lines in their order, about equally.

    Every package but the last holds the same whole number of base units; empty ones are left out.
    """
    total = sum((quantity for _line, quantity in lines), Decimal(0))
    size = (total / count).to_integral_value(ROUND_CEILING)
    packages: list[dict[int, Decimal]] = [{}]
    room = size
    for line, quantity in lines:
        left = quantity
        while left:
            if not room:
                packages.append({})
                room = size
            part = min(left, room)
            packages[-1][line] = packages[-1].get(line, Decimal(0)) + part
            left -= part
            room -= part
    return [package for package in packages if package]


def sum_contents(packages: Sequence[Mapping[str, str]]) -> dict[int, Decimal]:
    """Line id -> base units over packages as they are stored."""
    found: dict[int, Decimal] = {}
    for contents in packages:
        for line, quantity in contents.items():
            found[int(line)] = found.get(int(line), Decimal(0)) + Decimal(quantity)
    return found


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on an order's way: when it was planned and when it was; `moved` from an earlier plan."""

    code: str
    at: datetime | None = None
    planned: date | None = None
    moved: date | None = None
    state: str = "waiting"


@dataclass(frozen=True, slots=True)
class Journey:
    """What is known of an order's way; moments in local time, None for what has not happened.

    `made` is None for an order from stock; `promised` and `first_promised` are days of production.
    """

    placed: datetime | None
    confirmed: datetime | None
    wanted: date | None
    waits: bool = False
    started: datetime | None = None
    made: datetime | None = None
    promised: date | None = None
    first_promised: date | None = None
    picking: datetime | None = None
    packed: datetime | None = None
    shipped: datetime | None = None
    out: datetime | None = None
    received: datetime | None = None


def compute_stages(way: Journey, *, today: date) -> list[Stage]:
    """The steps in their order: done, late, current (the first not done) or waiting.

    A step done after its planned day is late for ever; one that is not done is late from the day
    after. What lies before a step that is done counts as done, though nobody wrote down when.
    """
    production = way.waits or way.made is not None or way.promised is not None
    moved = way.first_promised if way.first_promised != way.promised else None
    stages = [
        Stage("placed", way.placed),
        Stage("confirmed", way.confirmed),
        *(
            [
                Stage("started", way.started),
                Stage("made", way.made, way.promised, moved),
            ]
            if production
            else []
        ),
        Stage("picking", way.picking),
        Stage("packed", way.packed),
        Stage("shipped", way.shipped),
        Stage("out", way.out),
        Stage("received", way.received, way.wanted),
    ]
    last = max((at for at, stage in enumerate(stages) if stage.at is not None), default=-1)
    return [replace(stage, state=_state(stage, at, last, today)) for at, stage in enumerate(stages)]


def _state(stage: Stage, at: int, last: int, today: date) -> str:
    if stage.at is not None:
        after = stage.planned is not None and stage.at.date() > stage.planned
        return "late" if after else "done"
    if at < last:
        return "done"
    if stage.planned is not None and stage.planned < today:
        return "late"
    return "current" if at == last + 1 else "waiting"
