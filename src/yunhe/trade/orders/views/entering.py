"""Pages that take in orders by file, and lines by barcode, template and favourite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import list_addresses
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import ActionView, Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order, OrderTemplate
from yunhe.trade.orders.queries import cart_of, list_orders, list_templates
from yunhe.trade.orders.services import ManyPlaced, NewLine

SHOWN_FAULTS = 200
ACCEPT = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls"


class FileEntry(Page):
    """A file of orders: what was placed, and what is wrong beside its row."""

    permission, title, template_name = (
        permissions.CREATE,
        _("Orders from a file"),
        "orders/file.html",
    )
    list_url, source, blank_url = "orders:list", Source.CONSOLE, "orders:blank_file"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Orders"), reverse(self.list_url)),)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file, text = request.FILES.get("file"), request.POST.get("text", "").strip()
        if not file and not text:
            error: DomainError = LinesRefused(_("Choose a file or paste a table."))
            return self.show(error=error, status=422)
        name, content = (file.name or "", file.read()) if file else ("pasted.csv", text.encode())
        try:
            with transaction.atomic():
                placed = place_file(
                    name,
                    content,
                    actor=self.principal,
                    now=self.now,
                    node_id=self.node_id(),
                    submit="submit" in request.POST,
                    source=self.source,
                )
        except DomainError as refused:
            return self.show(error=refused, text=text, status=refused.status)
        return self.show(placed=placed)

    def node_id(self) -> int | None:
        """The partner of every row; None when the file names it."""
        return None

    def show(
        self,
        *,
        placed: ManyPlaced | None = None,
        error: DomainError | None = None,
        text: str = "",
        status: int = 200,
    ) -> HttpResponseBase:
        faults = error.rows if error else placed.faults if placed else []
        orders = (
            Order.objects.filter(pk__in=placed.order_ids).order_by("pk")[:SHOWN_FAULTS]
            if placed
            else []
        )
        return self.render(
            placed=placed,
            orders=orders,
            error=error,
            faults=faults[:SHOWN_FAULTS],
            more_faults=max(len(faults) - SHOWN_FAULTS, 0),
            text=text,
            accept=ACCEPT,
            own=self.node_id() is not None,
            addresses=[str(one) for one in list_addresses(self.node_id() or 0)],
            blank_url=reverse(self.blank_url),
            summary=_summary(placed) if placed else "",
            status=status,
        )


class OwnFileEntry(FileEntry):
    """The same for the dealer's own orders."""

    face, list_url, source = "portal", "orders_portal:list", Source.PORTAL
    blank_url = "orders_portal:blank_file"

    def node_id(self) -> int | None:
        if self.principal.home_id is None:
            raise NotFound()
        return int(self.principal.home_id)


def _summary(placed: ManyPlaced) -> str:
    words = ngettext(
        "%(count)d order was entered", "%(count)d orders were entered", len(placed.order_ids)
    )
    text = words % {"count": len(placed.order_ids)}
    submitted = gettext("%(count)d of them submitted") % {"count": len(placed.submitted)}
    known = ngettext(
        "%(count)d was known already", "%(count)d were known already", placed.repeated
    ) % {"count": placed.repeated}
    return " · ".join([text, submitted, *([known] if placed.repeated else [])])


class Templates(Page):
    """The partner's templates: put one into the cart, save the cart as one, forget one."""

    permission, face = permissions.CREATE, "portal"
    title, template_name = _("Order templates"), "orders/templates.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                url = self.perform()
        except DomainError as error:
            return self.show(error=error, status=error.status)
        return HttpResponseRedirect(url)

    def perform(self) -> str:
        told = self.request.POST
        if not told.get("template", ""):
            return self.save_cart(told.get("name", ""))
        template = self.template(told["template"])
        if told.get("then") == "delete":
            services.delete_template(template, actor=self.principal)
            messages.success(self.request, _("The template was deleted."))
            return self.request.path
        services.use_template(template, actor=self.principal, now=self.now)
        return reverse("orders_portal:cart")

    def save_cart(self, name: str) -> str:
        home = self.principal.home_id or 0
        cart = cart_of(self.principal, home)
        lines = (
            [NewLine(line.sku_id, line.unit, line.quantity) for line in cart.lines.all()]
            if cart
            else []
        )
        services.save_template(name, lines, node_id=home, actor=self.principal, now=self.now)
        messages.success(self.request, _("The template was saved."))
        return self.request.path

    def template(self, asked: str) -> OrderTemplate:
        found = list_templates().filter(pk=int(asked) if asked.isdecimal() else 0).first()
        if found is None:
            raise NotFound()
        return found

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        home = self.principal.home_id or 0
        return self.render(
            templates=list_templates(),
            cart=cart_of(self.principal, home),
            error=error,
            status=status,
        )


class SaveAsTemplate(ActionView):
    """Keep an order's lines under its number; the name can be given on the page of templates.

    Not those of a call-off: a template has the prices of the lists, not of the agreement.
    """

    permission, face, model = permissions.CREATE, "portal", Order
    success_message = _("The template was saved.")

    def get_queryset(self) -> Any:
        return list_orders().filter(agreement="")

    def perform(self) -> Any:
        lines = [NewLine(line.sku_id, line.unit, line.quantity) for line in self.record.lines.all()]
        name = self.request.POST.get("name", "") or self.record.number
        return services.save_template(
            name, lines, node_id=self.record.node_id, actor=self.principal, now=self.now
        )

    def get_next_url(self, result: Any) -> str:
        return reverse("orders_portal:templates")


class SetFavourite(ActionView):
    """Keep a product at hand, or no longer (`wanted` 1 or 0)."""

    permission, face = permissions.CREATE, "portal"
    success_message = ""

    def perform(self) -> Any:
        sku = Sku.objects.filter(pk=self.kwargs["pk"]).first()
        if sku is None or self.principal.home_id is None:
            raise NotFound()
        wanted = self.request.POST.get("wanted") == "1"
        services.set_favourite(
            sku.pk, node_id=self.principal.home_id, wanted=wanted, actor=self.principal
        )

    def get_next_url(self, result: Any) -> str:
        favourites = "?favourites=1" if self.request.POST.get("back") == "favourites" else ""
        return reverse("orders_portal:catalogue") + favourites
