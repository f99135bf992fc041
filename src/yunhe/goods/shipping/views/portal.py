"""Deliveries on the partner's phone: follow, receive by scan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping import permissions, services
from yunhe.goods.shipping.choices import ClaimStatus, ShipmentStatus
from yunhe.goods.shipping.filters import ShipmentFilters
from yunhe.goods.shipping.forms import ReceiveForm, SellerDecideForm
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.queries import (
    lines_of,
    list_claims,
    list_shipments,
    packed_of,
    shipment_for,
)
from yunhe.goods.shipping.tables import OwnClaimTable, OwnShipmentTable
from yunhe.goods.shipping.views.console import (
    ClaimDecide,
    DeliveryNote,
    Labels,
    Lines,
    Packages,
    Photos,
    ShipmentDetail,
    ShipmentFacts,
    Signature,
    Tracking,
    print_buttons,
)
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView, TablePanel
from yunhe.platform.ui.views.detail import Panel


def list_crumb() -> Crumb:
    return Crumb(_("Deliveries"), reverse("shipping_portal:list"))


class OwnShipments(ListView):
    permission, face, title = permissions.VIEW_OWN, "portal", _("Deliveries")
    table, filters = OwnShipmentTable, ShipmentFilters
    empty = Empty(
        title=_("Nothing is on its way"),
        text=_("Deliveries appear here when your supplier packs them."),
        icon="truck-delivery",
    )

    def get_rows(self) -> Rows:
        return list_shipments()


class OwnClaims(TablePanel):
    title, icon, table = _("Claims"), "alert-triangle", OwnClaimTable

    def shown(self) -> bool:
        return self.record.status == ShipmentStatus.RECEIVED

    def rows(self) -> Rows:
        return list_claims().filter(shipment=self.record)


class OwnShipment(ShipmentDetail):
    permission, face = permissions.VIEW_OWN, "portal"
    panels: ClassVar[Sequence[type[Panel]]] = (
        ShipmentFacts,
        Lines,
        Packages,
        Photos,
        Signature,
        OwnClaims,
        Tracking,
    )

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_actions(self) -> Sequence[Button]:
        papers = print_buttons(self.record, "shipping_portal")
        if self.record.supplier_id == self.principal.home_id:
            return [*papers, *self._decide_buttons()]
        papers = papers[:1]  # labels are for whoever packs
        if self.record.status != ShipmentStatus.SHIPPED:
            return papers
        return [
            *papers,
            Button(
                label=_("Receive by scan"),
                url=reverse("shipping_portal:receive", args=[self.record.pk]),
                icon="scan",
                style="primary",
                permission=permissions.RECEIVE,
            ),
        ]

    def _decide_buttons(self) -> Sequence[Button]:
        claims = list_claims().filter(shipment=self.record, status=ClaimStatus.OPEN)
        if not self.record.order.between_partners:
            return ()
        return [
            Button(
                label=format_lazy("{}: {}", _("Decide the claim"), claim.get_kind_display()),
                url=reverse("shipping_portal:claim", args=[claim.pk]),
                icon="scale",
                style="primary",
                permission=permissions.SUPPLY,
            )
            for claim in claims
        ]


class OwnLabels(Labels):
    permission, face = permissions.SUPPLY, "portal"


class OwnNote(DeliveryNote):
    permission, face = permissions.VIEW_OWN, "portal"


class SellerDecide(ClaimDecide):
    """A dealer answers what its buyer claims."""

    permission, face, form_class = permissions.SUPPLY, "portal", SellerDecideForm

    @cached_property
    def claim(self) -> Claim:
        mine = list_claims().filter(
            supplier_id=self.principal.home_id or 0, shipment__order__between_partners=True
        )
        found = mine.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.claim.shipment.number, self.get_success_url(None)))

    def get_success_url(self, result: Any) -> str:
        return reverse("shipping_portal:detail", args=[self.claim.shipment_id])


class Receive(FormView):
    """Scan, say what is damaged, sign."""

    permission, face, title = permissions.RECEIVE, "portal", _("Receive by scan")
    form_class, template_name = ReceiveForm, "shipping/receive.html"
    submit_label = _("Confirm receipt")
    intro = _("Scan every package that arrived. What is missing or damaged is claimed for you.")

    @cached_property
    def shipment(self) -> Shipment:
        return shipment_for(self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"lines": lines_of(self.shipment)}

    def context(self, **extra: Any) -> dict[str, Any]:
        ticked = self.request.POST.getlist("package")
        return super().context(packages=packed_of(self.shipment), ticked=ticked, **extra)

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("shipping_portal:detail", args=[self.shipment.pk])
        return (list_crumb(), Crumb(self.shipment.number, url))

    def perform(self, form: ReceiveForm) -> Shipment:
        return services.receive_shipment(
            self.shipment, form.receipt(), actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Shipment) -> str:
        return reverse("shipping_portal:detail", args=[result.pk])
