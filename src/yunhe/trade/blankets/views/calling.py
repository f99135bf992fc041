"""Call goods off: quantities by line, address, day; for both faces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import list_addresses
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import Page
from yunhe.trade.blankets import services
from yunhe.trade.blankets.forms import CallForm
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import frame_for
from yunhe.trade.blankets.views.shown import line_rows, plan_rows
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.compute import read_quantity
from yunhe.trade.orders.entry import lines_from_text
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services import Details, NewLine, Placed

AHEAD = timedelta(days=14)


class CallOff(Page):
    """An order under the frame; a refusal is shown beside the lines and nothing is written."""

    permission, title, template_name = CREATE, _("Call off"), "blankets/call_off.html"
    list_url, detail_url, order_url = "blankets:list", "blankets:detail", "orders:detail"
    source = Source.CONSOLE

    @cached_property
    def frame(self) -> Frame:
        return frame_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Blanket orders"), reverse(self.list_url)),
            Crumb(self.frame.number, reverse(self.detail_url, args=[self.frame.pk])),
        )

    def form(self, groups: bool) -> CallForm:
        found = list_addresses(self.frame.node_id)
        choices = [(each.pk, f"{each} · {each.place}") for each in found]
        data = self.request.POST if self.request.method == "POST" else None
        return CallForm(data, addresses=choices, groups=groups)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.form(groups=True)
        if not form.is_valid():
            return self.show(status=422)
        try:
            with transaction.atomic():
                placed = self.perform(form)
        except DomainError as error:
            return self.show(error=error, status=error.status)
        messages.success(request, _("Order %(number)s was submitted.") % {"number": placed.number})
        return HttpResponseRedirect(reverse(self.order_url, args=[placed.order_id]))

    def perform(self, form: CallForm) -> Placed:
        told = form.cleaned_data
        more = lines_from_text(told.get("more", ""))
        return services.call_off(
            self.frame,
            [*self.asked(), *more],
            actor=self.principal,
            now=self.now,
            key=told["key"],
            details=Details(
                note=told["note"], wanted_on=told["wanted_on"], address_id=told["address"]
            ),
            source=self.source,
        )

    def asked(self) -> list[NewLine]:
        """Lines from the fields `quantity-<line>`; empty ones and zero are left out."""
        found = []
        for row in line_rows(self.frame, timezone.localdate(self.now)):
            line = row["line"]
            quantity = read_quantity(
                self.request.POST.get(f"quantity-{line.pk}", "").strip() or "0"
            )
            if line.sku and quantity:
                found.append(NewLine(line.sku_id, line.unit or line.sku.base_unit, quantity))
        return found

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        today = timezone.localdate(self.now)
        rows = line_rows(self.frame, today)
        beside = {
            row["sku_id"]: row["message"]
            for row in (error.rows if error else ())
            if "sku_id" in row
        }
        due = self.due()
        for row in rows:
            line = row["line"]
            row["due"] = due.get(line.pk)
            row["value"] = self.request.POST.get(f"quantity-{line.pk}", due.get(line.pk, ""))
            row["fault"] = beside.get(line.sku_id, "")
            row["call_unit"] = (
                line.sku.get_base_unit_display() if line.sku and not line.unit else line.unit_label
            )
        groups = [row for row in rows if row["line"].category_id]
        return self.render(
            frame=self.frame,
            rows=[row for row in rows if row["line"].sku_id],
            groups=groups,
            form=self.form(groups=bool(groups)),
            error=error,
            status=status,
        )

    def due(self) -> dict[int, Decimal]:
        """Line → what is open of the plan until in two weeks, as far as one call-off may go."""
        today = timezone.localdate(self.now)
        found: dict[int, Decimal] = {}
        for row in plan_rows(self.frame, today):
            if row["open"] and row["on"] <= today + AHEAD:
                line = row["line"]
                wanted = found.get(line.pk, Decimal(0)) + row["open"]
                found[line.pk] = min(wanted, line.call_maximum or wanted)
        return found


class OwnCallOff(CallOff):
    """The same on the phone."""

    face, source, permission = "portal", Source.PORTAL, CREATE
    list_url, detail_url = "blankets_portal:list", "blankets_portal:detail"
    order_url = "orders_portal:detail"
