"""Pages of events and webhooks: what happened, who was told, what was given up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

import orjson
from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.events import permissions, services
from yunhe.platform.events.envelope import cloud_event_json
from yunhe.platform.events.filters import EventFilters
from yunhe.platform.events.forms import EndpointForm
from yunhe.platform.events.models import Delivery, OutboxEvent, WebhookDelivery, WebhookEndpoint
from yunhe.platform.events.queries import (
    attempts_of,
    count_dead,
    count_waiting,
    deliveries_of,
    list_dead,
    list_deleted_endpoints,
    list_endpoints,
    list_events,
    list_kept_endpoints,
    webhooks_of,
)
from yunhe.platform.events.tables import (
    ENDPOINT_TONES,
    TONES,
    AttemptTable,
    DeliveryTable,
    EndpointTable,
    EventAttemptTable,
    EventTable,
)
from yunhe.platform.events.webhooks import Trial
from yunhe.platform.ui.columns import (
    MomentColumn,
    NumberColumn,
    QuantityColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty, Status
from yunhe.platform.ui.views import (
    ActionView,
    BulkAction,
    BulkView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
    TemplatePanel,
)
from yunhe.platform.ui.views.bulk import Outcome


def events_crumb() -> Crumb:
    return Crumb(_("Events"), reverse("events:list"))


def webhooks_crumb() -> Crumb:
    return Crumb(_("Webhooks"), reverse("events:endpoints"))


class EventList(ListView):
    permission, title = permissions.VIEW, _("Events")
    table, filters, export = EventTable, EventFilters, False

    def get_rows(self) -> Any:
        return list_events()

    def get_actions(self) -> Sequence[Button]:
        dead = ngettext("%(count)d given up", "%(count)d given up", count_dead()) % {
            "count": count_dead()
        }
        return (
            Button(label=dead, url=reverse("events:dead"), icon="alert-triangle"),
            Button(label=_("Webhooks"), url=reverse("events:endpoints"), icon="webhook"),
        )


class EventFacts(FactsPanel):
    title, icon = _("Event"), "bell"
    fields = (
        TextColumn(_("Type"), source="type"),
        TextColumn(_("Subject"), source="subject"),
        TextColumn(_("Node"), source="node.label"),
        TextColumn(_("By"), source="actor.name"),
        MomentColumn(_("At"), source="time"),
        MomentColumn(_("Dispatched"), source="dispatched_at"),
    )


class EventDeliveries(TablePanel):
    title, icon, table = _("Listeners"), "users", DeliveryTable

    def rows(self) -> Any:
        return deliveries_of(self.record)


class EventWebhooks(TablePanel):
    title, icon, table = _("Webhooks"), "webhook", EventAttemptTable

    def rows(self) -> Any:
        return webhooks_of(self.record)


class EventEnvelope(TemplatePanel):
    title, icon, template_name = _("CloudEvent"), "file-text", "events/envelope.html"

    def context(self) -> dict[str, Any]:
        document = orjson.loads(cloud_event_json(self.record))
        return {"envelope": orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()}


class EventDetail(DetailView):
    permission, model = permissions.VIEW, OutboxEvent
    panels = (EventFacts, EventDeliveries, EventWebhooks, EventEnvelope)

    def get_queryset(self) -> Any:
        return list_events()

    def get_title(self) -> str:
        return str(self.record.type)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(),)


class DeadLetters(ListView):
    """Deliveries that were given up after twelve attempts, to be replayed."""

    permission, title, table, export = permissions.VIEW, _("Given up"), DeliveryTable, False
    bulk = (BulkAction(_("Try again"), "events:replay", "refresh", permissions.CHANGE),)
    empty = Empty(title=_("Nothing was given up"), icon="circle-check")

    def get_rows(self) -> Any:
        return list_dead()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(),)


class Replay(BulkView):
    permission, title, model, verb = permissions.CHANGE, _("Try again"), Delivery, _("Try again")

    @property
    def back_url(self) -> str:  # type: ignore[override]
        return reverse("events:dead")

    def apply_all(self, records: Sequence[Delivery]) -> Iterable[Outcome]:
        ids = [delivery.pk for delivery in records]
        services.replay_deliveries(ids, actor=self.principal, now=self.now)
        return [Outcome(delivery, True, _("Queued.")) for delivery in records]


class EndpointList(ListView):
    permission, title, table, export = permissions.VIEW, _("Webhooks"), EndpointTable, False
    create_url_name, create_permission = "events:endpoint_create", permissions.CHANGE
    create_label = _("Connect a system")

    def get_rows(self) -> Any:
        return list_kept_endpoints()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(),)

    def get_actions(self) -> Sequence[Button]:
        deleted = Button(label=_("Deleted"), url=reverse("events:endpoints_deleted"), icon="trash")
        return (deleted, *super().get_actions())


class DeletedEndpoints(ListView):
    """Systems that are told no more: what they were sent can still be read."""

    permission, title, export = permissions.VIEW, _("Deleted webhooks"), False
    table, empty = EndpointTable, Empty(title=_("No webhook was deleted"), icon="circle-check")

    def get_rows(self) -> Any:
        return list_deleted_endpoints()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(), webhooks_crumb())


class EndpointFacts(FactsPanel):
    title, icon = _("Webhook endpoint"), "webhook"
    fields = (
        TextColumn(_("Address"), source="url"),
        TextColumn(_("Node"), source="node.label"),
        TextColumn(_("Events"), source=lambda row: ", ".join(row.event_types) or _("all")),
        TextColumn(_("Why disabled"), source="disabled_reason"),
        MomentColumn(_("Created"), source="created_at"),
        MomentColumn(_("Deleted"), source="deleted_at"),
    )


TEST_OUTCOMES = {"done": _("accepted"), "dead": _("not accepted")}


class EndpointTest(FactsPanel):
    """The last test event and, beside its answer, the button that sends another."""

    title, icon, side, columns = _("Test event"), "flask", True, 1
    fields = (
        MomentColumn(_("At"), source="tested_at"),
        StatusColumn(_("Outcome"), source="test_state", tones=TONES, labels=TEST_OUTCOMES),
        NumberColumn(_("HTTP status"), source="test_status"),
        QuantityColumn(_("Took"), source="test_milliseconds", unit="ms"),
        TextColumn(_("Answer"), source="test_answer"),
    )

    def shown(self) -> bool:
        return self.record.deleted_at is None

    def actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Send a test event"),
                url=reverse("events:endpoint_test", args=[self.record.pk]),
                icon="send",
                method="post",
                permission=permissions.CHANGE,
            ),
        )


class EndpointAttempts(TablePanel):
    title, icon, table = _("Messages sent"), "send", AttemptTable

    def rows(self) -> Any:
        return attempts_of(self.record)


PAUSE = _("Pause this webhook? What is on its way waits; new events are not told to it.")


class EndpointDetail(DetailView):
    permission, model = permissions.VIEW, WebhookEndpoint
    panels = (EndpointFacts, EndpointTest, EndpointAttempts)

    def get_queryset(self) -> Any:
        return list_endpoints()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(), webhooks_crumb())

    def get_status(self) -> Status:
        state = self.record.state
        return Status(label=state.label, tone=ENDPOINT_TONES[state])

    def get_actions(self) -> Sequence[Button]:
        if self.record.deleted_at is not None:
            return ()
        turn = (
            self._button(_("Pause"), "pause", "player-pause", confirm=PAUSE)
            if self.record.active
            else self._button(_("Resume"), "resume", "player-play")
        )
        return (
            self._button(_("Send failures again"), "replay", "refresh"),
            turn,
            self._button(
                _("New secret"),
                "rotate",
                "key",
                confirm=_("Make a new secret? The old one signs beside it for 24 hours."),
            ),
            self._button(_("Change"), "change", "pencil", method="get"),
            self._button(
                _("Delete"), "delete", "trash", style="danger", confirm=self._delete_question()
            ),
        )

    def _button(
        self,
        label: Text,
        what: str,
        icon: str,
        *,
        method: Literal["get", "post"] = "post",
        **properties: Any,
    ) -> Button:
        url = reverse(f"events:endpoint_{what}", args=[self.record.pk])
        return Button(
            label=label,
            url=url,
            icon=icon,
            method=method,
            permission=permissions.CHANGE,
            **properties,
        )

    def _delete_question(self) -> str:
        waiting = count_waiting(self.record)
        dropped = ngettext(
            "Delete this webhook? %(count)d message on its way is dropped; those sent stay readable.",
            "Delete this webhook? %(count)d messages on their way are dropped; those sent stay readable.",
            waiting,
        )
        return dropped % {"count": waiting}


class EndpointCreate(FormView):
    permission, title, form_class = permissions.CHANGE, _("Connect a system"), EndpointForm
    submit_label = _("Connect")
    success_message: ClassVar[Text] = ""

    def get_crumbs(self) -> Sequence[Crumb]:
        return (events_crumb(), webhooks_crumb())

    def perform(self, form: EndpointForm) -> WebhookEndpoint:
        told = form.cleaned_data
        endpoint, secret = services.create_endpoint(
            node_id=told["node"].pk,
            url=told["url"],
            patterns=told["event_types"],
            description=told["description"],
            actor=self.principal,
        )
        _tell_secret(self.request, secret)
        return endpoint

    def get_success_url(self, result: WebhookEndpoint) -> str:
        return reverse("events:endpoint", args=[result.pk])


class EndpointChange(EndpointCreate):
    permission, title, model = permissions.CHANGE, _("Change the webhook"), WebhookEndpoint
    submit_label, success_message = _("Save"), _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        record = self.record
        return {
            "url": record.url,
            "node": record.node_id,
            "event_types": record.event_types,
            "description": record.description,
            "active": record.active,
        }

    def perform(self, form: EndpointForm) -> WebhookEndpoint:
        told = form.cleaned_data
        return services.change_endpoint(
            self.record,
            url=told["url"],
            patterns=told["event_types"],
            description=told["description"],
            active=told["active"],
            actor=self.principal,
        )


class EndpointAction(ActionView):
    permission, model = permissions.CHANGE, WebhookEndpoint

    def get_next_url(self, result: Any) -> str:
        return reverse("events:endpoint", args=[self.record.pk])


class EndpointPause(EndpointAction):
    permission, success_message = permissions.CHANGE, _("Nothing is sent any more.")

    def perform(self) -> WebhookEndpoint:
        return services.pause_endpoint(self.record, actor=self.principal)


class EndpointResume(EndpointAction):
    permission, success_message = permissions.CHANGE, _("It is told of events again.")

    def perform(self) -> WebhookEndpoint:
        return services.resume_endpoint(self.record, actor=self.principal)


class EndpointTry(EndpointAction):
    permission = permissions.CHANGE

    def perform(self) -> Trial:
        return services.try_endpoint(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: Trial) -> Text:
        if result.outcome.delivered:
            return _("The test event was accepted.")
        messages.error(self.request, _("The test event was not accepted."))
        return ""


class EndpointDelete(EndpointAction):
    permission = permissions.CHANGE

    def perform(self) -> int:
        return services.delete_endpoint(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: int) -> Text:
        told = ngettext(
            "Deleted; %(count)d message on its way was dropped.",
            "Deleted; %(count)d messages on their way were dropped.",
            result,
        )
        return told % {"count": result} if result else _("Deleted.")

    def get_next_url(self, result: int) -> str:
        return reverse("events:endpoints")


class EndpointRotate(EndpointAction):
    permission, success_message = permissions.CHANGE, ""

    def perform(self) -> None:
        secret = services.rotate_secret(self.record, actor=self.principal, now=self.now)
        _tell_secret(self.request, secret)


class EndpointReplay(EndpointAction):
    permission, success_message = permissions.CHANGE, _("They are on their way again.")

    def perform(self) -> int:
        dead = WebhookDelivery.objects.filter(endpoint=self.record, state="dead")
        ids = list(dead.values_list("pk", flat=True))
        return services.replay_webhooks(ids, actor=self.principal, now=self.now)


def _tell_secret(request: Any, secret: str) -> None:
    text = _("The signing secret, shown only now: %(secret)s") % {"secret": secret}
    messages.warning(request, text)
