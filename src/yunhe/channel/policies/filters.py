"""Filters of the policies' lists."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import list_units, subtree
from yunhe.channel.policies.choices import ReadState, VersionState
from yunhe.platform.access.models import Node
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet, RecordFilter


class PolicyFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=VersionState.choices, field="latest_state")
    node = RecordFilter(_("Issued by"), queryset=list_units)
    search = ("code", "title", "title_en")


def _in_region(rows: QuerySet[Any], region: Node) -> QuerySet[Any]:
    return rows.filter(node__in=subtree(region.pk).order_by())


def _by_reading(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return {
        ReadState.UNOPENED: rows.filter(opened_at=None),
        ReadState.OPENED: rows.exclude(opened_at=None).filter(confirmed_at=None),
        ReadState.CONFIRMED: rows.exclude(confirmed_at=None),
    }[ReadState(state)]


class RecipientFilters(FilterSet):
    reading = ChoiceFilter(_("Status"), choices=ReadState.choices, apply=_by_reading)
    region = RecordFilter(_("Region"), queryset=list_units, apply=_in_region)
    search = ("node__name", "node__code")
