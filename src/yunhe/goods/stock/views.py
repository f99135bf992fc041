"""Console pages of stock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.stock.filters import BalanceFilters, MovementFilters
from yunhe.goods.stock.forms import CountForm, PlaceForm, PlaceLinesForm
from yunhe.goods.stock.permissions import COUNT, RECORD, VIEW
from yunhe.goods.stock.queries import list_balances, list_movements, named_differences
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods, record_count
from yunhe.goods.stock.tables import BalanceTable, DifferenceTable, MovementTable
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView

LIST_CRUMB = Crumb(_("Stock"), "/stock/")


class BalanceList(ListView):
    permission, title = VIEW, _("Stock")
    subtitle = _("Everywhere in the network, by place, product and status")
    table, filters = BalanceTable, BalanceFilters
    empty = Empty(
        title=_("No stock known yet"),
        text=_("Receive goods into a warehouse, or record a first count."),
        icon="packages",
    )

    def get_rows(self) -> Rows:
        return list_balances()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=label, url=reverse(name), icon=icon, permission=permission)
            for label, name, icon, permission in (
                (_("Does it add up?"), "stock:check", "shield-check", VIEW),
                (_("Places"), "stock:place", "building-warehouse", RECORD),
                (_("Count"), "stock:count", "clipboard-list", COUNT),
                (_("Receive goods"), "stock:receive", "package-import", RECORD),
            )
        ]


class MovementList(ListView):
    permission, title = VIEW, _("Stock movements")
    subtitle = _("Facts: a correction is a new movement")
    table, filters = MovementTable, MovementFilters

    def get_rows(self) -> Rows:
        return list_movements()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)


class StockCheck(ListView):
    """The continuous check: balances against the sum of the movements, computed now."""

    permission, title = VIEW, _("Does the stock add up?")
    subtitle = _("Every balance must equal the sum of its movements; computed now")
    table, export = DifferenceTable, False
    empty = Empty(
        title=_("It adds up"),
        text=_("Every balance equals the sum of its movements."),
        icon="shield-check",
    )

    def get_rows(self) -> Rows:
        return named_differences()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)


class StockForm(FormView):
    """Base of stock's forms."""

    permission = RECORD
    cancel_url = "/stock/"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.now)}

    def get_success_url(self, result: Any) -> str:
        return reverse("stock:list")


class ReceiveGoods(StockForm):
    permission, title, form_class = RECORD, _("Receive goods"), PlaceLinesForm

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        lines = [GoodsLine(sku_id=sku, quantity=quantity) for sku, quantity in data["rows"].items()]
        return receive_goods(
            data["node"].pk,
            lines,
            ref=data["ref"],
            on=data["on"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_message(self, result: int) -> str:
        return ngettext("%(count)d line received.", "%(count)d lines received.", result) % {
            "count": result
        }


class CountStock(StockForm):
    permission, title, form_class = COUNT, _("Record a count"), CountForm
    intro = _("Only the products named are counted; the others stay as they are.")

    def perform(self, form: Any) -> dict[int, Any]:
        data = form.cleaned_data
        return record_count(
            data["node"].pk,
            data["rows"],
            ref=data["ref"],
            on=data["on"],
            opening=data["opening"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_message(self, result: dict[int, Any]) -> str:
        return ngettext(
            "Counted; %(count)d product differed.",
            "Counted; %(count)d products differed.",
            len(result),
        ) % {"count": len(result)}


class PlaceSet(StockForm):
    permission, title, form_class = RECORD, _("How a place keeps stock"), PlaceForm

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return open_place(
            data["node"],
            supplies=data["supplies"],
            negative_allowed=data["negative_allowed"],
            actor=self.principal,
        )
