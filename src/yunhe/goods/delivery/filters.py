"""Filters of delivery's lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.choices import Ownership, PlanStatus, TourStatus
from yunhe.goods.delivery.queries import list_depots
from yunhe.platform.ui.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    FilterSet,
    RecordFilter,
)


class PlanFilters(FilterSet):
    """Plans by state, day and depot."""

    status = ChoiceFilter(_("Status"), choices=PlanStatus.choices, multiple=True)
    day = DateRangeFilter(_("Delivery day"))
    depot = RecordFilter(_("Depot"), queryset=list_depots)
    search = ("number", "depot__name", "note")


class VehicleFilters(FilterSet):
    """Vehicles by depot and ownership."""

    depot = RecordFilter(_("Depot"), queryset=list_depots)
    ownership = ChoiceFilter(_("Ownership"), choices=Ownership.choices)
    in_service = BooleanFilter(_("In service"), field="active")
    search = ("plate", "driver__name")


class SiteFilters(FilterSet):
    """Receiving places by partner."""

    search = ("node__name", "node__name_en", "node__code", "address")


class TourFilters(FilterSet):
    """Tours by state and day."""

    status = ChoiceFilter(_("Status"), choices=TourStatus.choices, multiple=True)
    day = DateRangeFilter(_("Delivery day"))
    search = ("vehicle__plate", "driver__name", "plan__number")
