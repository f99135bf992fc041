"""Filters of the lists of returns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.filters import in_region
from yunhe.channel.network.queries import list_units
from yunhe.goods.returns.choices import ReturnStatus
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet, RecordFilter


class ReturnFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    status = ChoiceFilter(_("Status"), choices=ReturnStatus.choices)
    search = ("number", "node__name", "node__code")
