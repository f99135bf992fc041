"""The CloudEvents 1.0 JSON form in which an event leaves the house."""

from __future__ import annotations

from typing import Any

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from yunhe.platform.events.models import OutboxEvent

CONTENT_TYPE = "application/cloudevents+json"


def cloud_event_json(event: OutboxEvent) -> bytes:
    """The event as one JSON document (structured mode); the library checks the attributes."""
    attributes: dict[str, Any] = {
        "id": str(event.pk),
        "source": event.source,
        "type": event.type,
        "time": event.time,
        "datacontenttype": "application/json",
    }
    if event.subject:
        attributes["subject"] = event.subject
    return bytes(JSONFormat().write(CloudEvent(attributes=attributes, data=event.data)))
