"""Carriers behind one small interface, with a simulator; the breaker is platform/connectors'.

A carrier's module calls `register_carrier`; the simulator is always there, so that the whole way can
be shown and tested without a contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yunhe.platform.connectors.registry import register_connector
from yunhe.platform.errors import Conflict


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a carrier; `key` is the carrier's own, so that a repetition is known.

    `out`: it is on the vehicle that delivers it.
    """

    key: str
    at: datetime
    text: str
    place: str = ""
    delivered: bool = False
    out: bool = False


class Carrier(Protocol):
    """What shipping needs of a carrier. Both calls may raise OSError."""

    code: str

    @property
    def label(self) -> str | Promise: ...

    @property
    def kind(self) -> str | Promise: ...

    def book(self, number: str, packages: Sequence[str]) -> str:
        """Announce packages (SSCC) of a shipment; the tracking number."""
        ...

    def events(self, tracking: str, *, shipped_at: datetime, now: datetime) -> Sequence[Told]:
        """Everything known so far."""
        ...


class Simulator:
    """A carrier that picks up after 2 hours, passes its hub after 10 and goes out at 24 and delivers after 26."""

    code = "simulator"
    label = _("simulated carrier")
    kind = _("carrier")
    steps: tuple[tuple[int, str | Promise], ...] = (
        (2, _("picked up")),
        (10, _("at the hub")),
        (24, _("out for delivery")),
        (26, _("delivered")),
    )

    def book(self, number: str, packages: Sequence[str]) -> str:
        return f"SIM{number}"

    def events(self, tracking: str, *, shipped_at: datetime, now: datetime) -> Sequence[Told]:
        last = self.steps[-1][0]
        return [
            Told(
                key=f"{tracking}:{hours}",
                at=shipped_at + timedelta(hours=hours),
                text=str(text),
                delivered=hours == last,
                out=hours == self.steps[-2][0],
            )
            for hours, text in self.steps
            if shipped_at + timedelta(hours=hours) <= now
        ]


class OwnFleet(Simulator):
    """Our own or the dealer's vehicles: nobody to book, nothing to ask."""

    code = "own"
    label = _("own vehicle")

    def book(self, number: str, packages: Sequence[str]) -> str:
        return ""

    def events(self, tracking: str, *, shipped_at: datetime, now: datetime) -> Sequence[Told]:
        return ()


_carriers: dict[str, Carrier] = {}


def register_carrier(carrier: Carrier) -> None:
    """Make a carrier known; again under the same code replaces it."""
    _carriers[carrier.code] = carrier
    register_connector(carrier)


def carrier_choices() -> list[tuple[str, str | Promise]]:
    return [(code, carrier.label) for code, carrier in sorted(_carriers.items())]


def carrier_label(code: str) -> str | Promise:
    """Its name; the code of one that is no longer connected."""
    return _carriers[code].label if code in _carriers else code


def carrier_named(code: str) -> Carrier:
    """Raises Conflict for a carrier that is not (any longer) connected."""
    if code not in _carriers:
        raise Conflict(_("This carrier is not connected."), code="shipping.carrier")
    return _carriers[code]


register_carrier(Simulator())
register_carrier(OwnFleet())
