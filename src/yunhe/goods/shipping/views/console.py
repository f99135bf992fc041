"""Shipping at headquarters: pick, pack, print, hand over, decide claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping import permissions, services
from yunhe.goods.shipping.carriers import carrier_label
from yunhe.goods.shipping.choices import STATUS_TONES, ClaimStatus, ShipmentStatus
from yunhe.goods.shipping.filters import ClaimFilters, ShipmentFilters
from yunhe.goods.shipping.forms import DecideForm, NewShipmentForm, PackForm, ShipForm
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.queries import (
    claimed_of,
    lines_of,
    list_claims,
    list_shipments,
    packed_by,
    packed_of,
    photos_of,
    shipment_for,
)
from yunhe.goods.shipping.tables import ClaimTable, LineTable, PackageTable, ShipmentTable
from yunhe.goods.shipping.transitions import MOVES
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import MomentColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event, Fact, Facts
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Page,
    TablePanel,
    TemplatePanel,
    TimelinePanel,
)
from yunhe.platform.ui.views.detail import Panel
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.views.addressing import ShipTo as OrderShipTo


def list_crumb() -> Crumb:
    return Crumb(_("Shipments"), reverse("shipping:list"))


class ShipmentList(ListView):
    permission, title = permissions.VIEW, _("Shipments")
    table, filters = ShipmentTable, ShipmentFilters
    create_url_name, create_permission = "shipping:create", permissions.SHIP
    create_label = _("New shipment")
    empty = Empty(
        title=_("Nothing is shipped"),
        text=_("Confirmed orders are picked, packed and handed over here."),
        icon="truck-delivery",
    )

    def get_rows(self) -> Rows:
        return list_shipments()


class ShipmentCreate(FormView):
    permission, title, form_class = permissions.SHIP, _("New shipment"), NewShipmentForm
    intro = _("Everything still open on the order is picked; lots that expire first come first.")
    submit_label = _("Pick")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_initial(self) -> dict[str, Any]:
        return {"order": self.request.GET.get("order", "")}

    def perform(self, form: NewShipmentForm) -> Shipment:
        order = form.cleaned_data["order"]
        return services.create_shipment(order, actor=self.principal, now=self.now)


class ShipmentFacts(FactsPanel):
    title, icon = _("Shipment"), "file-text"
    fields = (
        TextColumn(_("Partner"), source="partner_label"),
        TextColumn(_("Supplier"), source="supplier.label"),
        TextColumn(_("Order"), source="order.number"),
        TextColumn(_("Carrier"), source=lambda shipment: carrier_label(shipment.carrier)),
        TextColumn(_("Tracking number"), source="tracking"),
        MomentColumn(_("Shipped"), source="shipped_at"),
        MomentColumn(_("Received"), source="received_at"),
        TextColumn(_("Received by"), source="receiver"),
        TextColumn(_("Remark"), source="note"),
    )


class ShipTo(OrderShipTo):
    """Where the goods go, as the order says."""

    @property
    def order(self) -> Order:
        return self.record.order

    def actions(self) -> Sequence[Button]:
        return ()


class Lines(TablePanel):
    title, icon, table, limit = _("Pick list"), "list", LineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record)


class Packages(TablePanel):
    title, icon, table, limit = _("Packages"), "package", PackageTable, 999
    empty = Empty(title=_("Not packed yet"), icon="package")

    def rows(self) -> Rows:
        return packed_of(self.record)


class Photos(TemplatePanel):
    title, icon, template_name = _("Photos of the receipt"), "photo", "shipping/photos.html"

    def shown(self) -> bool:
        return self.record.proof_id is not None

    def context(self) -> dict[str, Any]:
        return {"photos": photos_of(self.record)}


class Signature(TemplatePanel):
    """What was drawn by whoever took the goods."""

    title, icon, template_name = _("Signature"), "signature", "shipping/signature.html"

    def shown(self) -> bool:
        return self.record.signature_id is not None


class Claims(TablePanel):
    title, icon, table = _("Claims"), "alert-triangle", ClaimTable

    def shown(self) -> bool:
        return self.record.status == ShipmentStatus.RECEIVED

    def rows(self) -> Rows:
        return list_claims().filter(shipment=self.record)


class Tracking(TimelinePanel):
    title = _("On its way")

    def events(self) -> Iterable[Event]:
        return [
            Event(at=told.at, title=told.text, text=told.place, icon="truck")
            for told in self.record.events.all()
        ]


class ShipmentDetail(DetailView):
    permission, model = permissions.VIEW, Shipment
    panels: ClassVar[Sequence[type[Panel]]] = (
        ShipmentFacts,
        Lines,
        Packages,
        Photos,
        Signature,
        ShipTo,
        Claims,
        Tracking,
    )

    def get_queryset(self) -> Any:
        return list_shipments()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[ShipmentStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        pk = self.record.pk
        buttons = [
            Button(
                label=move.label,
                url=reverse(f"shipping:{move.action}", args=[pk]),
                icon=move.icon,
                permission=move.permission,
                method="post" if move.action == "cancel" else "get",
                confirm=_("Take the shipment back?") if move.action == "cancel" else "",
            )
            for move in MOVES.offered(self.record.status)
            if move.action != "receive"
        ]
        return [*buttons, *print_buttons(self.record, "shipping")]


def print_buttons(shipment: Shipment, face: str) -> list[Button]:
    """The delivery note, and the labels of what is packed."""
    papers = [("note", _("Delivery note"), "file-text")]
    if shipment.package_count:  # type: ignore[attr-defined]
        papers.append(("labels", _("Print labels"), "printer"))
    return [
        Button(
            label=label,
            url=reverse(f"{face}:{name}", args=[shipment.pk]),
            icon=icon,
            download=True,
        )
        for name, label, icon in papers
    ]


class Labels(Page):
    """The labels as PDF."""

    permission, title = permissions.VIEW, _("Labels")

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        from yunhe.goods.shipping.printing import labels_of

        return labels_of(packed_by(self.kwargs["pk"], self.principal))


class DeliveryNote(Page):
    """The delivery note as PDF."""

    permission, title = permissions.VIEW, _("Delivery note")

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        from yunhe.goods.shipping.printing import delivery_note_of

        return delivery_note_of(shipment_for(self.kwargs["pk"]))


class ShipmentForm(FormView):
    """Base of the forms of one shipment."""

    permission = permissions.SHIP

    @cached_property
    def shipment(self) -> Shipment:
        return shipment_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(self.shipment.number, self.shipment.get_absolute_url()))


class Pack(ShipmentForm):
    permission, title, form_class = permissions.SHIP, _("Pack"), PackForm
    intro = _("Every package gets its own SSCC; print the labels next.")

    def perform(self, form: PackForm) -> Shipment:
        count = form.cleaned_data["packages"]
        return services.pack_shipment(
            self.shipment, packages=count, actor=self.principal, now=self.now
        )


class Ship(ShipmentForm):
    permission, title, form_class = permissions.SHIP, _("Hand over to the carrier"), ShipForm
    intro = _("Goods leave the stock and this part of the order is invoiced.")

    def perform(self, form: ShipForm) -> Shipment:
        carrier = form.cleaned_data["carrier"]
        return services.ship_shipment(
            self.shipment, carrier=carrier, actor=self.principal, now=self.now
        )


class Cancel(ActionView):
    permission, model = permissions.SHIP, Shipment

    def perform(self) -> Any:
        return services.cancel_shipment(self.record, actor=self.principal, now=self.now)


class ClaimList(ListView):
    permission, title, table, filters = permissions.VIEW, _("Claims"), ClaimTable, ClaimFilters
    empty = Empty(
        title=_("No claims"),
        text=_("Short and damaged goods are claimed when a delivery is received."),
        icon="check",
    )

    def get_rows(self) -> Rows:
        return list_claims()


class ClaimDecide(FormView):
    permission, title, form_class = permissions.DECIDE, _("Decide the claim"), DecideForm
    template_name = "shipping/claim.html"

    @cached_property
    def claim(self) -> Claim:
        found = list_claims().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_crumbs(self) -> Sequence[Crumb]:
        shipment = self.claim.shipment
        claims = Crumb(_("Claims"), reverse("shipping:claims"))
        return (claims, Crumb(shipment.number, shipment.get_absolute_url()))

    def perform(self, form: DecideForm) -> Claim:
        told = form.cleaned_data
        return services.decide_claim(
            self.claim,
            accept=told["accept"] == "yes",
            answer=told["answer"],
            actor=self.principal,
            now=self.now,
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        claim = self.claim
        facts = [
            Fact(_("Partner"), claim.partner_label),  # type: ignore[attr-defined]  # list_claims
            Fact(_("Kind"), claim.get_kind_display()),
            Fact(_("Goods"), claimed_of(claim)),
            Fact(_("Amount"), formatting.money(claim.amount, claim.currency)),
            Fact(_("Remark"), claim.note),
        ]
        if claim.status != ClaimStatus.OPEN:
            facts.append(Fact(_("Status"), claim.get_status_display()))
        photos = photos_of(claim.shipment)
        return super().context(facts=Facts(facts=facts, columns=2), photos=photos, **extra)

    def get_success_url(self, result: Any) -> str:
        return reverse("shipping:claims")
