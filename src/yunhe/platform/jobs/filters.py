"""Filters of background work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.jobs.choices import RunState
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet


class RunFilters(FilterSet):
    """By state."""

    state = ChoiceFilter(_("State"), choices=RunState.choices, multiple=True)
    search = ("title", "job")
