"""Connected systems are registered by the domains that talk to them.

    register_connector(SupplierSimulator())

An adapter needs `send` alone; what it answers later is the domain's own affair. Calls raise OSError
when the other system cannot be reached or refuses for now; ValueError when it will never take this.
"""

from __future__ import annotations

from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import Conflict


class Connector(Protocol):
    """A system: its code, its name, what kind of system it is."""

    code: str

    @property
    def label(self) -> str | Promise: ...

    @property
    def kind(self) -> str | Promise: ...


class Sender(Connector, Protocol):
    """A system that takes messages."""

    def send(self, kind: str, key: str, body: str) -> str:
        """Hand a message over; the other system's reference. Again with the same key changes nothing."""
        ...


_connectors: dict[str, Connector] = {}


def register_connector(connector: Connector) -> None:
    """Make a system known; again under the same code replaces it."""
    _connectors[connector.code] = connector


def all_connectors() -> list[Connector]:
    """Every connected system, by code."""
    return [_connectors[code] for code in sorted(_connectors)]


def sender_named(code: str) -> Sender:
    """Raises Conflict for a system that is not (any longer) connected, or takes no messages."""
    found = _connectors.get(code)
    if found is None or not hasattr(found, "send"):
        raise Conflict(_("This system is not connected."), code="connectors.unknown")
    return found  # type: ignore[return-value]
