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
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import Page
from yunhe.platform.values import to_text
from yunhe.trade.blankets import services
from yunhe.trade.blankets.forms import CallForm
from yunhe.trade.blankets.models import Frame
from yunhe.trade.blankets.queries import frame_for
from yunhe.trade.blankets.views.again import Earlier, earlier_call
from yunhe.trade.blankets.views.shown import line_rows, plan_rows
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.entry import lines_from_text
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services import Details, NewLine, Placed
from yunhe.trade.orders.views.addressing import address_choices
from yunhe.trade.orders.views.counts import read_counts, typed

AHEAD = timedelta(days=14)


class CallOff(Page):
    """An order under the frame; a refusal is shown beside the lines and nothing is written.

    `?again=<order>` begins with what an earlier call-off asked for, else with what is planned.
    """

    permission, title, template_name = CREATE, _("Call off"), "blankets/call_off.html"
    list_url, detail_url, order_url = "blankets:list", "blankets:detail", "orders:detail"
    source = Source.CONSOLE

    @cached_property
    def frame(self) -> Frame:
        return frame_for(self.kwargs["pk"])

    @cached_property
    def earlier(self) -> Earlier | None:
        asked = self.request.GET.get("again", "")
        return earlier_call(self.frame, int(asked)) if asked.isdecimal() else None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Blanket orders"), reverse(self.list_url)),
            Crumb(self.frame.number, reverse(self.detail_url, args=[self.frame.pk])),
        )

    def form(self, groups: bool) -> CallForm:
        found = address_choices(self.frame.node_id, self.earlier.order if self.earlier else None)
        chosen = next((each["pk"] for each in found if each["chosen"]), None)
        typed = "\n".join(self.earlier.typed) if self.earlier else ""
        return CallForm(
            self.request.POST if self.request.method == "POST" else None,
            addresses=[(each["pk"], each["label"]) for each in found],
            groups=groups,
            initial={"address": chosen, "more": typed},
        )

    def new_address_url(self) -> str:
        """Where the partner's first address is written down; it leads back here."""
        url = reverse("network:address_add", args=[self.frame.node_id])
        return f"{url}?{urlencode({'next': self.request.get_full_path()})}"

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
                note=told["note"], wanted_on=told["wanted_on"], address_id=told.get("address")
            ),
            source=self.source,
        )

    def asked(self) -> list[NewLine]:
        """Lines from the fields `quantity-<line>`; empty ones and zero are left out.

        Raises LinesRefused for what is no quantity.
        """
        rows = line_rows(self.frame, timezone.localdate(self.now))
        lines = {row["line"].pk: row["line"] for row in rows if row["line"].sku}
        texts = {pk: text for pk, text in typed(self.request.POST, "quantity").items() if text}
        counts = read_counts(
            {pk: text for pk, text in texts.items() if pk in lines},
            lambda _keys: {pk: line.sku.label for pk, line in lines.items()},
        )
        return [
            NewLine(lines[pk].sku_id, lines[pk].unit or lines[pk].sku.base_unit, count)
            for pk, count in counts.items()
            if count
        ]

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        today = timezone.localdate(self.now)
        rows = line_rows(self.frame, today)
        beside = {
            row["sku_id"]: row["message"]
            for row in (error.rows if error else ())
            if "sku_id" in row
        }
        due = self.due()
        begin = self.earlier.by_line if self.earlier else due
        for row in rows:
            line = row["line"]
            row["due"] = due.get(line.pk)
            wanted = to_text(begin[line.pk]) if begin.get(line.pk) else ""
            row["value"] = self.request.POST.get(f"quantity-{line.pk}", wanted)
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
            gone=self.earlier.gone if self.earlier else (),
            new_address_url=self.new_address_url(),
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

    def new_address_url(self) -> str:
        url = reverse("network_portal:address_new")
        return f"{url}?{urlencode({'next': self.request.get_full_path()})}"
