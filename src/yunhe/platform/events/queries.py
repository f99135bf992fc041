"""Reads of events and webhooks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from yunhe.platform.events.choices import DeliveryState
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookDelivery, WebhookEndpoint


def list_events() -> QuerySet[OutboxEvent]:
    """Every event, newest first (headquarters)."""
    return OutboxEvent.objects.select_related("node", "actor").order_by("-id")


def deliveries_of(event: OutboxEvent) -> QuerySet[Delivery]:
    """The event's way to our own listeners."""
    return Delivery.objects.filter(event=event).order_by("handler")


def webhooks_of(event: OutboxEvent) -> QuerySet[WebhookDelivery]:
    """The event's way to other systems, as far as they are in scope."""
    return WebhookDelivery.objects.filter(event=event).select_related("endpoint").order_by("id")


def list_dead() -> QuerySet[Delivery]:
    """Deliveries given up, newest first."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).order_by("-id")


def count_dead() -> int:
    """How many deliveries were given up."""
    return Delivery.objects.filter(state=DeliveryState.DEAD).count()


def list_dead_webhooks() -> QuerySet[WebhookDelivery]:
    """Webhooks given up, as far as they are in scope, newest first."""
    rows = WebhookDelivery.objects.filter(
        state=DeliveryState.DEAD, endpoint__deleted_at__isnull=True
    )
    return rows.select_related("endpoint").order_by("-id")


def list_endpoints() -> QuerySet[WebhookEndpoint]:
    """Endpoints in scope with their node, deleted ones too."""
    return WebhookEndpoint.objects.select_related("node").order_by("url")


def list_kept_endpoints() -> QuerySet[WebhookEndpoint]:
    """Endpoints in scope that were not deleted."""
    return list_endpoints().filter(deleted_at__isnull=True)


def list_deleted_endpoints() -> QuerySet[WebhookEndpoint]:
    """Endpoints in scope that were deleted, the last one first."""
    return list_endpoints().filter(deleted_at__isnull=False).order_by("-deleted_at")


def attempts_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """What was sent to the endpoint, newest first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")


def count_waiting(endpoint: WebhookEndpoint) -> int:
    """How many messages to the endpoint are still on their way."""
    return attempts_of(endpoint).filter(state=DeliveryState.PENDING).count()


def oldest_waiting() -> datetime | None:
    """When the oldest event was written that nobody has dispatched yet (for health checks)."""
    waiting = OutboxEvent.objects.filter(dispatched_at__isnull=True).order_by("id")
    return waiting.values_list("time", flat=True).first()
