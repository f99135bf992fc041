"""Filters of sourcing's lists."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.trade.sourcing.choices import PartState


class PartFilters(FilterSet):
    """Parts by answer."""

    state = ChoiceFilter(
        pgettext_lazy("from a partner", "Answer"), choices=PartState.choices, multiple=True
    )
    search = (
        "order__number",
        "partner_label",
        "place_label",
    )
