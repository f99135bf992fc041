"""Filters of the lists of stock alerts and transfers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.filters import in_region
from yunhe.channel.network.queries import list_units
from yunhe.goods.transfers.choices import AlertKind, TransferStatus
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet, NumberRangeFilter, RecordFilter


class OwnAlertFilters(FilterSet):
    kind = ChoiceFilter(_("Alert"), choices=AlertKind.choices)
    search = ("sku__search_key",)


class AlertFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    kind = ChoiceFilter(_("Alert"), choices=AlertKind.choices)
    days = NumberRangeFilter(_("Number of days"))
    search = ("node__name", "node__code", "sku__search_key")


class TransferFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=TransferStatus.choices)
    search = ("number", "sender_name", "receiver_name")
