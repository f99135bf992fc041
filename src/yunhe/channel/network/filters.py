"""Filters of the network's lists."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.queries import list_units, subtree
from yunhe.platform.access.models import Node
from yunhe.platform.ui.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    FilterSet,
    RecordFilter,
)
from yunhe.platform.ui.provinces import PROVINCES, province_name


def in_region(rows: QuerySet[Any], region: Node) -> QuerySet[Any]:
    """Rows whose `node` stands in the region's subtree."""
    return rows.filter(node__in=subtree(region.pk).order_by())


def province_choices() -> list[tuple[str, str]]:
    """(code, name in the reader's language) of every province."""
    return [(code, province_name(code)) for code in PROVINCES]


class PartnerFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    level = ChoiceFilter(_("Level"), choices=Level.choices)
    tier = ChoiceFilter(_("Tier"), choices=Tier.choices)
    province = ChoiceFilter(_("Province"), choices=province_choices)
    open = BooleanFilter(_("Open for business"), field="node__active")
    search = (
        "node__name",
        "node__name_en",
        "node__code",
        "external_code",
        "city",
        "city_en",
        "contact_name",
    )


class LicenceFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    expires = DateRangeFilter(_("Valid until"), field="expires_on")
    search = ("node__name", "number")
