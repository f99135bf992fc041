"""What a line of sales can say at all, whatever the master data are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from yunhe.platform.values import EARLIEST

MOST_UNITS = 10**9
MOST_MONEY = 10**12


class Stated(Protocol):
    """What the bounds read of a line."""

    @property
    def on(self) -> date: ...
    @property
    def quantity(self) -> Decimal: ...
    @property
    def amount(self) -> Decimal: ...


def line_faults(lines: Sequence[Stated], *, today: date) -> list[dict[str, Any]]:
    """A fault `{row, message}` for each thing that a line cannot say."""
    return [
        {"row": row, "message": message}
        for row, line in enumerate(lines, start=1)
        for message in _faults(line, today)
    ]


def _faults(line: Stated, today: date) -> list[str]:
    checks = (
        (line.on > today, _("The date lies in the future.")),
        (line.on < EARLIEST, _("The date lies before the year 2000.")),
        (not line.quantity and not line.amount, _("Neither a quantity nor an amount.")),
        (opposite_signs(line.quantity, line.amount), _("Quantity and amount have opposite signs.")),
        (abs(line.amount) > MOST_MONEY, _("The amount is out of range.")),
        (out_of_units(line.quantity), _("The quantity is out of range.")),
    )
    return [message for bad, message in checks if bad]


def opposite_signs(quantity: Decimal, amount: Decimal) -> bool:
    return bool(amount and quantity and (amount < 0) != (quantity < 0))


def out_of_units(quantity: Decimal) -> bool:
    """More base units than anybody moves in a line: later sums must stay storable."""
    return abs(quantity) > MOST_UNITS
