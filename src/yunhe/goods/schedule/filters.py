"""Filters of the production schedule."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import BooleanFilter, DateRangeFilter, FilterSet


class ScheduleFilters(FilterSet):
    on = DateRangeFilter(_("Available on"))
    confirmed = BooleanFilter(_("Confirmed"))
    search = ("sku__search_key", "ref")
