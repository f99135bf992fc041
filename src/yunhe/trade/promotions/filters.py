"""Filters of the lists of promotions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.trade.promotions.choices import Kind, PromotionStatus, Stacking


class PromotionFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=PromotionStatus.choices)
    kind = ChoiceFilter(_("Kind"), choices=Kind.choices)
    stacking = ChoiceFilter(_("Beside others"), choices=Stacking.choices)
    search = ("code", "name", "name_en", "note")


class FloorFilters(FilterSet):
    search = ("sku__search_key", "node__name")
