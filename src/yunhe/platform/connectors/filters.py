"""Filters of messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.connectors.choices import MessageState
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet


class MessageFilters(FilterSet):
    """Messages by state."""

    state = ChoiceFilter(_("State"), choices=MessageState.choices, multiple=True)
    search = ("subject", "key", "reference", "connector")
