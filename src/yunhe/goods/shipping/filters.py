"""Filters of shipping's lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.choices import ClaimStatus, ShipmentStatus
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet


class ShipmentFilters(FilterSet):
    """Shipments by state."""

    status = ChoiceFilter(_("Status"), choices=ShipmentStatus.choices, multiple=True)
    search = ("number", "order__number", "tracking")
    search_in: ClassVar[Mapping[str, Sequence[str]]] = {"node": ("name", "name_en", "code")}


class ClaimFilters(FilterSet):
    """Claims by state."""

    status = ChoiceFilter(_("Status"), choices=ClaimStatus.choices, multiple=True)
    search = ("shipment__number", "note")
    search_in: ClassVar[Mapping[str, Sequence[str]]] = {"node": ("name", "name_en", "code")}
