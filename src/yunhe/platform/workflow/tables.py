"""Tables of approvals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.ui import formatting
from yunhe.platform.ui.tables import (
    BooleanColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.platform.workflow.kinds import kind_of, level_choices
from yunhe.platform.workflow.models import Definition
from yunhe.platform.workflow.panels import STATE_TONES


def _kind(row: Any) -> Any:
    return kind_of(row.kind).label


class ApprovalTable(Table):
    title = LinkColumn(
        pgettext_lazy("approval", "Request"),
        source="label",
        url="workflow:approval",
        sort=False,
        card="title",
    )
    kind = TextColumn(_("Subject"), source=_kind, sort=False)
    node = TextColumn(_("Place"), source="node.label", sort="node__name")
    amount = MoneyColumn(_("Amount"), currency=".currency", card="value")
    person = TextColumn(_("Requested by"), source="requested_by.name", sort=False)
    requested = MomentColumn(_("Requested"), source="requested_at", relative=True)
    state = StatusColumn(
        _("Status"),
        tones={state.value: tone for state, tone in STATE_TONES.items()},
        card="badge",
    )

    class Meta:
        order_by = "requested"


class LatestTable(ApprovalTable):
    class Meta:
        order_by = "-requested"


def _band(row: Definition) -> str:
    start = formatting.money(row.amount_from)
    if row.amount_to is None:
        return str(_("from %(amount)s") % {"amount": start})
    return f"{start} – {formatting.money(row.amount_to)}"


def _level(row: Definition) -> Any:
    return dict(level_choices()).get(row.level) or row.level or _("all")


class DefinitionTable(Table):
    name = LinkColumn(
        pgettext_lazy("approval chain", "Name"),
        source=str,
        url="workflow:definition",
        sort=False,
        card="title",
    )
    kind = TextColumn(_("Subject"), source=_kind, sort=False)
    node = TextColumn(_("Valid in"), source="node.label", sort="node__path")
    level = TextColumn(_("Partner level"), source=_level, sort=False)
    band = TextColumn(_("Amount"), source=_band, sort=False)
    steps = NumberColumn(_("Steps"), source=lambda row: len(row.steps), sort=False)
    active = BooleanColumn(_("Active"), yes=_("active"))
