"""Tables of events and webhooks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.columns import (
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table

TONES = {"pending": "amber", "done": "green", "dead": "red", "dropped": "grey"}
ENDPOINT_TONES = {"active": "green", "paused": "amber", "deleted": "grey"}


class EventTable(Table):
    """Events that were written."""

    type = LinkColumn(_("Event"), url="events:detail")
    subject = TextColumn(_("Subject"))
    node = TextColumn(_("Node"), source="node.label", sort="node__name", select=("node",))
    actor = TextColumn(_("By"), source="actor.name", sort="actor__name", select=("actor",))
    time = MomentColumn(_("At"), card="text")
    dispatched_at = MomentColumn(_("Dispatched"), visible=False)


class DeliveryTable(Table):
    """Deliveries to our own listeners."""

    handler = TextColumn(_("Listener"), card="title")
    event_type = LinkColumn(_("Event"), url="events:detail", args=("event_id",), card="text")
    state = StatusColumn(_("State"), tones=TONES)
    attempts = NumberColumn(_("Attempts"))
    next_at = MomentColumn(_("Next attempt"))
    error = TextColumn(_("Error"))


class EndpointTable(Table):
    """Other systems that are told."""

    url = LinkColumn(_("Address"), url="events:endpoint")
    description = TextColumn(_("Description"))
    node = TextColumn(_("Node"), source="node.label", sort="node__name", select=("node",))
    event_types = TextColumn(_("Events"), source=lambda row: ", ".join(row.event_types) or _("all"))
    state = StatusColumn(_("State"), tones=ENDPOINT_TONES, sort=False)


class AttemptTable(Table):
    """What was sent to an endpoint."""

    event_type = LinkColumn(_("Event"), url="events:detail", args=("event_id",))
    state = StatusColumn(_("State"), tones=TONES)
    attempts = NumberColumn(_("Attempts"))
    status = NumberColumn(_("HTTP status"))
    answer = TextColumn(_("Answer"))
    next_at = MomentColumn(_("Next attempt"))


class EventAttemptTable(AttemptTable):
    """Where an event was sent."""

    endpoint = LinkColumn(
        _("Address"),
        url="events:endpoint",
        args=("endpoint_id",),
        source="endpoint.url",
        select=("endpoint",),
    )
