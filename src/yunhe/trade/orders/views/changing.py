"""Pages that change a placed order: amend, re-price, ship a part. For both faces."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import Page
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.entry import lines_from_text
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import is_free, lines_of, order_for
from yunhe.trade.orders.views.counts import line_names, read_counts, typed


class ChangePage(Page):
    """One order, changed by a form; a refusal is shown on it and nothing is written."""

    permission = permissions.AMEND
    list_url = "orders:list"
    detail_url = "orders:detail"
    success: Any = _("The order was changed.")

    @cached_property
    def record(self) -> Order:
        return order_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse(self.list_url)),
            Crumb(str(self.record), reverse(self.detail_url, args=[self.record.pk])),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                self.perform()
        except DomainError as error:
            return self.show(error=error, status=error.status)
        messages.success(request, self.success)
        return HttpResponseRedirect(reverse(self.detail_url, args=[self.record.pk]))

    def perform(self) -> None:
        """Call the use case."""
        raise NotImplementedError

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        beside = (
            {row["sku_id"]: row["message"] for row in error.rows if row.get("sku_id")}
            if error
            else {}
        )
        lines = [
            {
                "line": line,
                "free": is_free(line),
                "fault": beside.get(line.sku_id, ""),
                "value": self.request.POST.get(f"quantity-{line.pk}", ""),
            }
            for line in lines_of(self.record)
        ]
        return self.render(record=self.record, lines=lines, error=error, status=status)

    def quantities(self) -> dict[int, Decimal]:
        """Line → quantity, from the fields `quantity-<line>`; empty ones are left out."""
        texts = {pk: text for pk, text in typed(self.request.POST, "quantity").items() if text}
        return read_counts(texts, line_names(self.record))


class OrderAmend(ChangePage):
    """Change quantities, add products, put a substitute in a line's place."""

    title, template_name = _("Amend the order"), "orders/amend.html"

    def perform(self) -> None:
        told = {"actor": self.principal, "now": self.now}
        if line_id := self.request.POST.get("substitute", ""):
            by = next(iter(lines_from_text(self.request.POST.get("by", ""))), None)
            if by is not None and line_id.isdecimal():
                services.substitute_line(self.record, int(line_id), by=by, **told)
            return
        held = {line.pk: line.quantity for line in self.record.lines.all()}
        changed = {pk: q for pk, q in self.quantities().items() if held.get(pk) != q}
        more = lines_from_text(self.request.POST.get("more", ""))
        services.amend_order(self.record, quantities=changed, more=more, **told)


class OwnAmend(OrderAmend):
    """The same on the phone."""

    face, list_url, detail_url = "portal", "orders_portal:list", "orders_portal:detail"


class OrderReprice(ChangePage):
    """The difference that today's prices would make, and the button that takes them."""

    title, template_name = _("Re-price"), "orders/reprice.html"
    success = _("The order has the prices of today.")

    def perform(self) -> None:
        services.reprice_order(self.record, actor=self.principal, now=self.now)

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        changes = services.price_changes(self.record, now=self.now)
        total = sum((change.difference for change in changes), Decimal(0))
        return self.render(
            record=self.record, changes=changes, total=total, error=error, status=status
        )


class OrderShipPart(ChangePage):
    """Ship some of it now: base units by line; the rest stays open as backorder."""

    permission, title = permissions.SHIP, _("Ship a part")
    template_name = "orders/ship_part.html"
    success = _("The goods were shipped; what is open stays on backorder.")

    def perform(self) -> None:
        services.ship_order(
            self.record, quantities=self.quantities(), actor=self.principal, now=self.now
        )
