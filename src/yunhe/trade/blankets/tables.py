"""Columns of frames, their lines, plan and call-offs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import (
    BadgeColumn,
    DateColumn,
    LastDayColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table
from yunhe.trade.blankets.choices import PLAN_TONES, STATUS_TONES, FrameStatus, PlanState
from yunhe.trade.orders.choices import STATUS_TONES as ORDER_TONES


class FrameTable(Table):
    """Frames at headquarters."""

    number = LinkColumn(_("Blanket order"), url="blankets:detail", secondary="title", card="title")
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", card="text")
    status = StatusColumn(
        _("Status"), tones=STATUS_TONES, labels=dict(FrameStatus.choices), card="badge"
    )
    starts = DateColumn(_("First day"), source="period.lower", sort="period", card="")
    until = LastDayColumn(_("Last day"), source="period.upper", sort=False, card="text")
    pricing = TextColumn(_("Price"), source="get_pricing_display", sort="pricing", visible=False)
    worth = MoneyColumn(_("Worth"), currency=".currency", card="value")


class LineTable(Table):
    """Lines with what is called off, shipped and left, in the line's own unit."""

    subject = TextColumn(_("Product"), sort=False, secondary="code", card="title")
    unit = TextColumn(_("Unit"), sort=False, card="")
    price = TextColumn(_("Price"), sort=False, card="text")
    total = NumberColumn(_("Agreed"), sort=False, card="")
    called = NumberColumn(_("Called off"), sort=False, card="text")
    shipped = NumberColumn(_("Shipped"), sort=False, card="text")
    left = NumberColumn(_("Left"), sort=False, card="value")
    call = TextColumn(_("A call-off"), sort=False, card="")
    period = TextColumn(_("This period"), sort=False, card="")


class PlanTable(Table):
    """Planned call-offs with what was called off of each."""

    on = DateColumn(_("Planned for"), sort=False, card="text")
    subject = TextColumn(_("Product"), sort=False, card="title")
    quantity = NumberColumn(_("Planned"), sort=False, card="value")
    called = NumberColumn(_("Called off"), sort=False, card="text")
    unit = TextColumn(_("Unit"), sort=False, card="")
    state = BadgeColumn(
        _("Status"),
        sort=False,
        tones=PLAN_TONES,
        labels=dict(PlanState.choices),
        card="badge",
    )


class CallTable(Table):
    """Orders under the frame."""

    number = LinkColumn(_("Order"), url="orders:detail", sort=False)
    placed_on = DateColumn(_("Ordered"), sort=False, card="text")
    status = StatusColumn(_("Status"), tones=ORDER_TONES, sort=False)
    line_count = NumberColumn(_("Lines"), sort=False, card="")
    total = MoneyColumn(_("Amount"), currency=".currency", sort=False)


class OwnCallTable(CallTable):
    """The same on the phone."""

    number = LinkColumn(_("Order"), url="orders_portal:detail", sort=False)


def limits(least: Any, most: Any) -> str:
    """12–48, from 12, up to 48, or nothing."""
    shown = [formatting.number(each) if each is not None else "" for each in (least, most)]
    if shown[0] and shown[1]:
        return f"{shown[0]}–{shown[1]}"
    if shown[0]:
        return str(_("from %(number)s") % {"number": shown[0]})
    return str(_("up to %(number)s") % {"number": shown[1]}) if shown[1] else ""
