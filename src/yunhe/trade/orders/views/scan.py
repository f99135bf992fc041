"""Order by scan 扫码订货: a draft kept on the phone, sent under a key, once, when there is network."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.formatting import money
from yunhe.platform.ui.views import FormView
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import orderable_skus
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.entry import lines_from_text
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.forms import ScanOrderForm
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.queries import order_for, usual_unit
from yunhe.trade.orders.services import Details, NewLine, create_order
from yunhe.trade.orders.views.addressing import address_choices
from yunhe.trade.orders.views.shopping import unit_choices
from yunhe.trade.pricing.queries import price_lines

MOST_PRODUCTS = 3000  # what the page carries so that the phone knows names and units offline


SAID_ROWS = 3
"""Of a refusal the phone says so many lines; the cart says all."""


class ScanOrder(FormView):
    """Scanned or typed lines; by script they are sent with an Idempotency-Key, the order's key."""

    permission, title, face = CREATE, gettext_lazy("Order by scan"), "portal"
    form_class, submit_label = ScanOrderForm, gettext_lazy("Submit order")
    template_name = "orders/scan.html"
    refusal = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        addresses = address_choices(int(self.principal.home_id or 0), None)
        return {**super().get_form_kwargs(), "addresses": addresses}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(pgettext_lazy("portal menu", "Order"), reverse("orders_portal:catalogue")),)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "application/json" not in request.headers.get("Accept", ""):
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            detail = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"detail": detail}, status=422)
        try:
            order = self.perform(form)
        except DomainError as error:
            detail = " ".join([str(error), *(str(row["message"]) for row in error.rows)])
            return JsonResponse({"code": error.code, "detail": detail}, status=error.status)
        told = {"number": order.number, "status": order.status, "message": self.message(order)}
        return JsonResponse(told | {"url": self.get_success_url(order)})

    def perform(self, form: Any) -> Order:
        """The order, submitted; kept as a draft when stock, credit or a rule refuses it now."""
        if self.principal.home_id is None:
            raise NotFound()
        key = self.request.headers.get("Idempotency-Key") or form.cleaned_data["key"]
        lines = lines_from_text(form.cleaned_data["lines"])
        details = Details(
            note=form.cleaned_data["note"],
            wanted_on=form.cleaned_data["wanted_on"],
            address_id=form.cleaned_data["address"],
        )
        try:
            with transaction.atomic():
                return self._order(lines, details, key, submit=True)
        except LinesRefused:
            raise
        except DomainError as error:
            if error.status != 409:
                raise
            named = [str(row["message"]) for row in error.rows[:SAID_ROWS]]
            self.refusal = " ".join([str(error), *named])
            return self._order(lines, details, key, submit=False)

    def _order(
        self, lines: Sequence[NewLine], details: Details, key: str, *, submit: bool
    ) -> Order:
        placed = create_order(
            node_id=int(self.principal.home_id or 0),
            lines=lines,
            actor=self.principal,
            now=self.now,
            submit=submit,
            key=key[:100],
            source=Source.PORTAL,
            note=details.note,
            wanted_on=details.wanted_on,
            address_id=details.address_id,
        )
        return order_for(placed.order_id)

    def get_success_message(self, result: Any) -> str:
        return self.message(result)

    def message(self, order: Order) -> str:
        """What became of it, in a sentence."""
        if order.status == OrderStatus.DRAFT:
            told = _("Order %(number)s is kept as a draft: %(why)s")
            return told % {"number": order.number, "why": self.refusal or _("see the cart.")}
        return _("Order %(number)s was submitted.") % {"number": order.number}

    def get_success_url(self, result: Any) -> str:
        if result.status == OrderStatus.DRAFT:
            return reverse("orders_portal:cart")
        return reverse("orders_portal:detail", args=[result.pk])

    def context(self, **extra: Any) -> dict[str, Any]:
        skus = list(orderable_skus()[:MOST_PRODUCTS])
        prices = self.prices(skus)
        products = {
            sku.code: {
                "label": str(sku.label),
                "gtin": sku.gtin,
                "words": sku.search_key,
                "price": prices[sku.pk],
                "unit": usual_unit(sku),
                "units": [[code, str(label)] for code, label in unit_choices(sku)],
            }
            for sku in skus
        }
        return super().context(products=products, **extra)

    def prices(self, skus: Sequence[Sku]) -> dict[int, str]:
        """Product → price of its usual unit as shown; empty without one. Two statements."""
        asked = [NewLine(sku.pk, usual_unit(sku), Decimal(1)) for sku in skus]
        today = timezone.localdate(self.now)
        home = int(self.principal.home_id or 0)
        found = price_lines(node_id=home, lines=asked, on=today, require=False) if asked else []
        return {
            line.sku_id: "" if line.unit_price is None else money(line.unit_price, line.currency)
            for line in found
        }
