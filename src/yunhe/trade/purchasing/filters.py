"""Filters of purchase orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.trade.purchasing.choices import PurchaseState


class PurchaseFilters(FilterSet):
    """Purchase orders by state."""

    state = ChoiceFilter(_("State"), choices=PurchaseState.choices, multiple=True)
    search = ("number", "order__number", "reference")
