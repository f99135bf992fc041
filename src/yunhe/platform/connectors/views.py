"""Connected systems: health, messages, sending again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.connectors import services
from yunhe.platform.connectors.choices import STATE_TONES, UNSENT, MessageState
from yunhe.platform.connectors.filters import MessageFilters
from yunhe.platform.connectors.models import Message
from yunhe.platform.connectors.permissions import MANAGE, VIEW
from yunhe.platform.connectors.queries import connector_rows, list_messages
from yunhe.platform.connectors.registry import all_connectors
from yunhe.platform.connectors.tables import ConnectorTable, MessageTable
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.columns import MomentColumn, NumberColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FactsPanel, ListView, TemplatePanel


def list_crumb() -> Crumb:
    return Crumb(_("Connected systems"), reverse("connectors:list"))


class ConnectorList(ListView):
    permission, title, table = VIEW, _("Connected systems"), ConnectorTable
    subtitle = _("How other systems answer; after three failures one is left alone for ten minutes")
    empty = Empty(title=_("No system is connected"), icon="plug-connected")

    def get_rows(self) -> Rows:
        return connector_rows(now=self.now)

    def get_actions(self) -> Sequence[Button]:
        messages = Button(
            label=_("Messages"), url=reverse("connectors:messages"), icon="send", permission=VIEW
        )
        paused = [
            Button(
                label=str(row.label),
                url=reverse("connectors:reset", args=[row.pk]),
                icon="refresh",
                method="post",
                confirm=_("Call this system again at once?"),
                permission=MANAGE,
            )
            for row in connector_rows(now=self.now)
            if row.state.open_until is not None
        ]
        return [messages, *paused]


class MessageList(ListView):
    permission, title = VIEW, _("Messages to other systems")
    table, filters = MessageTable, MessageFilters
    empty = Empty(title=_("Nothing was sent"), icon="send")

    def get_rows(self) -> Rows:
        return list_messages()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)


class MessageFacts(FactsPanel):
    title, icon = _("Message"), "send"
    fields = (
        TextColumn(_("System"), source="connector"),
        TextColumn(_("Kind"), source="kind"),
        TextColumn(_("Key"), source="key"),
        TextColumn(_("Their reference"), source="reference"),
        NumberColumn(_("Attempts"), source="attempts"),
        MomentColumn(_("Created"), source="created_at"),
        MomentColumn(_("Sent"), source="sent_at"),
        MomentColumn(_("Next attempt"), source="next_at"),
        TextColumn(_("Waits for"), source="waits_for"),
        TextColumn(_("Error"), source="error"),
    )


class MessageBody(TemplatePanel):
    title, icon, template_name = _("Content"), "file-text", "connectors/body.html"


class MessageDetail(DetailView):
    permission, model = VIEW, Message
    panels = (MessageFacts, MessageBody)

    def get_queryset(self) -> Any:
        return list_messages()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(_("Messages"), reverse("connectors:messages")))

    def get_status(self) -> Badge:
        tone = STATE_TONES[MessageState(self.record.state)]
        return Badge(label=self.record.get_state_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        found = []
        if self.record.url:
            found.append(Button(label=_("Open the record"), url=self.record.url, icon="file-text"))
        if self.record.state in UNSENT:
            found.append(
                Button(
                    label=_("Send again"),
                    url=reverse("connectors:replay", args=[self.record.pk]),
                    icon="refresh",
                    method="post",
                    permission=MANAGE,
                )
            )
        return found


class MessageReplay(ActionView):
    permission, model = MANAGE, Message
    success_message = _("The message is sent again.")

    def perform(self) -> Any:
        return services.replay_message(self.record, actor=self.principal, now=self.now)


class BreakerReset(ActionView):
    permission = MANAGE
    success_message = _("The system is called again.")

    def perform(self) -> Any:
        code = str(self.kwargs["code"])
        if code not in {connector.code for connector in all_connectors()}:
            raise NotFound()
        services.reset_breaker(code, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("connectors:list")
