"""Filters of the lists of stock reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.filters import in_region
from yunhe.channel.network.queries import list_units
from yunhe.goods.reports.choices import ReportSource, ReportStatus
from yunhe.platform.ui.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    FilterSet,
    NumberRangeFilter,
    RecordFilter,
)


def _differing(rows: QuerySet[Any], value: bool) -> QuerySet[Any]:
    return rows.filter(unexplained__gt=0) if value else rows.filter(unexplained=0)


class ReportFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    status = ChoiceFilter(_("Status"), choices=ReportStatus.choices)
    source = ChoiceFilter(_("Entered in"), choices=ReportSource.choices)
    on = DateRangeFilter(_("Counted on"))
    differs = BooleanFilter(_("With differences"), apply=_differing)
    search = ("node__name", "node__code")


class CredibilityFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    score = NumberRangeFilter(_("Credibility"))
    search = ("node__name", "node__code")
