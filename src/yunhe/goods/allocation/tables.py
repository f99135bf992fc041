"""Columns of allocation's lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Tier
from yunhe.goods.allocation.choices import STATUS_TONES, AllocationStatus
from yunhe.goods.allocation.models import AllocationLine, Quota
from yunhe.goods.allocation.wording import why
from yunhe.platform.language import reads_english
from yunhe.platform.ui.columns import (
    BadgeColumn,
    DateColumn,
    LastDayColumn,
    LinkColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table


def reason_of(quota: Quota) -> str:
    """Why so much, in the reader's language."""
    return why(quota.facts, english=reads_english())


def tier_label(row: AllocationLine) -> Any:
    return Tier(row.tier).label if row.tier in Tier.values else row.tier


class AllocationTable(Table):
    """Allocations."""

    sku = LinkColumn(
        _("Product"),
        url="allocation:detail",
        source="sku.label",
        sort="sku__name",
        secondary="sku.code",
        card="title",
    )
    rule = TextColumn(_("Rule"), source="rule.label", sort="rule__name", card="text")
    starts = DateColumn(_("First day"), source="period.lower", sort="period")
    until = LastDayColumn(_("Last day"), source="period.upper", sort=False)
    supply = NumberColumn(_("Supply in base units"))
    shared = NumberColumn(_("Divided"), card="")
    dealers = NumberColumn(_("Dealers"), card="text")
    status = StatusColumn(
        _("Status"), tones=STATUS_TONES, labels=dict(AllocationStatus.choices), card="badge"
    )


class ShareTable(Table):
    """Quota beside demand and history, in lots and base units."""

    dealer = LinkColumn(
        _("Dealer"),
        url="allocation:line",
        source="node.label",
        sort=False,
        secondary="node.code",
        card="title",
    )
    tier = TextColumn(_("Tier"), source=tier_label, sort=False, card="badge")
    history = NumberColumn(_("Past purchases"), sort=False, card="text")
    health = NumberColumn(_("Health"), places=1, sort=False, card="")
    demand = NumberColumn(_("Asked for"), sort=False, card="text")
    ideal = NumberColumn(_("Exact share in lots"), places=2, sort=False, card="")
    computed = NumberColumn(_("Computed lots"), source="computed_lots", sort=False, card="")
    lots = NumberColumn(_("Lots"), sort=False, card="value")
    quantity = NumberColumn(_("Quota"), sort=False)
    reason = TextColumn(_("Changed by hand"), sort=False, card="")


class RuleTable(Table):
    """Named rules."""

    name = LinkColumn(
        _("Rule"), url="allocation:rule", source="label", sort="name", secondary="code"
    )
    tier_part = NumberColumn(_("Part of the tier"))
    history_part = NumberColumn(_("Part of past purchases"))
    health_part = NumberColumn(_("Part of health"))
    history_months = NumberColumn(_("Months"))
    floor_lots = NumberColumn(_("Guaranteed lots"))
    most_percent = NumberColumn(_("At most, percent"))


def _state(quota: Any) -> str:
    return "ended" if quota.ended else "running"


class QuotaTable(Table):
    """Quotas with what orders used; rows carry `used` and `left`."""

    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    dealer = TextColumn(_("Dealer"), source="node.label", sort="node__name", card="text")
    until = LastDayColumn(_("Last day"), source="period.upper", sort=False, card="text")
    quantity = NumberColumn(_("Quota"))
    used = NumberColumn(_("Ordered"), source="used", sort=False, card="")
    left = NumberColumn(_("Left"), source="left", sort=False, card="value")
    state = BadgeColumn(
        _("Status"),
        source=_state,
        sort=False,
        tones={"running": "green", "ended": "grey"},
        labels={"running": _("running"), "ended": _("ended")},
        card="badge",
    )
