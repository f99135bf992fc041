"""What a SKU's page is made of. Higher domains add theirs with `register_panel`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.tables import BadgeColumn, DateColumn, Rows, StatusColumn, Table, TextColumn
from yunhe.platform.ui.views import FactsPanel, Panel, TablePanel, TemplatePanel
from yunhe.trade.catalog.choices import STATUS_TONES, AttributeOf
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.queries import attributes_for
from yunhe.trade.catalog.tables import ConsolePackTable, PackTable, SiblingTable

_panels: list[tuple[int, type[Panel]]] = []


def register_panel(panel: type[Panel], *, order: int = 100) -> type[Panel]:
    """Show a panel on every SKU's page (`self.record` is the Sku). Lower `order` is higher up."""
    if all(known is not panel for _order, known in _panels):
        _panels.append((order, panel))
    return panel


def sku_panels() -> tuple[type[Panel], ...]:
    """Every registered panel in order."""
    return tuple(panel for _order, panel in sorted(_panels, key=lambda pair: pair[0]))


class SkuFacts(FactsPanel):
    """Names, units, codes."""

    title, icon = _("Product"), "package"
    fields = (
        TextColumn(_("Reference code"), source="code"),
        TextColumn(_("GTIN"), source="gtin"),
        TextColumn(_("Brand"), source="product.brand.label"),
        TextColumn(_("Product category"), source="product.category.label"),
        TextColumn(_("Pack size"), source="size_label"),
        BadgeColumn(_("Base unit"), source="base_unit"),
        StatusColumn(_("Status"), source="status", tones=STATUS_TONES),
        DateColumn(_("On sale from"), source="on_sale_from"),
        TextColumn(_("Replaced by"), source="replaced_by.label"),
        TextColumn(_("Description"), source="product.description"),
    )

    def actions(self) -> Sequence[Button]:
        if self.view.face == "portal":
            return ()
        url = reverse("catalog:sku_change", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small", permission=CHANGE)]


class PacksPanel(TablePanel):
    """Larger units."""

    title, icon = _("Packs"), "packages"
    empty = Empty(title=_("Sold in the base unit only"), icon="packages")

    def actions(self) -> Sequence[Button]:
        if self.view.face == "portal":
            return ()
        url = reverse("catalog:pack_set", args=[self.record.pk])
        return [
            Button(label=_("Add or change"), url=url, icon="plus", size="small", permission=CHANGE)
        ]

    @property
    def table(self) -> type[Table]:  # type: ignore[override]
        return PackTable if self.view.face == "portal" else ConsolePackTable

    def rows(self) -> Rows:
        return self.record.packs.all()


class PicturesPanel(TemplatePanel):
    """The product's pictures."""

    title, icon, template_name = _("Pictures"), "photo", "catalog/panel_pictures.html"

    def shown(self) -> bool:
        return self.view.face != "portal" or bool(self.pictures())

    def pictures(self) -> list[Any]:
        return list(self.record.product.pictures.all())

    def actions(self) -> Sequence[Button]:
        if self.view.face == "portal":
            return ()
        url = reverse("catalog:picture_add", args=[self.record.pk])
        return [Button(label=_("Add"), url=url, icon="plus", size="small", permission=CHANGE)]

    def context(self) -> dict[str, Any]:
        editable = self.view.face != "portal" and self.view.can(CHANGE)
        return {"pictures": self.pictures(), "editable": editable, "name": self.record.label}


class AttributesPanel(FactsPanel):
    """Typed attributes of the product and of this SKU."""

    title, icon = _("Attributes"), "list-details"

    def shown(self) -> bool:
        return self.view.face != "portal"

    def facts(self) -> Sequence[Fact]:
        product = self.record.product
        category = product.category_id
        return [
            Fact(each.label, value_text(each, values.get(each.code)))
            for of, values in (
                (AttributeOf.PRODUCT, product.attributes),
                (AttributeOf.SKU, self.record.attributes),
            )
            for each in attributes_for(category, of)
        ]

    def actions(self) -> Sequence[Button]:
        return [
            Button(
                label=label,
                url=reverse(name, args=[self.record.pk]),
                size="small",
                permission=CHANGE,
            )
            for label, name in (
                (_("Of the product"), "catalog:product_values"),
                (_("Of the SKU"), "catalog:sku_values"),
            )
        ]


def value_text(attribute: Any, value: Any) -> str:
    """A stored value in words, with its unit."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return f"{attribute.value_label(value)} {attribute.unit}".strip()


class SiblingsPanel(TablePanel):
    """The other SKUs of the same product."""

    title, icon, side, table = _("Also of this product"), "stack-2", True, SiblingTable

    def shown(self) -> bool:
        return self.view.face != "portal" and self.siblings().exists()

    def siblings(self) -> Any:
        return (
            type(self.record).objects.filter(product=self.record.product).exclude(pk=self.record.pk)
        )

    def rows(self) -> Rows:
        return self.siblings()


for _at, _panel in enumerate((SkuFacts, PacksPanel, PicturesPanel, AttributesPanel, SiblingsPanel)):
    register_panel(_panel, order=10 + _at * 10)
