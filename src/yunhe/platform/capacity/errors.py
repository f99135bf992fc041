"""Refusals of the capacity ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.platform.errors import Conflict


@dataclass(frozen=True)
class Shortage:
    """One key for which more was asked than is left; `available` is 0 for an unknown key."""

    key: str
    asked: Decimal
    available: Decimal


class CapacityExceeded(Conflict):
    """More was asked than is left; nothing was taken. `shortages` names every short key."""

    code = "capacity.exceeded"

    def __init__(self, kind: str, shortages: Sequence[Shortage]) -> None:
        self.kind = kind
        self.shortages = list(shortages)
        super().__init__(
            _("Not enough is available."),
            rows=[
                {
                    "key": short.key,
                    "asked": str(short.asked),
                    "available": str(short.available),
                    "message": _("asked %(asked)s, available %(available)s")
                    % {
                        "asked": f"{short.asked.normalize():f}",
                        "available": f"{short.available.normalize():f}",
                    },
                }
                for short in self.shortages
            ],
        )

    @property
    def available(self) -> Mapping[str, Decimal]:
        return {short.key: short.available for short in self.shortages}


class NotHeld(Conflict):
    """More is to be committed or released than the reference holds."""

    code = "capacity.not_held"
