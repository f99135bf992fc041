"""What a SKU's page is made of. Higher domains add theirs with `register_panel`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.tables import BadgeColumn, Rows, StatusColumn, TextColumn
from yunhe.platform.ui.views import FactsPanel, Panel, TablePanel
from yunhe.trade.catalog.permissions import CHANGE
from yunhe.trade.catalog.tables import STATUS_TONES, PackTable, SiblingTable

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
        TextColumn(_("Pack size"), source="size"),
        BadgeColumn(_("Base unit"), source="base_unit"),
        StatusColumn(_("Status"), source="status", tones=STATUS_TONES),
        TextColumn(_("Description"), source="product.description"),
    )

    def actions(self) -> Sequence[Button]:
        if self.view.face == "portal":
            return ()
        url = reverse("catalog:sku_change", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small", permission=CHANGE)]


class PacksPanel(TablePanel):
    """Larger units."""

    title, icon, table = _("Packs"), "packages", PackTable
    empty = Empty(title=_("Sold in the base unit only"), icon="packages")

    def actions(self) -> Sequence[Button]:
        if self.view.face == "portal":
            return ()
        url = reverse("catalog:pack_set", args=[self.record.pk])
        return [
            Button(label=_("Add or change"), url=url, icon="plus", size="small", permission=CHANGE)
        ]

    def rows(self) -> Rows:
        return self.record.packs.all()


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


for _at, _panel in enumerate((SkuFacts, PacksPanel, SiblingsPanel)):
    register_panel(_panel, order=10 + _at * 10)
