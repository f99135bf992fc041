"""Filters of the lists of stock alerts and transfers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.filters import in_region
from yunhe.channel.network.models import Partner
from yunhe.channel.network.queries import list_partners, list_units
from yunhe.goods.transfers.choices import (
    AlertKind,
    Approval,
    Proposer,
    Severity,
    TransferStatus,
)
from yunhe.goods.transfers.queries import list_alerted_skus
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet, NumberRangeFilter, RecordFilter


def of_partner(rows: QuerySet[Any], partner: Partner) -> QuerySet[Any]:
    return rows.filter(node_id=partner.pk)


def of_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(above__lt=0) if state == "below" else rows.filter(above__gte=0)


class OwnAlertFilters(FilterSet):
    severity = ChoiceFilter(_("Severity"), choices=Severity.choices)
    partner = RecordFilter(_("Partner"), queryset=list_partners, apply=of_partner)
    kind = ChoiceFilter(_("Alert"), choices=AlertKind.choices)
    search = ("sku__search_key",)


class GroupFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    severity = ChoiceFilter(_("Severity"), choices=Severity.choices)
    kind = ChoiceFilter(_("Alert"), choices=AlertKind.choices)
    search = ("node__name", "node__code", "sku__search_key")


class AlertFilters(FilterSet):
    severity = ChoiceFilter(_("Severity"), choices=Severity.choices)
    partner = RecordFilter(_("Partner"), queryset=list_partners, apply=of_partner)
    product = RecordFilter(_("Product"), field="sku", queryset=list_alerted_skus)
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    kind = ChoiceFilter(_("Alert"), choices=AlertKind.choices)
    days = NumberRangeFilter(_("Number of days"))
    search = ("node__name", "node__code", "sku__search_key")


SAFETY_STATES = [("below", _("below the safety stock")), ("above", _("safety stock is there"))]


class OwnSafetyFilters(FilterSet):
    partner = RecordFilter(_("Partner"), queryset=list_partners, apply=of_partner)
    state = ChoiceFilter(_("Stock"), choices=SAFETY_STATES, apply=of_state)
    search = ("sku__search_key",)


class SafetyFilters(FilterSet):
    partner = RecordFilter(_("Partner"), queryset=list_partners, apply=of_partner)
    state = ChoiceFilter(_("Stock"), choices=SAFETY_STATES, apply=of_state)
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    search = ("node__name", "node__code", "sku__search_key")


class TransferFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=TransferStatus.choices)
    proposer = ChoiceFilter(_("Begun by"), choices=Proposer.choices)
    approval = ChoiceFilter(_("Approval"), choices=Approval.choices)
    search = ("number", "sender_name", "receiver_name")
