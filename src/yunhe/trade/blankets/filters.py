"""Filters of frames."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, FilterSet, RecordFilter
from yunhe.trade.blankets.choices import FrameStatus
from yunhe.trade.blankets.queries import running_out
from yunhe.trade.orders.filters import ordering_partners


def _soon(rows: QuerySet[Any], wanted: bool) -> QuerySet[Any]:
    ending = running_out(timezone.localdate()).values("pk").order_by()
    return rows.filter(pk__in=ending) if wanted else rows.exclude(pk__in=ending)


class FrameFilters(FilterSet):
    """Filters at headquarters."""

    status = ChoiceFilter(_("Status"), choices=FrameStatus.choices, multiple=True)
    partner = RecordFilter(_("Partner"), field="node", queryset=ordering_partners)
    soon = BooleanFilter(_("Runs out soon"), apply=_soon)
    search = ("number", "title", "node__name", "node__name_en", "node__code")
