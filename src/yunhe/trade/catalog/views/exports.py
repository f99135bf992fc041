"""The whole catalogue as a file that the product import takes in again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.exports import FORMATS, export_rows
from yunhe.platform.ui.views import Page
from yunhe.trade.catalog.imports import PRODUCTS
from yunhe.trade.catalog.permissions import VIEW
from yunhe.trade.catalog.queries import exported_products


class ProductExport(Page):
    """`?format=csv` or Excel; one line a SKU, the headings are the import's own fields."""

    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("format", "xlsx")
        if kind not in FORMATS:
            raise NotFound()
        names = [field.name for field in PRODUCTS.fields]
        rows = ([row[name] for name in names] for row in exported_products())
        return export_rows(kind, name="products", headings=names, rows=rows)
