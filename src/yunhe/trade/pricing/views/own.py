"""The price lists that a partner keeps for its stores, on the portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import BadgeColumn, DateColumn, LastDayColumn, Rows, TextColumn
from yunhe.platform.ui.views import FactsPanel, FormView, ListView, Page, TablePanel
from yunhe.trade.catalog.queries import unit_factors
from yunhe.trade.pricing.compute import compute_floor_price
from yunhe.trade.pricing.forms import OwnListForm
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.permissions import KEEP
from yunhe.trade.pricing.queries import own_lists, prices_of, resale_floors
from yunhe.trade.pricing.services import create_own_list
from yunhe.trade.pricing.tables import OwnListTable, SellingPriceTable
from yunhe.trade.pricing.transitions import MOVES
from yunhe.trade.pricing.views.lists import (
    PriceListChange,
    PriceListDetail,
    PricesSet,
    PublishList,
    WithdrawList,
)

TITLE = _("Prices for my stores")
CRUMB = Crumb(TITLE, "/portal/pricing/own/")


class OwnLists(ListView):
    permission, face, title = KEEP, "portal", TITLE
    subtitle = _("Without a list of your own, your stores pay the manufacturer's price list.")
    table, export = OwnListTable, False
    create_url_name, create_label, create_permission = (
        "pricing_portal:new_own_list",
        _("New price list"),
        KEEP,
    )
    empty = Empty(
        title=_("No price list of your own yet"),
        text=_("Your stores pay what the manufacturer's price list says."),
        icon="tags",
    )

    def get_rows(self) -> Rows:
        return own_lists(self.principal.home_id or 0)


class SellingTermsPanel(FactsPanel):
    """For which customers, and when."""

    title, icon = _("Terms"), "contract"
    fields = (
        BadgeColumn(_("Level"), source="level"),
        BadgeColumn(_("Tier"), source="tier"),
        DateColumn(_("First day"), source="period.lower"),
        LastDayColumn(_("Last day"), source="period.upper"),
        TextColumn(_("Note"), source="note"),
    )

    def actions(self) -> Sequence[Button]:
        url = reverse("pricing_portal:change_own_list", args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small")]


class SellingPricesPanel(TablePanel):
    """Today's and coming prices, each with the lowest that the manufacturer allows."""

    title, icon, table, limit = _("Prices"), "tags", SellingPriceTable, 1000
    empty = Empty(title=_("No price yet"), icon="tags")

    def actions(self) -> Sequence[Button]:
        url = reverse("pricing_portal:set_own_prices", args=[self.record.pk])
        return [Button(label=_("Set prices"), url=url, icon="plus", size="small")]

    def rows(self) -> Rows:
        today = timezone.localdate(self.view.now)
        still = Q(period__endswith__gt=today) | Q(period__upper_inf=True)
        found = prices_of(self.record).filter(still).select_related("price_list")
        rows = list(found[: self.limit + 1])
        _with_lowest(self.record, rows, today)
        return rows


def _with_lowest(price_list: PriceList, rows: Sequence[Price], today: date) -> None:
    """Give each row `lowest`. Two statements."""
    sku_ids = {row.sku_id for row in rows}
    floors = resale_floors(price_list.node_id, sku_ids, on=today, currency=price_list.currency)
    factors = unit_factors(sku_ids) if floors else {}
    for row in rows:
        floor, factor = floors.get(row.sku_id), factors.get(row.sku_id, {}).get(row.unit)
        row.lowest = floor and factor and compute_floor_price(floor, factor)  # type: ignore[attr-defined]


class OwnListMixin(Page):
    """Only the lists of the reader's own company, and back to their own page."""

    permission, face = KEEP, "portal"

    def get_queryset(self) -> QuerySet[Any]:
        return own_lists(self.principal.home_id or 0)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)


class OwnListDetail(OwnListMixin, PriceListDetail):
    permission, panels = KEEP, (SellingTermsPanel, SellingPricesPanel)

    def get_actions(self) -> Sequence[Button]:
        args, buttons = [self.record.pk], []
        if MOVES.allows(self.record.status, "withdraw"):
            buttons.append(
                Button(
                    label=_("Withdraw"),
                    url=reverse("pricing_portal:withdraw_own_list", args=args),
                    method="post",
                    style="danger",
                    confirm=_("Withdraw the list? Your stores pay the manufacturer's prices then."),
                )
            )
        if MOVES.allows(self.record.status, "publish"):
            buttons.append(
                Button(
                    label=_("Publish"),
                    url=reverse("pricing_portal:publish_own_list", args=args),
                    method="post",
                    style="primary",
                    icon="send",
                    confirm=_("Publish the list? It prices new orders of your stores."),
                )
            )
        return buttons


class OwnListForms(OwnListMixin):
    """Base of the forms about one own list."""

    permission = KEEP

    @property
    def price_list(self) -> PriceList:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB, Crumb(self.price_list.label, self.get_success_url(None)))

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing_portal:own_list", args=[self.kwargs["pk"]])


class OwnListChange(OwnListForms, PriceListChange):
    permission, form_class = KEEP, OwnListForm


class OwnPricesSet(OwnListForms, PricesSet):
    permission = KEEP


class OwnListCreate(FormView):
    permission, face, title, form_class = KEEP, "portal", _("New price list"), OwnListForm
    cancel_url_name = "pricing_portal:own_lists"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(self.now)}

    def perform(self, form: Any) -> PriceList:
        home = Node.objects.filter(pk=self.principal.home_id).first()
        if home is None:
            raise NotFound()
        return create_own_list(home, draft=form.draft(), actor=self.principal)

    def get_success_url(self, result: PriceList) -> str:
        return reverse("pricing_portal:own_list", args=[result.pk])


class PublishOwnList(OwnListMixin, PublishList):
    permission = KEEP

    def get_next_url(self, result: Any) -> str:
        return reverse("pricing_portal:own_list", args=[self.record.pk])


class WithdrawOwnList(OwnListMixin, WithdrawList):
    permission = KEEP

    def get_next_url(self, result: Any) -> str:
        return reverse("pricing_portal:own_list", args=[self.record.pk])
