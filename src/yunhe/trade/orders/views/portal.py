"""Orders on the dealer's phone: choose, check, submit, follow, receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.queries import available, supplier_of
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.components.basics import Badge, Button, Crumb
from yunhe.platform.ui.views import ActionView, DetailView, ListView, Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus, search_skus
from yunhe.trade.compliance.queries import order_concerns
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.choices import STATUS_TONES, OrderStatus
from yunhe.trade.orders.errors import StockShort
from yunhe.trade.orders.filters import OwnOrderFilters
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import (
    cart_of,
    favourite_ids,
    lines_of,
    list_orders,
    list_placed,
    usual_unit,
    why_price,
)
from yunhe.trade.orders.services import NewLine, Wish
from yunhe.trade.orders.services.offering import preview_offer
from yunhe.trade.orders.tables import OwnOrderTable
from yunhe.trade.orders.transitions import MOVES, moves_from
from yunhe.trade.orders.views.console import OrderFacts, OrderHistory
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
                    self.wishes(), node_id=self.node_id, actor=self.principal, now=self.now
                )
        except DomainError as error:
            return self.show(error=error, status=error.status)
        messages.success(request, _("The cart was updated."))
        asked_cart = request.POST.get("then") == "cart"
        url = reverse("orders_portal:cart") if asked_cart else request.get_full_path()
        return HttpResponseRedirect(url)

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        question = self.request.GET.get("q", "")
        kept = favourite_ids(self.node_id)
        only = "favourites" in self.request.GET
        among = orderable_skus().filter(pk__in=kept) if only else orderable_skus()
        skus = search_skus(question, among) if question else among
        page = Paginator(skus, PER_PAGE).get_page(self.request.GET.get("page"))
        offers = self.offers(list(page.object_list), kept)
        return self.render(
            offers=offers,
            page=page,
            question=question,
            cart=self.cart,
            favourites=only,
            error=error,
            status=status,
        )

    def offers(self, skus: Sequence[Sku], kept: Set[int]) -> list[Offer]:
        """Prices and availability of a page of products: six statements whatever its length."""
        held = {line.sku_id: line for line in self.cart.lines.all()} if self.cart else {}
        units = {sku.pk: held[sku.pk].unit if sku.pk in held else usual_unit(sku) for sku in skus}
        asked = [NewLine(sku.pk, units[sku.pk], Decimal(1)) for sku in skus]
        priced = price_lines(node_id=self.node_id, lines=asked, on=self.now.date(), require=False)
        supplier = supplier_of(self.node_id)
        stock = available(supplier, units) if supplier else {}
        concerns = order_concerns(self.node_id, list(units), timezone.localdate(self.now))
        refused, ending = concerns.refused, concerns.phasing_out
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
                    self.wishes(), node_id=self.node_id, actor=self.principal, now=self.now
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
        return self.render(
            cart=self.cart,
            lines=lines,
            credit=credit_of(self.node_id),
            offer=preview_offer(self.node_id, found, on=timezone.localdate(self.now)),
            error=error,
            status=status,
        )

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


class OwnOrders(ListView):
    permission, title, face = permissions.VIEW_OWN, _("My orders"), "portal"
    table, filters = OwnOrderTable, OwnOrderFilters

    def get_rows(self) -> Any:
        return list_placed()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("orders_portal:catalogue")
        return (
            Button(
                label=_("From a file"),
                url=reverse("orders_portal:file"),
                icon="upload",
                permission=permissions.CREATE,
            ),
            Button(
                label=_("New order"),
                url=url,
                style="primary",
                icon="plus",
                permission=permissions.CREATE,
            ),
        )


class OwnOrder(DetailView):
    """An order on the phone, with the receipt form once it is shipped."""

    permission, model, face = permissions.VIEW_OWN, Order, "portal"
    panels = (OrderFacts, OrderHistory)
    template_name = "orders/own_order.html"

    def get_queryset(self) -> Any:
        return list_orders()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My orders"), reverse("orders_portal:list")),)

    def get_status(self) -> Badge:
        status = self.record.status
        return Badge(label=self.record.get_status_display(), tone=STATUS_TONES.get(status, "grey"))

    def get_actions(self) -> Sequence[Button]:
        buttons = [self._button("again", _("Order again"), "copy", permissions.CREATE)]
        buttons.append(self._template_button())
        if self.record.status == OrderStatus.SUBMITTED:
            asked = MOVES["reopen"].confirm
            buttons.append(
                Button(
                    label=_("Amend"),
                    url=reverse("orders_portal:amend", args=[self.record.pk]),
                    icon="edit",
                    permission=permissions.AMEND,
                )
            )
            buttons.append(
                self._button(
                    "reopen", MOVES["reopen"].label, "arrow-back-up", permissions.CREATE, asked
                )
            )
        cancellable = self.record.status in (OrderStatus.DRAFT, OrderStatus.SUBMITTED)
        if cancellable:
            asked = _("Cancel the order and give back the credit and stock it holds?")
            buttons.append(
                self._button("cancel", _("Cancel the order"), "x", permissions.CANCEL, asked)
            )
        return buttons

    def _template_button(self) -> Button:
        return Button(
            label=_("Save as template"),
            url=reverse("orders_portal:save_template", args=[self.record.pk]),
            icon="bookmark",
            method="post",
            permission=permissions.CREATE,
        )

    def _button(
        self, action: str, label: Any, icon: str, permission: str, confirm: Any = ""
    ) -> Button:
        url = reverse("orders_portal:act", args=[self.record.pk, action])
        return Button(
            label=label, url=url, icon=icon, method="post", confirm=confirm, permission=permission
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        actions = {move.action for move in moves_from(self.record.status)}
        lines = [{"line": line, "why": why_price(line)} for line in lines_of(self.record)]
        receivable = "receive" in actions and self.can(permissions.RECEIVE)
        return super().context(lines=lines, receivable=receivable, **extra)


class OwnOrderAction(ActionView):
    """Cancel, order again, receive."""

    permission, model, face = permissions.VIEW_OWN, Order, "portal"

    @cached_property
    def record(self) -> Order:
        found = list_orders().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def perform(self) -> Any:
        action, actor, now = self.kwargs["action"], self.principal, self.now
        if action == "cancel":
            return services.cancel_order(self.record, reason="", actor=actor, now=now)
        if action == "again":
            return services.order_again(self.record, actor=actor, now=now)
        if action == "reopen":
            return services.reopen_order(self.record, actor=actor, now=now)
        return services.receive_order(self.record, received=self._received(), actor=actor, now=now)

    def _received(self) -> dict[int, Decimal]:
        """Line → base units, from the fields `received-<line>`."""
        found = {}
        for name, value in self.request.POST.items():
            kind, _sep, line_id = name.partition("-")
            if kind == "received" and line_id.isdecimal():
                found[int(line_id)] = _decimal(value)
        return found

    def get_next_url(self, result: Any) -> str:
        if self.kwargs["action"] == "again":
            return reverse("orders_portal:cart")
        return reverse("orders_portal:detail", args=[self.record.pk])


def unit_choices(sku: Sku) -> list[tuple[str, str]]:
    """Units of the product with their names, the base unit first."""
    base = (sku.base_unit, str(sku.get_base_unit_display()))
    return [base, *((pack.unit, str(pack)) for pack in sku.packs.all())]


def _reduced(sku: Sku, unit: str, shortage: Mapping[str, Any] | None) -> int | None:
    """How many whole units of what was asked are there; None when nothing is short."""
    if shortage is None:
        return None
    factors = {sku.base_unit: Decimal(1)} | {pack.unit: pack.factor for pack in sku.packs.all()}
    return int(Decimal(shortage["available"]) // factors.get(unit, Decimal(1)))


def _decimal(text: Any) -> Decimal:
    try:
        value = Decimal(str(text or 0).strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and value >= 0 else Decimal(0)
