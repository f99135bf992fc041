"""Columns of the policies' lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.choices import VersionState
from yunhe.platform.ui.components.basics import Badge
from yunhe.platform.ui.components.figures import Progress
from yunhe.platform.ui.tables import (
    ComponentColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)

STATE_TONES = {
    VersionState.DRAFT: "grey",
    VersionState.PUBLISHED: "green",
    VersionState.SUPERSEDED: "amber",
    VersionState.WITHDRAWN: "red",
}
STATE_LABELS = dict(VersionState.choices)


def _progress(policy: Any) -> Progress | None:
    return Progress(value=policy.confirmed, total=policy.sent) if policy.sent else None


class PolicyTable(Table):
    title = LinkColumn(
        _("Policy"), url="policies:detail", source="label", sort="title", secondary="code"
    )
    node = TextColumn(_("Issued by"), source="node.label", sort="node__name")
    state = StatusColumn(_("Status"), source="latest_state", tones=STATE_TONES, labels=STATE_LABELS)
    number = NumberColumn(_("Version"), source="latest_number", card="")
    sent = NumberColumn(_("Recipients"))
    confirmed = ComponentColumn(_("Confirmed"), build=_progress, sort="confirmed")
    published = MomentColumn(_("Published"), source="current.published_at", relative=True)

    class Meta:
        order_by = "-published"


class VersionTable(Table):
    number = LinkColumn(
        _("Version"), url="policies:version", args=("policy_id", "number"), source="number"
    )
    state = StatusColumn(_("Status"), tones=STATE_TONES, labels=STATE_LABELS)
    note = TextColumn(_("Change note"), source="change_note")
    published = MomentColumn(_("Published"), source="published_at")

    class Meta:
        order_by = "-number"


class RegionTable(Table):
    region = TextColumn(_("Region"), source="region.label", card="title")
    sent = NumberColumn(_("Recipients"))
    opened = NumberColumn(_("Opened"))
    confirmed = NumberColumn(_("Confirmed"))
    share = ComponentColumn(
        _("Progress"), build=lambda row: Progress(value=row.confirmed, total=row.sent), sort=False
    )


def _reading(row: Any) -> Badge:
    if row.confirmed_at:
        return Badge(label=_("confirmed"), tone="green", icon="check")
    if row.opened_at:
        return Badge(label=_("opened"), tone="amber")
    return Badge(label=_("not opened"), tone="red")


class RecipientTable(Table):
    partner = TextColumn(
        _("Partner"), source="node.label", sort="node__name", secondary="node.code", card="title"
    )
    state = ComponentColumn(_("Status"), build=_reading, sort=("confirmed_at", "opened_at"))
    opened = MomentColumn(_("Opened"), source="opened_at")
    confirmed = MomentColumn(_("Confirmed"), source="confirmed_at")
    by = TextColumn(_("Confirmed by"), source="confirmed_by.name")
    reminded = DateColumn(_("Reminded"), source="reminded_at")
