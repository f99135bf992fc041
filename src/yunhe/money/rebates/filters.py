"""Filters of the lists of rebates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.choices import Flow, ProgramState, SettlementKind, SettlementState
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet


class ProgramFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=ProgramState.choices)
    flow = ChoiceFilter(_("Counts"), choices=Flow.choices)
    search = ("code", "title", "title_en")


class AccrualFilters(FilterSet):
    search = ("node__code", "node__name", "node__name_en")


class SettlementFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=SettlementState.choices)
    kind = ChoiceFilter(_("Kind"), choices=SettlementKind.choices)
    cutoff = DateRangeFilter(_("Up to"))
    search = ("number",)


class LineFilters(FilterSet):
    search = ("node__code", "node__name", "node__name_en", "program__title", "program__code")


class StatementFilters(FilterSet):
    on = DateRangeFilter(_("Posted on"))
    search = ("number", "node__code", "node__name", "node__name_en")
