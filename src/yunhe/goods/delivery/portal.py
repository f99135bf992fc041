"""The driver's phone: the tours, the stops in order, navigate, arrive, deliver by scan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.models import Partner
from yunhe.goods.delivery import permissions, services
from yunhe.goods.delivery.choices import STOP_TONES, TOUR_TONES, StopStatus, TourStatus
from yunhe.goods.delivery.filters import TourFilters
from yunhe.goods.delivery.forms import FailForm
from yunhe.goods.delivery.models import Stop, StopSite, Tour
from yunhe.goods.delivery.progress import tour_now
from yunhe.goods.delivery.queries import carried_by, list_sites, stop_for, tour_for, tours_of
from yunhe.goods.delivery.tables import TourTable, address_of, clock
from yunhe.goods.delivery.transitions import STOP_MOVES, TOUR_MOVES, Move
from yunhe.goods.delivery.wording import load_text
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.views.portal import Receive
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, FormView, ListView, Page


def list_crumb() -> Crumb:
    return Crumb(_("Tours to drive"), reverse("delivery_portal:list"))


class MyTours(ListView):
    permission, face, title = permissions.DRIVE, "portal", _("Tours to drive")
    table, filters, export = TourTable, TourFilters, False
    empty = Empty(
        title=_("No tour yet"),
        text=_("Tours appear here when the plan is released to the drivers."),
        icon="truck-delivery",
    )

    def get_rows(self) -> Rows:
        return tours_of(self.principal)


class TourPage(Page):
    """Base of the pages of one tour."""

    permission, face = permissions.DRIVE, "portal"

    @cached_property
    def tour(self) -> Tour:
        return tour_for(self.kwargs["pk"], self.principal)


class DriveTour(TourPage):
    """The tour: what is next, every stop with planned and expected time."""

    permission, template_name = permissions.DRIVE, "delivery/drive.html"

    def get_title(self) -> str:
        return self.tour.vehicle.plate

    def get_subtitle(self) -> str:
        return f"{self.tour.plan.number} · {self.tour.plan.depot.name}"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_actions(self) -> Sequence[Button]:
        buttons = [
            Button(
                label=move.label,
                url=reverse("delivery_portal:act", args=[self.tour.pk, move.action]),
                icon=move.icon,
                method="post",
                confirm=move.confirm,
                style="primary",
                permission=move.permission,
            )
            for move in TOUR_MOVES.values()
            if self.tour.status in move.sources and self._possible(move)
        ]
        url = reverse("delivery:loading_list", args=[self.tour.pk])
        buttons.append(
            Button(
                label=_("Loading list"),
                url=url,
                icon="printer",
                download=True,
                permission=permissions.VIEW,
            )
        )
        return buttons

    def _possible(self, move: Move) -> bool:
        return move.action != "finish" or all(stop.done_at for stop in self.tour.stops.all())

    def context(self, **extra: Any) -> dict[str, Any]:
        tone = TOUR_TONES[TourStatus(self.tour.status)]
        return super().context(
            now_tour=tour_now(self.tour, now=self.now),
            status_mark=Badge(label=self.tour.get_status_display(), tone=tone),
            **extra,
        )


class TourAction(TourPage, ActionView):
    """Leave the depot, come back."""

    permission, model = permissions.DRIVE, Tour
    uses = {"depart": services.depart_tour, "finish": services.finish_tour}

    @cached_property
    def record(self) -> Tour:
        return self.tour

    def perform(self) -> Any:
        action = str(self.kwargs["action"])
        if action not in self.uses:
            raise NotFound()
        return self.uses[action](self.record, actor=self.principal, now=self.now)


class StopPage(Page):
    """Base of the pages of one stop."""

    permission, face = permissions.DRIVE, "portal"

    @cached_property
    def stop(self) -> Stop:
        return stop_for(self.kwargs["pk"], self.principal)

    @property
    def tour_url(self) -> str:
        return reverse("delivery_portal:tour", args=[self.stop.tour_id])

    @property
    def url(self) -> str:
        return reverse("delivery_portal:stop", args=[self.stop.pk])

    def get_crumbs(self) -> Sequence[Crumb]:
        tour = self.stop.tour
        plate = tour.vehicle.plate if tour else ""
        return (list_crumb(), Crumb(plate, self.tour_url))


class DriveStop(StopPage):
    """One receiver: where, when, what; then arrive, receive by scan, or say why not."""

    permission, template_name = permissions.DRIVE, "delivery/drive_stop.html"

    def get_title(self) -> str:
        return self.stop.partner_label

    @cached_property
    def parcels(self) -> list[Shipment]:
        return carried_by([self.stop.pk]).get(self.stop.pk, [])

    def context(self, **extra: Any) -> dict[str, Any]:
        stop = self.stop
        place = list_sites().filter(node_id=stop.node_id).first()
        under_way = stop.tour is not None and stop.tour.status == TourStatus.UNDER_WAY
        return super().context(
            stop=stop,
            status_mark=Badge(
                label=stop.get_status_display(), tone=STOP_TONES[StopStatus(stop.status)]
            ),
            addresses=self._addresses(place),
            note=place.note if place else "",
            phone=self._phone(),
            navigate=self._navigate(place),
            planned=f"{clock(stop.arrives_at)}–{clock(stop.leaves_at)}",
            load=load_text((stop.load_cases, stop.load_grams, stop.load_millilitres)),
            parcels=[self._parcel(each, under_way) for each in self.parcels],
            moves=self._moves() if under_way else (),
            **extra,
        )

    @property
    def ship_to(self) -> list[dict[str, Any]]:
        """The delivery addresses that the orders of this stop keep, each once."""
        kept = [shipment.order.ship_to for shipment in self.parcels if shipment.order.ship_to]
        return [each for at, each in enumerate(kept) if each not in kept[:at]]

    def _addresses(self, place: StopSite | None) -> list[str]:
        """Where the orders go, with the receiver; without one, the partner's own place."""
        asked = [f"{each['region']}{each['street']} · {each['receiver']}" for each in self.ship_to]
        own = address_of(place) if place else ""
        return asked or ([own] if own else [])

    def _phone(self) -> str:
        """Of the orders' receiver, else of the partner's file."""
        phones = [each["phone"] for each in self.ship_to if each["phone"]]
        partner = None if phones else Partner.objects.filter(node_id=self.stop.node_id).first()
        return phones[0] if phones else (partner.phone if partner else "")

    def _navigate(self, place: StopSite | None) -> str:
        """A `geo:` address opens the phone's own map application (RFC 5870)."""
        if place is None:
            return ""
        where = f"{place.latitude},{place.longitude}"
        return f"geo:{where}?q={where}({quote(self.stop.partner_label)})"

    def _parcel(self, shipment: Shipment, under_way: bool) -> dict[str, Any]:
        url = ""
        if under_way and shipment.status == ShipmentStatus.SHIPPED and not self.stop.done_at:
            url = reverse("delivery_portal:receive", args=[self.stop.pk, shipment.pk])
        return {"shipment": shipment, "receive_url": url}

    def _moves(self) -> list[Button]:
        stop = self.stop
        buttons = []
        for action in ("arrive", "fail"):
            move = STOP_MOVES[action]
            if stop.status in move.sources:
                buttons.append(
                    Button(
                        label=move.label,
                        url=reverse(f"delivery_portal:{action}", args=[stop.pk]),
                        icon=move.icon,
                        method="post" if action == "arrive" else "get",
                        style="primary" if action == "arrive" else "secondary",
                    )
                )
        return buttons


class ArriveStop(StopPage, ActionView):
    permission, model = permissions.DRIVE, Stop
    success_message = _("Arrival noted.")

    @cached_property
    def record(self) -> Stop:
        return self.stop

    def perform(self) -> Stop:
        return services.arrive_stop(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return self.url


class FailStop(StopPage, FormView):
    permission, title, form_class = permissions.DRIVE, _("Could not deliver"), FailForm
    intro = _("The goods stay on the vehicle; the planner decides what happens next.")

    def perform(self, form: FailForm) -> Stop:
        remark = form.cleaned_data["remark"]
        return services.fail_stop(self.stop, remark=remark, actor=self.principal, now=self.now)

    def get_success_url(self, result: Stop) -> str:
        return self.tour_url


class ReceiveAtStop(StopPage, Receive):
    """The receipt by scan, at the receiver's door: the stop is delivered with the last shipment."""

    permission, title = permissions.DRIVE, _("Receive by scan")

    @cached_property
    def shipment(self) -> Shipment:
        found = carried_by([self.stop.pk]).get(self.stop.pk, [])
        for shipment in found:
            if shipment.pk == self.kwargs["shipment"]:
                return shipment
        raise NotFound()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (*StopPage.get_crumbs(self), Crumb(self.stop.partner_label, self.url))

    def perform(self, form: Any) -> Shipment:
        services.receive_at_stop(
            self.stop, self.shipment, form.receipt(), actor=self.principal, now=self.now
        )
        return self.shipment

    def get_success_url(self, result: Shipment) -> str:
        self.stop.refresh_from_db()
        return self.tour_url if self.stop.done_at else self.url
