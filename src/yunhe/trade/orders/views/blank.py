"""An order file to fill in: its columns by name, and the names of the delivery addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from yunhe.channel.network.models import DeliveryAddress
from yunhe.platform.language import reads_english
from yunhe.platform.ui.exports import export_rows
from yunhe.trade.catalog.choices import ORDERABLE
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.compute import COLUMNS
from yunhe.trade.orders.views.entering import FileEntry, OwnFileEntry

EXAMPLES = 50


def blank_file(node_id: int | None) -> HttpResponseBase:
    """An Excel file with a row for each delivery address of the partner (None: of all in scope), an order
    each. What is to be ordered of the example product stays to be filled in."""
    names = [name for name in COLUMNS if node_id is None or name != "partner"]
    known = DeliveryAddress.objects.filter(active=True).select_related("node")
    if node_id is not None:
        known = known.filter(node_id=node_id)
    sku = Sku.objects.filter(status__in=ORDERABLE).order_by("code").first()
    product = sku.code if sku else ""
    examples = [
        {"order": str(at), "partner": one.node.code, "product": product, "address": str(one)}
        for at, one in enumerate(known.order_by("node__code", "-is_default", "pk")[:EXAMPLES], 1)
    ]
    rows = [[example.get(name, "") for name in names] for example in examples]
    headings = [column_name(name) for name in names]
    return export_rows("xlsx", name="orders", headings=headings, rows=rows)


def column_name(column: str) -> str:
    """The first name of a column in the reader's language."""
    return next(name for name in COLUMNS[column] if name.isascii() == reads_english())


class BlankFile(FileEntry):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return blank_file(self.node_id())


class OwnBlankFile(OwnFileEntry):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return blank_file(self.node_id())
