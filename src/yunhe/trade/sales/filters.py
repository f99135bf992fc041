"""Filters of the sales lists."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet, TextFilter
from yunhe.trade.sales.choices import Flow

NATURES = (
    ("return", _("returns")),
    ("correction", _("corrections")),
    ("late", _("late, after closing")),
)


def _of_nature(rows: Any, value: str) -> Any:
    if value == "return":
        return rows.filter(quantity__lt=0, corrects__isnull=True)
    if value == "correction":
        return rows.filter(corrects__isnull=False)
    return rows.exclude(booked_on=F("on"))


class FactFilters(FilterSet):
    flow = ChoiceFilter(_("Flow"), choices=Flow.choices)
    on = DateRangeFilter(_("Date"))
    partner = TextFilter(_("Partner code"), field="node__code")
    nature = ChoiceFilter(_("Only"), choices=NATURES, apply=_of_nature)
    search = ("sku__code", "sku__name", "document")
