"""Filters of stock's lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level
from yunhe.channel.network.filters import in_region
from yunhe.channel.network.queries import list_units, subtree
from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.platform.access.models import Node
from yunhe.platform.ui.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    FilterSet,
    NumberRangeFilter,
    RecordFilter,
)
from yunhe.platform.ui.provinces import PROVINCES, province_name
from yunhe.trade.catalog.models import Brand, Category, Sku


def _negative(rows: QuerySet[Any], value: bool) -> QuerySet[Any]:
    return rows.filter(quantity__lt=0) if value else rows.filter(quantity__gte=0)


class BalanceFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    status = ChoiceFilter(_("Status"), choices=StockStatus.choices)
    brand = RecordFilter(
        _("Brand"), queryset=lambda: Brand.objects.filter(own=True), field="sku__product__brand"
    )
    negative = BooleanFilter(_("Below zero"), apply=_negative)
    quantity = NumberRangeFilter(_("Quantity"))
    search = ("node__name", "node__code", "sku__search_key")


def _older(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(read_at__lt=timezone.now() - timedelta(days=int(value)))


class ReadingFilters(FilterSet):
    region = RecordFilter(_("Region"), queryset=list_units, apply=in_region)
    province = ChoiceFilter(
        _("Province"),
        choices=lambda: [(code, province_name(code)) for code in PROVINCES],
        field="node__partner__province",
    )
    level = ChoiceFilter(_("Level"), choices=Level.choices, field="node__partner__level")
    brand = RecordFilter(
        _("Brand"), queryset=lambda: Brand.objects.filter(own=True), field="sku__product__brand"
    )
    category = RecordFilter(
        _("Category"), queryset=Category.objects.all, field="sku__product__category"
    )
    product = RecordFilter(_("Product"), queryset=Sku.objects.all, field="sku")
    age = ChoiceFilter(
        _("Last reading older than"),
        choices=[("7", _("a week")), ("14", _("two weeks")), ("31", _("a month"))],
        apply=_older,
    )
    search = ("node__name", "node__code", "sku__search_key")


class HeldFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=StockStatus.choices)
    brand = RecordFilter(
        _("Brand"), queryset=lambda: Brand.objects.filter(own=True), field="sku__product__brand"
    )
    category = RecordFilter(
        _("Category"), queryset=Category.objects.all, field="sku__product__category"
    )
    search = ("sku__search_key",)


def _named(rows: Any, words: str) -> list[Any]:
    """Lots whose product, place or code contains every word."""
    wanted = words.lower().split()
    texts = (
        (row, f"{row.sku.search_key} {row.node.label} {row.node.code} {row.lot}") for row in rows
    )
    return [row for row, text in texts if all(word in text.lower() for word in wanted)]


class LotFilters(FilterSet):
    days = ChoiceFilter(
        _("Expires within"),
        choices=[("0", _("expired")), ("30", _("30 days")), ("90", _("90 days"))],
        apply=lambda rows, value: [
            row for row in rows if row.days is not None and row.days < max(int(value), 0)
        ],
    )
    search = ("sku",)

    def find(self, rows: Any, text: str) -> Any:
        return _named(rows, text)


class OwnBalanceFilters(FilterSet):
    status = ChoiceFilter(_("Status"), choices=StockStatus.choices)
    search = ("sku__search_key",)


def _touches(rows: QuerySet[Any], region: Node) -> QuerySet[Any]:
    nodes = subtree(region.pk).order_by()
    return rows.filter(Q(source__in=nodes) | Q(target__in=nodes))


class MovementFilters(FilterSet):
    reason = ChoiceFilter(_("Reason"), choices=Reason.choices)
    region = RecordFilter(_("Region"), queryset=list_units, apply=_touches)
    on = DateRangeFilter(_("Business date"))
    search = ("ref", "sku__search_key", "source__name", "target__name")


class OwnMovementFilters(FilterSet):
    reason = ChoiceFilter(_("Reason"), choices=Reason.choices)
    on = DateRangeFilter(_("Business date"))
    search = ("ref", "sku__search_key")


class PlaceFilters(FilterSet):
    region = RecordFilter(
        _("Region"),
        queryset=list_units,
        apply=lambda rows, region: rows.filter(node__in=subtree(region.pk).order_by()),
    )
    search = ("node__name", "node__name_en", "node__code")
