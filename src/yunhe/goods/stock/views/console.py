"""Console pages of stock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.stock.filters import (
    BalanceFilters,
    LotFilters,
    MovementFilters,
)
from yunhe.goods.stock.forms import (
    CountForm,
    LotLinesForm,
    LotsForm,
    ReadLine,
    ShelfLifeForm,
)
from yunhe.goods.stock.permissions import COUNT, RECORD, VIEW
from yunhe.goods.stock.queries import (
    last_check,
    list_balances,
    list_movements,
    list_shelf_rules,
    lots_on_hand,
    named_differences,
    outside_totals,
)
from yunhe.goods.stock.services import (
    GoodsLine,
    LotLabel,
    ensure_lots,
    receive_goods,
    record_count,
    record_lots,
    set_shelf_life,
)
from yunhe.goods.stock.tables import (
    BalanceTable,
    DifferenceTable,
    LotTable,
    MovementTable,
    ShelfLifeTable,
)
from yunhe.platform.access.principal import Principal
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView

LIST_CRUMB = Crumb(_("Stock"), reverse_lazy("stock:list"))


class BalanceList(ListView):
    permission, title = VIEW, _("Stock")
    subtitle = _("Everywhere in the network, by place, product and status")
    table, filters = BalanceTable, BalanceFilters
    above = "stock/check_head.html"
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
                (_("Dealer stock on the map"), "stock:nationwide", "map", VIEW),
                (_("Lots"), "stock:lots", "box", VIEW),
                (_("Does it add up?"), "stock:check", "shield-check", VIEW),
                (_("Places"), "stock:places", "building-warehouse", VIEW),
                (_("Count"), "stock:count", "clipboard-list", COUNT),
                (_("Receive goods"), "stock:receive", "package-import", RECORD),
            )
        ]

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(check=last_check(), **extra)


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
    table, export, above = DifferenceTable, False, "stock/outside_head.html"
    empty = Empty(
        title=_("It adds up"),
        text=_("Every balance equals the sum of its movements."),
        icon="shield-check",
    )

    def get_rows(self) -> Rows:
        return named_differences()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(check=last_check(), places=outside_totals(), **extra)


class LotList(ListView):
    permission, title = VIEW, _("Lots")
    subtitle = _("First expired first; what left without a lot is presumed to be the oldest")
    table, filters = LotTable, LotFilters
    empty = Empty(
        title=_("No lot is known yet"),
        text=_("Receive goods with their lot, or read the labels at a place."),
        icon="box",
    )

    def get_rows(self) -> Rows:
        return lots_on_hand(on=timezone.localdate(self.now))

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=_("Minimum shelf life"),
                url=reverse("stock:shelf_life"),
                icon="calendar-event",
                permission=VIEW,
            ),
            Button(
                label=_("Read lots"),
                url=reverse("stock:lots_record"),
                icon="scan",
                style="primary",
                permission=COUNT,
            ),
        ]


class ShelfLifeList(ListView):
    permission, title = VIEW, _("Minimum remaining shelf life")
    subtitle = _("Lots with fewer good days are passed over when goods are shipped")
    table = ShelfLifeTable
    create_url_name, create_permission = "stock:shelf_life_set", RECORD
    empty = Empty(
        title=_("No rule yet"),
        text=_("Any lot that has not expired may be shipped to anybody."),
        icon="calendar-event",
    )

    def get_rows(self) -> Rows:
        return list_shelf_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(_("Lots"), reverse("stock:lots")))


class StockForm(FormView):
    """Base of stock's forms."""

    permission = RECORD
    cancel_url_name = "stock:list"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate(self.now)}

    def get_success_url(self, result: Any) -> str:
        return reverse("stock:list")


def lots_of(lines: Sequence[ReadLine], *, actor: Principal) -> dict[tuple[int, str], int]:
    """(SKU id, lot code) -> lot id of the lines that name one."""
    labels = [
        LotLabel(sku_id=line.sku_id, code=line.lot, expires_on=line.expires_on)
        for line in lines
        if line.lot
    ]
    return ensure_lots(labels, actor=actor) if labels else {}


class ReceiveGoods(StockForm):
    permission, title, form_class = RECORD, _("Receive goods"), LotLinesForm

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        lots = lots_of(data["rows"], actor=self.principal)
        lines = [
            GoodsLine(
                sku_id=line.sku_id,
                quantity=line.quantity,
                key=str(at) if at else "",
                lot_id=lots.get((line.sku_id, line.lot)),
            )
            for at, line in enumerate(data["rows"])
        ]
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


class RecordLots(StockForm):
    """Which lots lie at a place, read off the labels."""

    permission, title, form_class = COUNT, _("Read lots"), LotsForm
    intro = _("The quantities stay as they are; only the lots of the products named are replaced.")

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        lots = lots_of(data["rows"], actor=self.principal)
        counted: dict[int, dict[int, Any]] = {}
        for line in data["rows"]:
            found = counted.setdefault(line.sku_id, {})
            lot_id = lots[line.sku_id, line.lot]
            found[lot_id] = found.get(lot_id, 0) + line.quantity
        return record_lots(
            data["node"].pk,
            counted,
            ref=data["ref"],
            on=data["on"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("stock:lots")


class ShelfLifeSet(StockForm):
    permission, title, form_class = RECORD, _("Minimum remaining shelf life"), ShelfLifeForm

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return set_shelf_life(data["node"], data["days"], actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("stock:shelf_life")
