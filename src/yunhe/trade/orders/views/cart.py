"""The cart on the dealer's phone: check prices and stock, change quantities, submit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.goods.stock.queries import resells, supplier_of
from yunhe.money.ledger.queries import credit_of
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Crumb
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders import services
from yunhe.trade.orders.errors import DayPast, StockShort
from yunhe.trade.orders.panels import help_offered
from yunhe.trade.orders.queries import draft_token, lines_of, why_price
from yunhe.trade.orders.services import Details, Wish
from yunhe.trade.orders.services.previewing import preview_offer
from yunhe.trade.orders.terms import terms_of
from yunhe.trade.orders.views.addressing import address_choices
from yunhe.trade.orders.views.shopping import Shopping, base_units, unit_choices
from yunhe.trade.orders.views.shortages import shortages_of


class Cart(Shopping):
    """Check prices and stock, change quantities, submit."""

    title, template_name = _("Cart"), "orders/cart.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(pgettext_lazy("portal menu", "Order"), reverse("orders_portal:catalogue")),)

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
            return self.show(error=error, status=error.status, posted=self.readable_wishes())
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
            credit=None if self._from_dealer() else credit_of(self.node_id),
            offer=preview_offer(
                self.node_id,
                found,
                on=timezone.localdate(self.now),
                choices=self.cart.choices if self.cart else None,
            ),
            entered=self._entered(error),
            error=error,
            ways_out=help_offered() if short else (),
            status=status,
        )

    def details(self) -> Details:
        """Address, day, note and gifts as typed. Raises DayPast for an unreadable day."""
        told = self.request.POST
        address, day = told.get("address", ""), told.get("wanted_on", "")
        try:
            wanted_on = date.fromisoformat(day) if day else None
        except ValueError as error:
            message = _("“%(text)s” is not a date such as 2026-11-22.") % {"text": day}
            raise DayPast(message, field="wanted_on") from error
        return Details(
            note=told.get("note", ""),
            wanted_on=wanted_on,
            address_id=int(address) if address.isdecimal() else None,
            choices=self.gifts(),
        )

    def gifts(self) -> dict[int, list[int]]:
        """Gifts picked, from the fields `gift-<promotion>`."""
        told = self.request.POST
        return {
            int(number): [int(at) for at in told.getlist(name) if at.isascii() and at.isdigit()]
            for name in told
            for kind, _sep, number in [name.partition("-")]
            if kind == "gift" and number.isascii() and number.isdigit()
        }

    def _entered(self, error: DomainError | None) -> dict[str, str]:
        """Day and note: as typed when they were refused, else as kept."""
        if error is not None:
            return {name: self.request.POST.get(name, "") for name in ("wanted_on", "note")}
        if self.cart is None:
            return {}
        day = self.cart.wanted_on
        return {"wanted_on": day.isoformat() if day else "", "note": self.cart.note}

    def _from_dealer(self) -> bool:
        return self.cart is not None and self.cart.between_partners

    def _terms(self) -> dict[str, Any]:
        """Minimum value and order days, told before they refuse; empty without any. One statement."""
        found = None if self._from_dealer() else terms_of(self.node_id)
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
        ours = supplier is not None and not resells(supplier)
        found = shortages_of(supplier if ours else None, wanted, on=timezone.localdate(self.now))
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


def _reduced(sku: Sku, unit: str, shortage: Mapping[str, Any] | None) -> int | None:
    """How many whole units of what was asked are there, with the free goods that come with them; None when
    nothing is short."""
    if shortage is None:
        return None
    asked, free = Decimal(shortage["asked"]), Decimal(shortage["free"])
    there = Decimal(shortage["available"]) * (asked - free) / asked
    return int(there // base_units(sku, unit, Decimal(1)))
