"""Tours as they stand now: loading rows, delays, expected arrivals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from yunhe.goods.delivery.choices import VISITED, StopStatus, TourStatus
from yunhe.goods.delivery.compute.day import (
    Place,
    compute_expected,
    compute_loading,
    compute_ways,
)
from yunhe.goods.delivery.models import Stop, Tour
from yunhe.goods.delivery.queries import (
    carried_by,
    drop_of,
    list_stops,
    midnight,
    moment_of,
    next_stop,
)
from yunhe.goods.delivery.tables import clock, delay_text
from yunhe.goods.delivery.wording import minutes
from yunhe.goods.shipping.models import Package
from yunhe.platform.ui.components.figures import Progress


def loading_rows(tour: Tour) -> list[dict[str, Any]]:
    """Stops in loading order with their shipments and packages. Three statements."""
    stops = {stop.pk: stop for stop in list_stops().filter(tour=tour)}
    parcels = carried_by(stops)
    ids = [shipment.pk for found in parcels.values() for shipment in found]
    counts = dict(
        Package.objects.filter(shipment_id__in=ids).values_list("shipment_id").annotate(Count("pk"))
    )
    rows = []
    for turn, pk in enumerate(compute_loading(list(stops)), start=1):
        stop, shipments = stops[pk], parcels.get(pk, [])
        rows.append(
            {
                "turn": turn,
                "stop": stop,
                "shipments": ", ".join(shipment.number for shipment in shipments),
                "packages": sum(counts.get(shipment.pk, 0) for shipment in shipments),
                "load": (stop.load_cases, stop.load_grams, stop.load_millilitres),
            }
        )
    return rows


@dataclass(frozen=True)
class StopNow:
    """A stop with what is expected or happened."""

    stop: Stop
    planned: str
    actual: str
    delay: str
    late: bool
    state: str


@dataclass(frozen=True)
class TourNow:
    """A tour of the board."""

    tour: Tour
    stops: list[StopNow]
    bar: Progress
    next: Stop | None
    delay: str
    late: bool


def tours_now(tours: Iterable[Tour], *, now: datetime) -> list[TourNow]:
    """Each tour of `list_tours` with planned and actual or expected times. No statement."""
    return [tour_now(tour, now=now) for tour in tours]


def tour_now(tour: Tour, *, now: datetime) -> TourNow:
    """One tour as it stands."""
    stops = list(tour.stops.all())
    expected = expected_arrivals(tour, stops, now=now)
    shown = [_stop_now(stop, expected.get(stop.pk), now) for stop in stops]
    done = sum(stop.status in VISITED for stop in stops)
    ahead = next_stop(tour)
    late_s = 0
    if ahead is not None and ahead.pk in expected and ahead.arrives_at:
        late_s = int((expected[ahead.pk] - ahead.arrives_at).total_seconds())
    bar = Progress(
        value=done,
        total=max(1, len(stops)),
        label=f"{done} / {len(stops)}",
        failed=sum(stop.status == StopStatus.FAILED for stop in stops),
        tone="green" if tour.status == TourStatus.DONE else "teal",
    )
    delay = f"+{minutes(late_s)}" if late_s >= 60 else ""
    return TourNow(tour, shown, bar, ahead, delay, late_s >= 15 * 60)


def expected_arrivals(tour: Tour, stops: list[Stop], *, now: datetime) -> dict[int, datetime]:
    """Stop id → when it is expected now; of a tour that is not under way the plan holds."""
    ahead = [stop for stop in stops if stop.status == StopStatus.PLANNED]
    if tour.status != TourStatus.UNDER_WAY or tour.departed_at is None:
        return {stop.pk: stop.arrives_at for stop in ahead if stop.arrives_at}
    depot = tour.plan.depot
    drops = {stop.pk: drop_of(stop) for stop in stops}
    place = Place(float(depot.latitude), float(depot.longitude))
    ways = compute_ways(place, list(drops.values()), detour=depot.detour, speed_kmh=depot.speed_kmh)
    start = midnight(tour.day)
    clock_s = int((now - start).total_seconds())
    left, at = int((tour.departed_at - start).total_seconds()), None
    for stop in stops:
        if stop.status == StopStatus.ARRIVED and stop.arrived_at:
            arrived = int((stop.arrived_at - start).total_seconds())
            left, at = max(clock_s, arrived + stop.service_s), stop.pk
        elif stop.done_at:
            left, at = max(left, int((stop.done_at - start).total_seconds())), stop.pk
    found = compute_expected(
        [drops[stop.pk] for stop in ahead if stop.pk in ways.index],
        ways,
        left=left,
        at=at if at in ways.index else None,
        now=clock_s,
    )
    return {pk: moment_of(tour.day, seconds) for pk, seconds in found.items()}


def _stop_now(stop: Stop, expected: datetime | None, now: datetime) -> StopNow:
    if stop.arrived_at:
        late = stop.arrives_at is not None and stop.arrived_at > stop.arrives_at
        state = "failed" if stop.status == StopStatus.FAILED else "done"
        if stop.status == StopStatus.ARRIVED:
            state = "current"
        return StopNow(
            stop, clock(stop.arrives_at), clock(stop.arrived_at), delay_text(stop), late, state
        )
    late_s = 0
    if expected and stop.arrives_at:
        late_s = int((expected - stop.arrives_at).total_seconds())
    delay = f"+{minutes(late_s)}" if late_s >= 60 else ""
    return StopNow(stop, clock(stop.arrives_at), clock(expected), delay, late_s >= 60, "waiting")
