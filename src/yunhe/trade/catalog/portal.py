"""The catalogue on the dealer's phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, ListView
from yunhe.trade.catalog.filters import MaterialFilters, OfferFilters
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.panels import PacksPanel, PicturesPanel, SkuFacts
from yunhe.trade.catalog.permissions import OFFER
from yunhe.trade.catalog.queries import list_materials, orderable_skus
from yunhe.trade.catalog.tables import OfferTable, OwnMaterialTable


class Offer(ListView):
    """What may be ordered: browse and search."""

    permission, face, title = OFFER, "portal", _("Products")
    table, filters, export = OfferTable, OfferFilters, False
    empty = Empty(title=_("Nothing is on sale yet"), icon="package")

    def get_rows(self) -> Rows:
        return orderable_skus()


class Library(ListView):
    """Marketing material that partners of the reader's level may use."""

    permission, face, title = OFFER, "portal", _("Marketing material")
    table, filters, export = OwnMaterialTable, MaterialFilters, False
    empty = Empty(
        title=_("No material for you yet"),
        text=_("Posters, videos and display guides of the manufacturer appear here."),
        icon="photo",
    )

    def get_rows(self) -> Rows:
        return list_materials(timezone.localdate(self.now))


class OfferDetail(DetailView):
    permission, face, model = OFFER, "portal", Sku
    panels = (SkuFacts, PicturesPanel, PacksPanel)

    def get_queryset(self) -> QuerySet[Any]:
        return orderable_skus()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Products"), reverse("catalog_portal:list")),)
