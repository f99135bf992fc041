"""The lock of an endpoint that is being changed."""

from __future__ import annotations

from yunhe.platform.events.errors import EndpointDeleted
from yunhe.platform.events.models import WebhookEndpoint


def lock_endpoint(endpoint: WebhookEndpoint) -> None:
    """Hold the endpoint until the transaction ends. Raises EndpointDeleted when it was deleted."""
    rows = WebhookEndpoint.objects.select_for_update(no_key=True)
    if rows.values_list("deleted_at", flat=True).get(pk=endpoint.pk) is not None:
        raise EndpointDeleted()
