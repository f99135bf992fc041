"""What can go wrong with events and webhooks."""

from __future__ import annotations

from yunhe.platform.errors import DomainError


class UnsafeAddress(DomainError):
    """A webhook address that points into our own network, or is no HTTP address."""

    code = "events.unsafe_address"


class UnknownEventType(DomainError):
    """A filter that no declared event can match."""

    code = "events.unknown_type"
