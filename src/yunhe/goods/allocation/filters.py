"""Filters of allocation's lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation.choices import AllocationStatus
from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, FilterSet


class AllocationFilters(FilterSet):
    """Allocations by state."""

    status = ChoiceFilter(_("Status"), choices=AllocationStatus.choices, multiple=True)
    search = ("sku__search_key", "rule__name", "rule__name_en")


class QuotaFilters(FilterSet):
    """Quotas: running or ended."""

    ended = BooleanFilter(_("Ended"))
    search = ("sku__search_key", "node__name", "node__code")
