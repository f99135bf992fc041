"""Columns of the catalogue's lists."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.tables import (
    BadgeColumn,
    LinkColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.catalog.choices import Status

STATUS_TONES = {Status.ACTIVE: "green", Status.BLOCKED: "amber", Status.DISCONTINUED: "grey"}


def packs_of(sku: Any) -> str:
    """The SKU's packs in words: `case × 12, pallet × 720`."""
    return format_html_join(", ", "{}", ((str(pack),) for pack in sku.packs.all()))


class SkuTable(Table):
    name = LinkColumn(
        _("Product"), url="catalog:sku", source="label", sort="name", secondary="code"
    )
    brand = TextColumn(_("Brand"), source="product.brand.label", sort="product__brand__name")
    category = TextColumn(
        _("Product category"),
        source="product.category.label",
        sort="product__category__name",
        card="",
    )
    size = TextColumn(_("Pack size"))
    unit = BadgeColumn(_("Base unit"), source="base_unit", card="")
    packs = TextColumn(_("Packs"), value=packs_of, prefetch=("packs",), card="")
    gtin = TextColumn(_("GTIN"), card="")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)

    class Meta:
        order_by = "name"


class OfferTable(Table):
    """What dealers see of the catalogue."""

    name = LinkColumn(
        _("Product"), url="catalog_portal:sku", source="label", sort="name", secondary="code"
    )
    brand = TextColumn(_("Brand"), source="product.brand.label", sort="product__brand__name")
    size = TextColumn(_("Pack size"))
    packs = TextColumn(_("Packs"), value=packs_of, prefetch=("packs",))

    class Meta:
        order_by = "name"


class PackTable(Table):
    unit = BadgeColumn(_("Unit"), card="title")
    factor = QuantityColumn(_("Base units"))
    gtin = TextColumn(_("GTIN"))

    class Meta:
        order_by = "factor"


class SiblingTable(Table):
    name = LinkColumn(
        _("Product"), url="catalog:sku", source="label", sort="name", secondary="code"
    )
    size = TextColumn(_("Pack size"))
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
