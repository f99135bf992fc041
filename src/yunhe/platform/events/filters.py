"""Filters of the event list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.events.registry import event_types
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet


class EventFilters(FilterSet):
    """By type and moment."""

    type = ChoiceFilter(_("Type"), choices=lambda: [(name, name) for name in event_types()])
    time = DateRangeFilter(_("At"), moments=True)
    search = ("subject", "type")
