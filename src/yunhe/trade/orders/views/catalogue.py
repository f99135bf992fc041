"""Choose products on the dealer's phone: search, price, availability, quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.goods.stock.queries import available, resells, supplier_of
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.paging import CappedPaginator
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus, search_skus
from yunhe.trade.compliance.queries import order_concerns
from yunhe.trade.orders import services
from yunhe.trade.orders.queries import draft_token, drafts_of, favourite_ids, usual_unit
from yunhe.trade.orders.services import NewLine, Wish
from yunhe.trade.orders.views.shopping import Shopping, base_units, unit_choices
from yunhe.trade.orders.views.shortages import Shortage, shortages_of
from yunhe.trade.pricing.queries import price_lines

PER_PAGE = 30


@dataclass(frozen=True)
class Offer:
    """A product as the dealer sees it: price of one `unit`, what the supplier has, what the cart holds.

    `available` is None where a dealer supplies: how much it has is its own affair.
    `refusal` says why the dealer may not buy it ("": it may), `successor` what replaces it when it is
    phasing out.
    """

    sku: Sku
    unit: str
    units: Sequence[tuple[str, str]]
    price: Decimal | None
    available: Decimal | None
    quantity: Decimal
    favourite: bool = False
    refusal: str = ""
    ending: bool = False
    successor: str = ""
    shortage: Shortage | None = None


class Catalogue(Shopping):
    """Choose products: search, price, availability, quantity."""

    title, template_name = pgettext_lazy("portal menu", "Order"), "orders/catalogue.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                services.put_in_cart(
                    self.wishes(),
                    node_id=self.node_id,
                    actor=self.principal,
                    now=self.now,
                    seen=self.seen(),
                )
        except DomainError as error:
            return self.show(error=error, status=error.status, posted=self.readable_wishes())
        messages.success(request, _("The cart was updated."))
        asked_cart = request.POST.get("then") == "cart"
        url = reverse("orders_portal:cart") if asked_cart else request.get_full_path()
        return HttpResponseRedirect(url)

    def show(
        self,
        *,
        error: DomainError | None = None,
        status: int = 200,
        posted: Mapping[int, Wish] | None = None,
    ) -> HttpResponseBase:
        question = self.request.GET.get("q", "")
        kept = favourite_ids(self.node_id)
        only = "favourites" in self.request.GET
        among = orderable_skus().filter(pk__in=kept) if only else orderable_skus()
        skus = search_skus(question, among) if question else among
        page = CappedPaginator(skus, PER_PAGE).get_page(self.request.GET.get("page"))
        offers = self.offers(list(page.object_list), kept, posted or {})
        return self.render(
            offers=offers,
            page=page,
            question=question,
            cart=self.cart,
            seen=draft_token(self.cart),
            drafts=drafts_of(self.node_id).filter(parked=True).count(),
            favourites=only,
            error=error,
            status=status,
        )

    def offers(
        self, skus: Sequence[Sku], kept: Set[int], posted: Mapping[int, Wish]
    ) -> list[Offer]:
        """Prices and availability of a page of products: eight statements whatever its length, and eight
        more when something is out of stock."""
        lines = self.cart.lines.all() if self.cart else ()
        held = {line.sku_id: Wish(line.unit, line.quantity) for line in lines} | dict(posted)
        units = {sku.pk: held[sku.pk].unit if sku.pk in held else usual_unit(sku) for sku in skus}
        asked = [NewLine(sku.pk, units[sku.pk], Decimal(1)) for sku in skus]
        today = timezone.localdate(self.now)
        priced = price_lines(node_id=self.node_id, lines=asked, on=today, require=False)
        supplier = supplier_of(self.node_id)
        ours = supplier is not None and not resells(supplier)
        stock = available(supplier, units) if supplier and ours else {}
        concerns = order_concerns(self.node_id, list(units), today)
        refused, ending = concerns.refused, concerns.phasing_out
        usual = {sku.pk: base_units(sku, units[sku.pk], Decimal(1)) for sku in skus}
        short = shortages_of(supplier if ours else None, usual, on=today)
        return [
            Offer(
                sku=sku,
                unit=line.unit,
                units=unit_choices(sku),
                price=line.unit_price,
                available=stock.get(sku.pk, Decimal(0)) if ours or not supplier else None,
                quantity=held[sku.pk].quantity if sku.pk in held else Decimal(0),
                favourite=sku.pk in kept,
                refusal=refused[sku.pk].message if sku.pk in refused else "",
                ending=sku.pk in ending,
                successor=ending.get(sku.pk, ""),
                shortage=short.get(sku.pk),
            )
            for sku, line in zip(skus, priced, strict=True)
        ]
