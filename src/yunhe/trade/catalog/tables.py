"""Columns of the catalogue's lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level
from yunhe.platform.language import reads_english
from yunhe.platform.ui.components.basics import Button
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    ComponentColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)
from yunhe.trade.catalog.choices import STATUS_TONES
from yunhe.trade.catalog.permissions import CHANGE


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
    size = TextColumn(_("Pack size"), source="size_label", sort="size")
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
    size = TextColumn(_("Pack size"), source="size_label", sort="size")
    packs = TextColumn(_("Packs"), value=packs_of, prefetch=("packs",))

    class Meta:
        order_by = "name"


class PackTable(Table):
    unit = BadgeColumn(_("Unit"), card="title")
    factor = QuantityColumn(_("Base units"))
    gtin = TextColumn(_("GTIN"))

    class Meta:
        order_by = "factor"


def _remove_button(pack: Any) -> Button:
    return Button(
        label=_("Remove"),
        url=reverse("catalog:pack_remove", args=[pack.pk]),
        icon="trash",
        method="post",
        style="quiet",
        size="small",
        confirm=str(_("Remove this pack? Documents keep what they were written with.")),
        permission=CHANGE,
    )


class ConsolePackTable(PackTable):
    """With a way to remove a pack."""

    remove = ComponentColumn(_("Remove"), build=_remove_button, value=lambda _row: "", card="")

    class Meta:
        order_by = "factor"


class SiblingTable(Table):
    name = LinkColumn(
        _("Product"), url="catalog:sku", source="label", sort="name", secondary="code"
    )
    size = TextColumn(_("Pack size"), source="size_label", sort="size")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)


def options_text(attribute: Any) -> str:
    """The options of a choice in the reader's language."""
    separator = ", " if reads_english() else "、"
    return separator.join(attribute.option_labels.values())


def levels_of(material: Any) -> str:
    """The levels that may use it, in words."""
    names = [str(Level(level).label) for level in material.levels]
    return "、".join(names) if names else str(_("every level"))


class MaterialTable(Table):
    title = LinkColumn(
        _("Marketing material"), url="catalog:material_file", source="label", sort="title"
    )
    kind = BadgeColumn(_("Kind"))
    brand = TextColumn(_("Brand"), source="brand.label", sort="brand__name", card="")
    product = TextColumn(_("Product"), source="product.label", sort="product__name", card="")
    levels = TextColumn(_("For levels"), value=levels_of, sort=False)
    valid = DateColumn(_("Valid until"), source="valid_until")
    added = MomentColumn(_("Added"), source="added_at", card="")

    class Meta:
        order_by = "-added"


class OwnMaterialTable(Table):
    """What partners see of the library."""

    title = LinkColumn(
        _("Marketing material"), url="catalog_portal:material", source="label", sort="title"
    )
    kind = BadgeColumn(_("Kind"))
    product = TextColumn(_("Product"), source="product.label", sort="product__name")
    valid = DateColumn(_("Valid until"), source="valid_until")


class AttributeTable(Table):
    name = LinkColumn(
        _("Attribute"),
        url="catalog:attribute_change",
        source="label",
        sort="name",
        secondary="code",
    )
    category = TextColumn(_("Product category"), source="category.label", sort="category__name")
    of = BadgeColumn(_("Describes"))
    kind = BadgeColumn(_("Kind"))
    options = TextColumn(_("Options"), value=options_text, sort=False)
    required = BooleanColumn(_("Required"), yes=_("required"))

    class Meta:
        order_by = "name"
