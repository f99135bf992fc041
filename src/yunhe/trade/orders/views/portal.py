"""Orders on the dealer's phone: choose, check, submit, follow, receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.queries import available, supplier_of
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus, search_skus
from yunhe.trade.compliance.queries import order_concerns
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.errors import StockShort
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import (
    cart_of,
    draft_token,
    drafts_of,
    favourite_ids,
    lines_of,
    usual_unit,
    why_price,
)
from yunhe.trade.orders.services import Details, NewLine, Wish
from yunhe.trade.orders.services.offering import preview_offer
from yunhe.trade.orders.terms import terms_of
from yunhe.trade.orders.views.addressing import address_choices
from yunhe.trade.orders.views.shortages import Shortage, shortages_of
from yunhe.trade.pricing.queries import price_lines

PER_PAGE = 30


@dataclass(frozen=True)
class Offer:
    """A product as the dealer sees it: price of one `unit`, what the supplier has, what the cart holds.

    `refusal` says why the dealer may not buy it ("": it may), `successor` what replaces it when it is
    phasing out.
    """

    sku: Sku
    unit: str
    units: Sequence[tuple[str, str]]
    price: Decimal | None
    available: Decimal
    quantity: Decimal
    favourite: bool = False
    refusal: str = ""
    ending: bool = False
    successor: str = ""
    shortage: Shortage | None = None


class Shopping(Page):
    """What catalogue and cart share."""

    permission, face = permissions.CREATE, "portal"

    @cached_property
    def node_id(self) -> int:
        if self.principal.home_id is None:
            raise NotFound()
        return int(self.principal.home_id)

    @cached_property
    def cart(self) -> Order | None:
        return cart_of(self.principal, self.node_id)

    def seen(self) -> str | None:
        """The cart that the page showed; None from a page that does not say."""
        return self.request.POST.get("seen")

    def wishes(self) -> dict[int, Wish]:
        """Product → wish, from the fields `quantity-<id>` and `unit-<id>`; unreadable ones are zero."""
        found = {}
        for name, value in self.request.POST.items():
            kind, _sep, sku_id = name.partition("-")
            if kind == "quantity" and sku_id.isdecimal():
                unit = self.request.POST.get(f"unit-{sku_id}", "")
                found[int(sku_id)] = Wish(unit, _decimal(value))
        return found


class Catalogue(Shopping):
    """Choose products: search, price, availability, quantity."""

    title, template_name = _("Order"), "orders/catalogue.html"

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
            return self.show(error=error, status=error.status, posted=self.wishes())
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
        page = Paginator(skus, PER_PAGE).get_page(self.request.GET.get("page"))
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
        priced = price_lines(
            node_id=self.node_id, lines=asked, on=timezone.localdate(self.now), require=False
        )
        supplier = supplier_of(self.node_id)
        stock = available(supplier, units) if supplier else {}
        concerns = order_concerns(self.node_id, list(units), timezone.localdate(self.now))
        refused, ending = concerns.refused, concerns.phasing_out
        usual = {sku.pk: base_units(sku, units[sku.pk], Decimal(1)) for sku in skus}
        short = shortages_of(supplier, usual, on=timezone.localdate(self.now))
        return [
            Offer(
                sku=sku,
                unit=line.unit,
                units=unit_choices(sku),
                price=line.unit_price,
                available=stock.get(sku.pk, Decimal(0)),
                quantity=held[sku.pk].quantity if sku.pk in held else Decimal(0),
                favourite=sku.pk in kept,
                refusal=refused[sku.pk].message if sku.pk in refused else "",
                ending=sku.pk in ending,
                successor=ending.get(sku.pk, ""),
                shortage=short.get(sku.pk),
            )
            for sku, line in zip(skus, priced, strict=True)
        ]


class Cart(Shopping):
    """Check prices and stock, change quantities, submit."""

    title, template_name = _("Cart"), "orders/cart.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Order"), reverse("orders_portal:catalogue")),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.cart is None:
            return HttpResponseRedirect(reverse("orders_portal:list"))
        try:
            with transaction.atomic():
                order = services.put_in_cart(
                    self.wishes(),
                    node_id=self.node_id,
                    actor=self.principal,
                    now=self.now,
                    seen=self.seen(),
                    details=self.details(),
                )
                if order and request.POST.get("then") == "submit":
                    services.submit_order(order, actor=self.principal, now=self.now)
        except DomainError as error:
            return self.show(error=error, status=error.status, posted=self.wishes())
        if order and request.POST.get("then") == "submit":
            messages.success(
                request, _("Order %(number)s was submitted.") % {"number": order.number}
            )
            return HttpResponseRedirect(reverse("orders_portal:detail", args=[order.pk]))
        return HttpResponseRedirect(request.path)

    def show(
        self,
        *,
        error: DomainError | None = None,
        status: int = 200,
        posted: Mapping[int, Wish] | None = None,
    ) -> HttpResponseBase:
        short = {row["sku_id"]: row for row in error.rows} if isinstance(error, StockShort) else {}
        found = self._lines()
        lines = [self._line(line, short, posted or {}) for line in found]
        self._mark_short(lines)
        return self.render(
            cart=self.cart,
            seen=draft_token(self.cart),
            addresses=address_choices(self.node_id, self.cart),
            terms=self._terms(),
            lines=lines,
            credit=credit_of(self.node_id),
            offer=preview_offer(self.node_id, found, on=timezone.localdate(self.now)),
            error=error,
            status=status,
        )

    def details(self) -> Details:
        """Address, day and note as typed; an unreadable day is none."""
        told = self.request.POST
        address, day = told.get("address", ""), told.get("wanted_on", "")
        try:
            wanted_on = date.fromisoformat(day) if day else None
        except ValueError:
            wanted_on = None
        return Details(
            note=told.get("note", ""),
            wanted_on=wanted_on,
            address_id=int(address) if address.isdecimal() else None,
        )

    def _terms(self) -> dict[str, Any]:
        """Minimum value and order days, told before they refuse; empty without any. One statement."""
        found = terms_of(self.node_id)
        if found is None:
            return {}
        days = " ".join(str(WEEKDAYS_ABBR[day - 1]) for day in found.weekdays)
        return {"minimum": found.minimum, "days": days, "cut_off": found.cut_off}

    def _mark_short(self, lines: Sequence[dict[str, Any]]) -> None:
        """Say beside each line what is short of it, before it is sent."""
        wanted = {
            item["line"].sku_id: base_units(item["line"].sku, item["unit"], item["quantity"])
            for item in lines
        }
        supplier = supplier_of(self.node_id) if wanted else None
        found = shortages_of(supplier, wanted, on=timezone.localdate(self.now))
        for item in lines:
            item["short"] = found.get(item["line"].sku_id)

    def _lines(self) -> Sequence[Any]:
        return list(lines_of(self.cart).prefetch_related("sku__packs")) if self.cart else []

    def _line(
        self, line: Any, short: Mapping[int, Any], posted: Mapping[int, Wish]
    ) -> dict[str, Any]:
        wish = posted.get(line.sku_id, Wish(line.unit, line.quantity))
        shortage = short.get(line.sku_id)
        return {
            "line": line,
            "why": why_price(line),
            "unit": wish.unit,
            "units": unit_choices(line.sku),
            "quantity": wish.quantity,
            "shortage": shortage,
            "reduced": _reduced(line.sku, wish.unit, shortage),
        }


def unit_choices(sku: Sku) -> list[tuple[str, str]]:
    """Units of the product with their names, the base unit first."""
    base = (sku.base_unit, str(sku.get_base_unit_display()))
    return [base, *((pack.unit, str(pack)) for pack in sku.packs.all())]


def base_units(sku: Sku, unit: str, quantity: Decimal) -> Decimal:
    """The same quantity in base units; the packs are read already."""
    factors = {sku.base_unit: Decimal(1)} | {pack.unit: pack.factor for pack in sku.packs.all()}
    return quantity * factors.get(unit, Decimal(1))


def _reduced(sku: Sku, unit: str, shortage: Mapping[str, Any] | None) -> int | None:
    """How many whole units of what was asked are there; None when nothing is short."""
    if shortage is None:
        return None
    return int(Decimal(shortage["available"]) // base_units(sku, unit, Decimal(1)))


def _decimal(text: Any) -> Decimal:
    try:
        value = Decimal(str(text or 0).strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and value >= 0 else Decimal(0)
