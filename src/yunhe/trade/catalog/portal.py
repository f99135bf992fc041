"""The catalogue on the dealer's phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, ListView
from yunhe.trade.catalog.filters import OfferFilters
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.panels import PacksPanel, SkuFacts
from yunhe.trade.catalog.permissions import OFFER
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.catalog.tables import OfferTable


class Offer(ListView):
    """What may be ordered: browse and search."""

    permission, face, title = OFFER, "portal", _("Products")
    table, filters, export = OfferTable, OfferFilters, False
    empty = Empty(title=_("Nothing is on sale yet"), icon="package")

    def get_rows(self) -> Rows:
        return orderable_skus()


class OfferDetail(DetailView):
    permission, face, model = OFFER, "portal", Sku
    panels = (SkuFacts, PacksPanel)

    def get_queryset(self) -> QuerySet[Any]:
        return orderable_skus()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Products"), reverse("catalog_portal:list")),)
