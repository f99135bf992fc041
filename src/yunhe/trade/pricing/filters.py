"""Filters of pricing's lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.filters import in_region
from yunhe.channel.network.queries import list_units
from yunhe.platform.ui.filters import ChoiceFilter, Filter, FilterSet, RecordFilter
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.pricing.choices import BreachState, ChangeState, Channel, ListStatus, Stage


class PriceListFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=ListStatus.choices)
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    level = ChoiceFilter(_("Level"), choices=Level.choices)
    tier = ChoiceFilter(_("Tier"), choices=Tier.choices)
    channel = ChoiceFilter(_("Sales channel"), choices=Channel.choices)
    search = ("code", "name", "name_en", "node__name")


def _valid_on(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    return rows.filter(period__contains=day)


class DayFilter(Filter):
    """Rows whose period contains the day."""

    def form_fields(self) -> dict[str, forms.Field]:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return {self.name: forms.DateField(label=self.label, required=False, widget=widget)}


class PriceFilters(FilterSet):
    day = DayFilter(_("Valid on"), apply=_valid_on)
    unit = ChoiceFilter(_("Unit"), choices=Unit.choices)
    search = ("sku__search_key",)


class ChangeFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=ChangeState.choices)
    search = ("title", "price_list__name", "price_list__code")


class FloorFilters(FilterSet):
    stage = ChoiceFilter(_("Sold to"), choices=Stage.choices)
    day = DayFilter(_("Valid on"), apply=_valid_on)
    search = ("sku__search_key", "node__name")


class BreachFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=BreachState.choices)
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    search = ("sku__search_key", "node__name", "node__code", "document")


class CompetitorFilters(FilterSet):
    channel = ChoiceFilter(_("Sales channel"), choices=Channel.choices)
    search = ("competitor", "product", "sku__search_key")


class ChannelFilters(FilterSet):
    channel = ChoiceFilter(_("Sales channel"), choices=Channel.choices)
    search = ("node__name", "node__code")
