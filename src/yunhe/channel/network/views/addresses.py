"""The address book: on the partner's page at headquarters, and on the partner's own phone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.divisions import cities_of, districts_of, find_division
from yunhe.channel.network.forms import AddressForm, address_initial
from yunhe.channel.network.models import DeliveryAddress
from yunhe.channel.network.permissions import ADDRESSES
from yunhe.channel.network.queries import (
    address_for,
    list_addresses,
    partner_for,
    shown_phone,
)
from yunhe.channel.network.services import remove_address, save_address, set_default_address
from yunhe.platform.access.models import Node
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.views import ActionView, FormView, Page


class AddressForPartner(FormView):
    """Write an address down; picking a province offers its cities, a city its districts.

    `next` leads back to the page that asked for it.
    """

    permission, title, form_class = ADDRESSES, _("New address"), AddressForm
    template_name = "network/address_form.html"
    address: DeliveryAddress | None = None

    @cached_property
    def node(self) -> Node:
        return partner_for(self.kwargs["pk"]).node

    @property
    def record(self) -> Any:
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") and "province" in request.GET:
            return render(request, "network/divisions.html", self.names(request.GET))
        return super().get(request, *args, **kwargs)

    def names(self, told: Any) -> dict[str, Any]:
        """Cities of the province and districts of the city that the form holds."""
        province = str(told.get("province") or "")
        city = find_division(province, str(told.get("city") or ""))
        return {"cities": cities_of(province), "districts": districts_of(city)}

    def context(self, **extra: Any) -> dict[str, Any]:
        told = self.request.POST or self.get_initial()
        return super().context(**self.names(told), **extra)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Partners"), reverse("network:list")),
            Crumb(str(self.node), reverse("network:partner", args=[self.node.pk])),
        )

    def get_initial(self) -> dict[str, Any]:
        return address_initial(self.address) if self.address else {}

    def perform(self, form: AddressForm) -> DeliveryAddress:
        return save_address(self.node, form.draft(), address=self.address, actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        asked = self.request.GET.get("next", "")
        if asked and url_has_allowed_host_and_scheme(asked, {self.request.get_host()}):
            return asked
        return self.book_url()

    def book_url(self) -> str:
        """The page that lists the partner's addresses."""
        return reverse("network:partner", args=[self.node.pk])


class AddressChange(AddressForPartner):
    """Change an address, or use it no longer."""

    permission, title, model = ADDRESSES, _("Delivery address"), DeliveryAddress

    @property
    def record(self) -> DeliveryAddress:
        return self.address

    @cached_property
    def address(self) -> DeliveryAddress:  # type: ignore[override]
        return address_for(self.kwargs["pk"])

    @cached_property
    def node(self) -> Node:
        return self.address.node

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Use no longer"),
                url=reverse("network:address_act", args=[self.address.pk, "remove"]),
                icon="trash",
                style="quiet",
                method="post",
                confirm=_("Use this address no longer? Placed orders keep it."),
            ),
        )


class AddressAction(ActionView):
    """Make it the default, or use it no longer."""

    permission, success_message = ADDRESSES, _("Saved.")

    @cached_property
    def record(self) -> DeliveryAddress:
        return address_for(self.kwargs["pk"])

    def perform(self) -> Any:
        if self.kwargs["action"] == "default":
            return set_default_address(self.record, actor=self.principal)
        return remove_address(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("network:partner", args=[self.record.node_id])


class OwnAddresses(Page):
    """The partner's own addresses, the default first."""

    permission, face, title = ADDRESSES, "portal", _("Delivery addresses")
    template_name = "network/addresses.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My company"), reverse("network_portal:company")),)

    def context(self, **extra: Any) -> dict[str, Any]:
        found = list_addresses(self.principal.home_id or 0)
        shown = [
            {"address": address, "phone": shown_phone(address.phone, self.principal)}
            for address in found
        ]
        return super().context(addresses=shown, **extra)


class OwnAddressNew(AddressForPartner):
    """A new one of the partner's own."""

    face, permission = "portal", ADDRESSES

    @cached_property
    def node(self) -> Node:
        if self.principal.home_id is None:
            raise NotFound()
        return partner_for(self.principal.home_id).node

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Delivery addresses"), reverse("network_portal:addresses")),)

    def book_url(self) -> str:
        return reverse("network_portal:addresses")


class OwnAddressChange(OwnAddressNew):
    permission, title, model = ADDRESSES, _("Delivery address"), DeliveryAddress

    @property
    def record(self) -> DeliveryAddress:
        return self.address

    @cached_property
    def address(self) -> DeliveryAddress:  # type: ignore[override]
        return address_for(self.kwargs["pk"])

    @cached_property
    def node(self) -> Node:
        return self.address.node


class OwnAddressAction(AddressAction):
    face, permission = "portal", ADDRESSES

    def get_next_url(self, result: Any) -> str:
        return reverse("network_portal:addresses")
