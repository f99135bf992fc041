"""Filters of the catalogue's lists."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.filters import ChoiceFilter, FilterSet, RecordFilter
from yunhe.trade.catalog.choices import MaterialKind, Status
from yunhe.trade.catalog.models import Brand, Category
from yunhe.trade.catalog.queries import category_ids_below, search_skus


def _in_category(rows: QuerySet[Any], category: Category) -> QuerySet[Any]:
    return rows.filter(product__category__in=category_ids_below(category.pk))


class OfferFilters(FilterSet):
    brand = RecordFilter(
        _("Brand"), queryset=lambda: Brand.objects.filter(own=True), field="product__brand"
    )
    category = RecordFilter(
        _("Product category"), queryset=Category.objects.all, apply=_in_category
    )
    search = ("search_key",)

    def find(self, rows: Any, text: str) -> Any:
        return search_skus(text, rows)


class SkuFilters(OfferFilters):
    brand = RecordFilter(_("Brand"), queryset=Brand.objects.all, field="product__brand")
    status = ChoiceFilter(_("Status"), choices=Status.choices)


class MaterialFilters(FilterSet):
    kind = ChoiceFilter(_("Kind"), choices=MaterialKind.choices)
    brand = RecordFilter(_("Brand"), queryset=lambda: Brand.objects.filter(own=True))
    search = ("title", "title_en", "product__name", "product__code")
