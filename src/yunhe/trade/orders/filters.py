"""Filters of order lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet, RecordFilter
from yunhe.trade.orders.choices import OrderStatus, Source

SELLERS = (("0", _("manufacturer")), ("1", _("dealer")))


def ordering_partners() -> QuerySet[Node]:
    """Partners in scope."""
    return Node.objects.filter(kind=NodeKind.PARTNER).order_by("name")


class OrderFilters(FilterSet):
    """Filters at headquarters."""

    status = ChoiceFilter(_("Status"), choices=OrderStatus.choices, multiple=True)
    partner = RecordFilter(_("Partner"), field="node", queryset=ordering_partners)
    placed = DateRangeFilter(_("Ordered"), field="placed_on")
    source = ChoiceFilter(_("Entered in"), choices=Source.choices)
    seller = ChoiceFilter(_("Sold by"), field="between_partners", choices=SELLERS)
    search = ("number", "note")
    search_in: ClassVar[Mapping[str, Sequence[str]]] = {"node": ("name", "name_en", "code")}


class SuppliedFilters(FilterSet):
    """Filters of what stores ordered from a dealer."""

    status = ChoiceFilter(_("Status"), choices=OrderStatus.choices)
    search = ("number",)
    search_in: ClassVar[Mapping[str, Sequence[str]]] = {"node": ("name", "name_en", "code")}


class OwnOrderFilters(FilterSet):
    """Filters on the portal."""

    status = ChoiceFilter(_("Status"), choices=OrderStatus.choices)
    search = ("number", "note")


class LineFilters(FilterSet):
    """Filters of the lines of one order."""

    search = ("sku__code", "sku__name", "sku__name_en", "sku__gtin")
