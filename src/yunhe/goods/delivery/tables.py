"""Columns of delivery's lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.choices import (
    PLAN_TONES,
    STOP_TONES,
    TOUR_TONES,
    PlanStatus,
    StopStatus,
    TourStatus,
)
from yunhe.goods.delivery.wording import load_text, minutes
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import (
    BooleanColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table


def clock(moment: Any) -> str:
    """`08:05` in the house's time zone."""
    return formatting.moment(moment).rpartition(" ")[2] if moment else formatting.NOTHING


def address_of(site: Any) -> str:
    """The driver's address: the site's own, else that of the partner's file."""
    partner = getattr(site.node, "partner", None)
    return site.address or (partner.address if partner else "")


def delay_text(stop: Any) -> str:
    """How much later than planned it arrived; nothing within a minute."""
    if not stop.arrived_at or not stop.arrives_at:
        return ""
    late = int((stop.arrived_at - stop.arrives_at).total_seconds())
    if abs(late) < 60:
        return ""
    return f"{'+' if late > 0 else '−'}{minutes(abs(late))}"


def change_text(change: Any) -> str:
    """The change in words."""
    if change.what == "solve":
        return str(_("Routes planned anew"))
    where = change.vehicle.plate if change.vehicle else _("on no vehicle")
    return f"{change.partner_label} → {where}" if change.stop else str(where)


class PlanTable(Table):
    """Delivery plans."""

    number = LinkColumn(_("Plan"), url="delivery:detail", secondary="note")
    day = DateColumn(_("Delivery day"), card="text")
    depot = TextColumn(_("Depot"), source="depot.name", card="text")
    stops = NumberColumn(_("Stops"), source="stop_count", sort="stop_count", card="value")
    done = NumberColumn(_("Done"), source="done_count", sort="done_count", card="")
    status = StatusColumn(
        _("Status"), tones=PLAN_TONES, labels=dict(PlanStatus.choices), card="badge"
    )


class DepotTable(Table):
    """Depots."""

    name = LinkColumn(_("Depot"), url="delivery:depot")
    node = TextColumn(_("Supply place"), source="node.label", sort="node__name", card="text")
    address = TextColumn(_("Address"), card="text")
    speed = NumberColumn(_("Average speed, km/h"), source="speed_kmh", card="")
    detour = NumberColumn(_("Detour factor"), places=2, card="")


def hours(row: Any) -> str:
    return f"{row.works_from:%H:%M}–{row.works_until:%H:%M}"


class VehicleTable(Table):
    """Vehicles."""

    plate = LinkColumn(_("Plate"), url="delivery:vehicle")
    depot = TextColumn(_("Depot"), source="depot.name", card="text")
    ownership = TextColumn(_("Ownership"), source="get_ownership_display", sort="ownership")
    cases = NumberColumn(_("Cases"), source="capacity_cases", card="value")
    payload = NumberColumn(_("Payload in kg"), source="capacity_kg", card="")
    volume = NumberColumn(_("Volume in litres"), source="capacity_litres", card="")
    hours = TextColumn(_("Working hours"), source=hours, sort="works_from", card="text")
    fixed = MoneyColumn(_("Per tour"), source="fixed_cost", card="")
    km = MoneyColumn(_("Per km"), source="km_cost", card="")
    hour = MoneyColumn(_("Per hour"), source="hour_cost", card="")
    driver = TextColumn(_("Usual driver"), source="driver.name", card="text")
    active = BooleanColumn(_("In service"))


class DriverTable(Table):
    """Drivers."""

    name = LinkColumn(_("Driver"), url="delivery:driver")
    node = TextColumn(_("Works for"), source="node.label", sort="node__name", card="text")
    phone = TextColumn(_("Phone"), card="value")
    account = TextColumn(_("Account"), source="user.username", card="text")
    active = BooleanColumn(_("In service"))


def receiving(row: Any) -> str:
    return f"{row.receives_from:%H:%M}–{row.receives_until:%H:%M}"


class SiteTable(Table):
    """Receiving places."""

    partner = LinkColumn(
        _("Partner"),
        url="delivery:site",
        source="node.label",
        secondary="node.code",
        sort="node__name",
    )
    address = TextColumn(_("Address"), source=address_of, card="text")
    hours = TextColumn(_("Receives"), source=receiving, sort="receives_from", card="value")
    unload = NumberColumn(_("Minutes to unload"), source="unload_minutes", card="")
    latitude = NumberColumn(_("Latitude"), card="")
    longitude = NumberColumn(_("Longitude"), card="")


def _span(tour: Any) -> str:
    return f"{clock(tour.starts_at)}–{clock(tour.ends_at)}"


def _kilometres(tour: Any) -> float:
    return round(tour.distance_m / 1000, 1)


class TourTable(Table):
    """Tours that drivers may open."""

    vehicle = LinkColumn(
        _("Vehicle"), url="delivery_portal:tour", source="vehicle.plate", secondary="plan.number"
    )
    day = DateColumn(_("Delivery day"), card="text")
    span = TextColumn(_("Time"), source=_span, sort="starts_at", card="value")
    driver = TextColumn(_("Driver"), source="driver.name", card="text")
    km = NumberColumn(_("Kilometres"), source=_kilometres, sort="distance_m", card="")
    status = StatusColumn(
        _("Status"), tones=TOUR_TONES, labels=dict(TourStatus.choices), card="badge"
    )


class LoadingTable(Table):
    """What is loaded in which order: the last stop first."""

    turn = NumberColumn(_("Load as no."), sort=False, card="badge")
    partner = TextColumn(_("Partner"), source="stop.partner_label", sort=False, card="title")
    stop = NumberColumn(_("Stop no."), source="stop.position", sort=False, card="")
    shipments = TextColumn(_("Shipments"), sort=False, card="text")
    packages = NumberColumn(_("Packages"), sort=False, card="text")
    load = TextColumn(
        _("Load"), source=lambda row: load_text(row["load"]), sort=False, card="value"
    )


class StopTable(Table):
    """Stops of a tour, planned beside actual."""

    position = NumberColumn(_("Stop no."), sort=False, card="")
    partner = TextColumn(_("Partner"), source="partner_label", sort=False, card="title")
    planned = TextColumn(_("Planned"), source=lambda s: clock(s.arrives_at), sort=False)
    actual = TextColumn(_("Arrived"), source=lambda s: clock(s.arrived_at), sort=False)
    delay = TextColumn(_("Delay"), source=delay_text, sort=False, card="value")
    remark = TextColumn(_("Remark"), sort=False, card="text")
    status = StatusColumn(
        _("Status"), tones=STOP_TONES, labels=dict(StopStatus.choices), sort=False, card="badge"
    )


class ChangeTable(Table):
    """What was changed by hand or by the search."""

    at = TextColumn(_("Time"), source=lambda change: clock(change.at), sort=False, card="text")
    what = TextColumn(_("Change"), source=change_text, sort=False,
                      card="title")  # fmt: skip
    cost = MoneyColumn(
        _("Cost"), source=lambda change: change.cost_after - change.cost_before, sort=False
    )
    user = TextColumn(_("By"), source="user.name", sort=False, card="text")
    undone = BooleanColumn(_("Taken back"), sort=False, tone="grey")
