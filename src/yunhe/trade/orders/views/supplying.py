"""A dealer answers the orders of its stores: confirm, ship what is there, refuse, complete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.columns import DateColumn, MoneyColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.views import ActionView, DetailView, FactsPanel, FormView, ListView
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.choices import STATUS_TONES, OrderStatus
from yunhe.trade.orders.filters import SuppliedFilters
from yunhe.trade.orders.forms import CancelForm
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import lines_of, list_supplied, why_price
from yunhe.trade.orders.tables import SuppliedTable
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.orders.views.changing import ChangePage
from yunhe.trade.orders.views.console import OrderHistory


class SuppliedOrders(ListView):
    permission, title, face = permissions.SUPPLY, _("Orders from stores"), "portal"
    table, filters = SuppliedTable, SuppliedFilters
    empty = Empty(
        title=_("No store has ordered yet"),
        text=_(
            "When you take orders of your stores, they arrive here to be confirmed and shipped."
        ),
        icon="building-store",
    )

    def get_rows(self) -> Any:
        return list_supplied(self.principal.home_id or 0)


class SuppliedFacts(FactsPanel):
    title, icon = _("Order"), "file-text"
    fields = (
        TextColumn(_("Store"), source="partner_label"),
        DateColumn(_("Ordered"), source="placed_on"),
        DateColumn(_("Wanted on"), source="wanted_on"),
        MoneyColumn(_("Amount"), source="total", currency=".currency"),
        TextColumn(_("Note"), source="note"),
    )


class Supplied:
    """The order among those that the reader's partner supplies."""

    principal: Any
    kwargs: Any

    @cached_property
    def record(self) -> Order:
        found = list_supplied(self.principal.home_id or 0).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Orders from stores"), reverse("orders_portal:supply")),)


class SuppliedOrder(Supplied, DetailView):
    """What a store ordered, and the next step."""

    permission, model, face = permissions.SUPPLY, Order, "portal"
    panels = (SuppliedFacts, OrderHistory)
    template_name = "orders/supplied_order.html"

    def get_status(self) -> Badge:
        status = OrderStatus(self.record.status)
        return Badge(label=status.label, tone=STATUS_TONES[status])

    def get_actions(self) -> Sequence[Button]:
        possible = {move.action for move in MOVES.offered(self.record.status)}
        buttons = []
        if "confirm" in possible:
            buttons.append(self._act("confirm", style="primary"))
        if "ship" in possible:
            buttons.append(self._page("supply_ship", MOVES["ship"].label, "truck-delivery"))
        buttons += [self._act(action) for action in ("close_short", "close") if action in possible]
        if "cancel" in possible:
            buttons.append(self._page("supply_refuse", _("Refuse the order"), "x", style="quiet"))
        return buttons

    def _act(self, action: str, *, style: Any = "secondary") -> Button:
        move = MOVES[action]
        return Button(
            label=move.label,
            url=reverse("orders_portal:supply_act", args=[self.record.pk, action]),
            icon=move.icon,
            method="post",
            style=style,
            permission=permissions.SUPPLY,
        )

    def _page(self, name: str, label: Any, icon: str, *, style: Any = "primary") -> Button:
        return Button(
            label=label,
            url=reverse(f"orders_portal:{name}", args=[self.record.pk]),
            icon=icon,
            style=style,
            permission=permissions.SUPPLY,
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        lines = [{"line": line, "why": why_price(line)} for line in lines_of(self.record)]
        return super().context(lines=lines, **extra)


class SupplyAction(Supplied, ActionView):
    """Moves that need no more than a click."""

    permission, model, face = permissions.SUPPLY, Order, "portal"

    def perform(self) -> Any:
        use = {
            "confirm": services.confirm_order,
            "close_short": services.close_short,
            "close": services.close_order,
        }[self.kwargs["action"]]
        return use(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return reverse("orders_portal:supply_detail", args=[self.record.pk])


class ShipToStore(Supplied, ChangePage):
    """How much of each line leaves now; the rest stays open."""

    permission, face, title = permissions.SUPPLY, "portal", _("Ship to the store")
    template_name = "orders/ship_part.html"
    detail_url = "orders_portal:supply_detail"
    success = _("The goods were shipped.")

    def perform(self) -> None:
        services.ship_order(
            self.record, quantities=self.quantities(), actor=self.principal, now=self.now
        )


class RefuseStore(Supplied, FormView):
    """The store reads why."""

    permission, title, form_class, face = (
        permissions.SUPPLY,
        _("Refuse the order"),
        CancelForm,
        "portal",
    )
    submit_label, success_message = (
        _("Refuse the order"),
        _("The order was refused; the store was told."),
    )

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("orders_portal:supply_detail", args=[self.record.pk])
        return (*super().get_crumbs(), Crumb(self.record.number, url))

    def perform(self, form: CancelForm) -> Order:
        reason = form.cleaned_data["reason"]
        return services.cancel_order(self.record, reason=reason, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("orders_portal:supply_detail", args=[self.record.pk])
