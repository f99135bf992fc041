"""The own prices on the dealer's phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Page as PageOfRows
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView
from yunhe.trade.catalog.filters import OfferFilters
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.pricing.forms import CompetitorForm
from yunhe.trade.pricing.permissions import RECORD, VIEW_OWN
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.pricing.services import record_competitor_prices
from yunhe.trade.pricing.tables import OwnPriceTable


class MyPrices(ListView):
    """What the reader's company pays today for one base unit; a page of products in two statements."""

    permission, face, title = VIEW_OWN, "portal", _("My prices")
    subtitle = _("Today, for one base unit; larger quantities may be cheaper")
    table, filters, export = OwnPriceTable, OfferFilters, False
    empty = Empty(title=_("Nothing is on sale yet"), icon="tags")

    def get_rows(self) -> Rows:
        return orderable_skus()

    def page(self) -> PageOfRows[Any]:
        page = super().page()
        skus = list(page.object_list)
        home = self.principal.home_id
        if home is None:
            raise NotFound()
        asked = [AskedLine(sku.pk, sku.base_unit, Decimal(1)) for sku in skus]
        today = timezone.localdate(self.now)
        priced = price_lines(node_id=home, lines=asked, on=today, require=False)
        for sku, line in zip(skus, priced, strict=True):
            sku.own_price, sku.own_currency, sku.own_why = line.unit_price, line.currency, line.why
        page.object_list = skus
        return page


class CompetitorSeen(FormView):
    """A competitor's price, seen on the reader's own premises or round the corner."""

    permission, face, title = RECORD, "portal", _("Report a competitor's price")
    form_class, submit_label = CompetitorForm, _("Report")
    success_message = _("Thank you: the price is recorded.")

    def perform(self, form: Any) -> int:
        home = Node.objects.filter(pk=self.principal.home_id).first()
        if home is None:
            raise NotFound()
        return record_competitor_prices(home, [form.entry()], actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing_portal:competitor")
