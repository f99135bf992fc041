"""SSCC numbers and how goods go into packages. No Django.

SSCC: GS1 General Specifications, application identifier 00: extension digit, company prefix, serial
reference, check digit; 18 digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
