"""How long events are kept."""

from __future__ import annotations

from datetime import datetime

from yunhe.platform.events.choices import DeliveryState
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookDelivery


def prune_events(before: datetime) -> int:
    """Remove dispatched events older than `before` that nobody still waits for; how many."""
    waiting = {"state__in": [DeliveryState.PENDING, DeliveryState.DEAD]}
    stale = (
        OutboxEvent.objects.filter(time__lt=before, dispatched_at__isnull=False)
        .exclude(pk__in=Delivery.objects.filter(**waiting).values("event_id"))
        .exclude(
            pk__in=WebhookDelivery.objects.filter(
                **waiting, endpoint__deleted_at__isnull=True
            ).values("event_id")
        )
    )
    _total, by_model = stale.delete()
    return by_model.get(OutboxEvent._meta.label, 0)
