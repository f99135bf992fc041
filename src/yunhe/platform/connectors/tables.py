"""Columns of connectors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.connectors.choices import HEALTH_TONES, STATE_TONES, Health, MessageState
from yunhe.platform.ui.tables import (
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)


class ConnectorTable(Table):
    """Connected systems and how they answer."""

    label = TextColumn(_("System"), sort=False, card="title")
    kind = TextColumn(_("Kind"), sort=False, card="text")
    health = StatusColumn(
        pgettext_lazy("connector", "Health"),
        sort=False,
        tones=HEALTH_TONES,
        labels=dict(Health.choices),
        card="badge",
    )
    answered = MomentColumn(_("Last answer"), source="state.answered_at", sort=False)
    failed = MomentColumn(_("Last failure"), source="state.failed_at", sort=False)
    error = TextColumn(_("Error"), source="state.error", sort=False, card="")
    waiting = NumberColumn(_("Waiting"), sort=False)
    dead = NumberColumn(_("Given up"), sort=False)


class MessageTable(Table):
    """Messages to other systems."""

    subject = LinkColumn(_("Message"), url="connectors:message", secondary="kind", card="title")
    connector = TextColumn(_("System"), card="text")
    state = StatusColumn(
        _("State"), tones=STATE_TONES, labels=dict(MessageState.choices), card="badge"
    )
    attempts = NumberColumn(_("Attempts"), card="")
    created_at = MomentColumn(_("Created"))
    next_at = MomentColumn(_("Next attempt"), card="")
    waits_for = TextColumn(_("Waits for"), sort=False, card="text")
    error = TextColumn(_("Error"), sort=False, card="")

    class Meta:
        order_by = "-created_at"
