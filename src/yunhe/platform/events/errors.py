"""What can go wrong with events and webhooks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError


class UnsafeAddress(DomainError):
    """A webhook address that points into our own network, or is no HTTP address."""

    code = "events.unsafe_address"


class EndpointDeleted(DomainError):
    """A change of an endpoint that was deleted, which stays only to be read."""

    code = "events.endpoint_deleted"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This webhook was deleted."))


class UnknownEventType(DomainError):
    """A filter that no declared event can match."""

    code = "events.unknown_type"
