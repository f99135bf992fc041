"""Columns of the production schedule."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.choices import PROGRESS_TONES, Progress
from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.platform.ui.tables import (
    DateColumn,
    LinkColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)


def progress_of(line: ScheduledProduction) -> Progress:
    return line.state_on(timezone.localdate())


class ScheduleTable(Table):
    """The schedule at headquarters."""

    on = DateColumn(_("Available on"), card="text")
    sku = LinkColumn(
        _("Product"),
        url="schedule:detail",
        source="sku.label",
        sort="sku__name",
        secondary="sku.code",
        card="title",
    )
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    progress = StatusColumn(
        _("Status"),
        source=progress_of,
        sort=False,
        tones=PROGRESS_TONES,
        labels=dict(Progress.choices),
        card="badge",
    )
    first_on = DateColumn(_("First planned for"), card="")
    node = TextColumn(_("Supply place"), source="node.label", card="")
    ref = TextColumn(_("Plan number"), card="")


class PromiseTable(Table):
    """What can be promised to the reader, by day."""

    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    on = DateColumn(_("Available from"), card="text")
    quantity = QuantityColumn(_("Can be promised"), unit=".sku.get_base_unit_display", card="value")


class PromisedTable(Table):
    """Who is promised goods of a production, at headquarters."""

    ref = TextColumn(_("Document"), sort=False, card="title")
    partner = TextColumn(_("Partner"), source="partner.label", sort=False, card="text")
    quantity = QuantityColumn(
        _("Quantity"), unit=".sku.get_base_unit_display", sort=False, card="value"
    )
    first_on = DateColumn(_("First promised for"), sort=False)
    on = DateColumn(_("Promised for"), sort=False)


class OwnPromiseTable(Table):
    """What the reader was promised and waits for."""

    sku = TextColumn(
        _("Product"), source="sku.label", secondary="sku.code", sort=False, card="title"
    )
    quantity = QuantityColumn(
        _("Quantity"), unit=".sku.get_base_unit_display", sort=False, card="value"
    )
    on = DateColumn(_("Promised for"), sort=False, card="text")
    first_on = DateColumn(_("First promised for"), sort=False, card="text")


class OwnScheduleTable(Table):
    """What the reader's supplier will make."""

    sku = TextColumn(
        _("Product"), source="sku.label", sort="sku__name", secondary="sku.code", card="title"
    )
    on = DateColumn(_("Available on"), card="text")
    quantity = QuantityColumn(_("Quantity"), unit=".sku.get_base_unit_display", card="value")
    progress = StatusColumn(
        _("Status"),
        source=progress_of,
        sort=False,
        tones=PROGRESS_TONES,
        labels=dict(Progress.choices),
        card="badge",
    )
