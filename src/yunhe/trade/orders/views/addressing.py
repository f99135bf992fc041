"""Where an order goes: shown on its page, changed by a page of its own; and the agreement it draws on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import list_addresses
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.columns import TextColumn
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.views import FactsPanel, FormView
from yunhe.trade.orders import services
from yunhe.trade.orders.agreements import agreements
from yunhe.trade.orders.choices import HOLDING, OrderStatus
from yunhe.trade.orders.forms import AddressForm
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import AMEND
from yunhe.trade.orders.queries import order_for, shown_address


def address_choices(node_id: int, order: Order | None) -> list[dict[str, Any]]:
    """The partner's addresses as choices; the order's own is chosen, else the default."""
    found = list(list_addresses(node_id))
    kept = (order.ship_to or {}).get("id") if order else None
    if kept not in {each.pk for each in found}:
        kept = next((each.pk for each in found if each.is_default), None)
    return [
        {"pk": each.pk, "label": f"{each} · {each.place}", "chosen": each.pk == kept}
        for each in found
    ]


class ShipTo(FactsPanel):
    """The address as it was copied; the phone number for those who deliver."""

    title, icon, side, columns = _("Delivery address"), "map-pin", True, 1
    change_url = "orders:address"

    @property
    def order(self) -> Order:
        """The order whose address it is."""
        return self.record

    def facts(self) -> Sequence[Fact]:
        address = shown_address(self.order, self.view.principal)
        if not address:
            return [Fact(_("Address"), _("none given"))]
        return [
            Fact(_("Address"), f"{address['region']}{address['street']}"),
            Fact(_("Receiver"), address["receiver"]),
            Fact(_("Phone"), address["phone"]),
        ]

    def actions(self) -> Sequence[Button]:
        early = self.record.status in (OrderStatus.DRAFT, OrderStatus.SUBMITTED)
        may = early or (self.record.status in HOLDING and not self.view.principal.is_partner)
        if not may:
            return ()
        url = reverse(self.change_url, args=[self.record.pk])
        return [Button(label=_("Change"), url=url, icon="edit", size="small", permission=AMEND)]


class UnderAgreement(FactsPanel):
    """The blanket order that the order draws on."""

    title, icon, side, columns = _("Under agreement"), "contract", True, 1
    fields = (TextColumn(_("Blanket order"), source="agreement"),)
    portal = False

    def shown(self) -> bool:
        return bool(self.record.agreement)

    def actions(self) -> Sequence[Button]:
        try:
            url = agreements().url(self.record.agreement, portal=self.portal)
        except NotFound:
            return ()
        return [Button(label=_("Show"), url=url, icon="eye", size="small")]


class OrderAddress(FormView):
    """Choose another address of the partner; both stand in the history."""

    permission, title, form_class = AMEND, _("Change the delivery address"), AddressForm
    intro = _("What is shipped already stays where it went.")
    list_url, detail_url = "orders:list", "orders:detail"

    @cached_property
    def order(self) -> Order:
        return order_for(self.kwargs["pk"])

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse(self.list_url)),
            Crumb(str(self.order), reverse(self.detail_url, args=[self.order.pk])),
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        choices = address_choices(self.order.node_id, self.order)
        return super().get_form_kwargs() | {"choices": choices}

    def perform(self, form: AddressForm) -> Order:
        chosen = form.cleaned_data["address"]
        return services.change_address(self.order, chosen, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse(self.detail_url, args=[self.order.pk])


class OwnOrderAddress(OrderAddress):
    """The same on the phone."""

    face, permission = "portal", AMEND
    list_url, detail_url = "orders_portal:list", "orders_portal:detail"
