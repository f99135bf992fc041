"""What a plan looks like: figures, map, bars of the day, tours with their stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.goods.delivery.choices import OPEN_STATUSES, Unserved
from yunhe.goods.delivery.compute.assignment import share_of_capacity
from yunhe.goods.delivery.compute.day import Place, Run, compute_offset
from yunhe.goods.delivery.models import Stop, Tour
from yunhe.goods.delivery.permissions import PLAN
from yunhe.goods.delivery.queries import PlanState, seconds_of
from yunhe.goods.delivery.tables import clock
from yunhe.goods.delivery.wording import amount_of, load_text, minutes, violation_text
from yunhe.platform.access.principal import Principal
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Alert
from yunhe.platform.ui.components.figures import Progress, Stat
from yunhe.platform.ui.components.routes import (
    DayBars,
    DayPart,
    DayRow,
    MapRoute,
    MapStop,
    RouteMap,
)


def board_context(state: PlanState, principal: Principal, **extra: Any) -> dict[str, Any]:
    """Everything that `delivery/board.html` shows."""
    plan = state.plan
    editable = plan.status in OPEN_STATUSES and principal.can(PLAN, path=plan.node.path)
    colours = {tour.pk: at for at, tour in enumerate(state.used)}
    return {
        "plan": plan,
        "editable": editable,
        "stats": plan_stats(state),
        "alert": violations_alert(state),
        "map": plan_map(state, colours),
        "bars": plan_bars(state, colours),
        "tours": [_tour(state, tour, colours.get(tour.pk)) for tour in state.tours],
        "unserved": [_loose(stop) for stop in state.unserved],
        "choices": [(tour.pk, tour.vehicle.plate) for tour in state.tours],
        **extra,
    }


def plan_stats(state: PlanState) -> Sequence[Stat]:
    """Cost, way, vehicles, stops, utilisation."""
    used = state.used
    shares = [share_of_capacity(state.runs[t.pk], truck) for t, truck in _trucks(state, used)]
    full = sum(shares) / len(shares) if shares else 0
    served = len(state.stops) - len(state.unserved)
    per_stop = state.cost / served if served else None
    return (
        Stat(
            label=_("Cost"),
            value=formatting.money(state.cost),
            note=_("%(cost)s a stop") % {"cost": formatting.money(per_stop)} if served else "",
        ),
        Stat(
            label=_("Way"), value=formatting.number(round(state.distance / 1000, 1)), unit=_("km")
        ),
        Stat(
            label=_("Vehicles used"),
            value=str(len(used)),
            note=_("of %(n)s") % {"n": len(state.tours)},
        ),
        Stat(
            label=_("Stops"),
            value=str(served),
            note=_("%(n)s on no vehicle") % {"n": len(state.unserved)} if state.unserved else "",
        ),
        Stat(label=_("Utilisation"), value=formatting.percent(round(full, 4), 0)),
    )


def _trucks(state: PlanState, tours: Iterable[Tour]) -> list[tuple[Tour, Any]]:
    trucks = {truck.key: truck for truck in state.day.trucks}
    return [(tour, trucks[tour.pk]) for tour in tours]


def violations_alert(state: PlanState) -> Alert | None:
    """What is broken; None for a sound plan."""
    items = [
        violation_text(violation, tour, state)
        for tour in state.tours
        for violation in state.runs[tour.pk].violations
    ]
    if not items:
        return None
    return Alert(title=_("The plan breaks limits and cannot be released"), tone="red", items=items)


def plan_map(state: PlanState, colours: dict[int, int]) -> RouteMap:
    """Stops and routes around the depot."""
    origin = state.day.depot
    routes = [
        MapRoute(
            tour.vehicle.plate,
            [_map_stop(origin, state.stop_by_id[key], at) for at, key in _numbered(state, tour)],
            colours[tour.pk],
        )
        for tour in state.used
    ]
    loose = [
        _map_stop(origin, stop, 0, note=stop.get_unserved_display())
        for stop in state.unserved
        if stop.latitude is not None
    ]
    return RouteMap(
        title=_("Routes around %(depot)s") % {"depot": state.plan.depot.name},
        unit_label=_("km east and north, estimated roads"),
        origin=state.plan.depot.name,
        routes=routes,
        loose=loose,
        loose_label=_("on no vehicle"),
    )


def _numbered(state: PlanState, tour: Tour) -> list[tuple[int, int]]:
    return list(enumerate(state.routes[tour.pk], start=1))


def _map_stop(origin: Place, stop: Stop, number: int, *, note: Any = "") -> MapStop:
    place = Place(float(stop.latitude or 0), float(stop.longitude or 0))
    east, north = compute_offset(origin, place)
    shown = note or f"{clock(stop.arrives_at)} · {amount_of('cases', stop.load_cases)}"
    return MapStop(stop.partner_label, east, north, number, shown, stop.done_at is not None)


def plan_bars(state: PlanState, colours: dict[int, int]) -> DayBars:
    """Driving, waiting and unloading of every used vehicle."""
    return DayBars(
        label=_("The day by vehicle"),
        rows=[
            DayRow(
                label=tour.vehicle.plate,
                note=tour.driver.name if tour.driver else _("no driver"),
                parts=_parts(state, state.runs[tour.pk]),
                opens=seconds_of(tour.vehicle.works_from),
                closes=seconds_of(tour.vehicle.works_until),
                url=reverse("delivery:tour", args=[tour.pk]),
                colour=colours[tour.pk],
            )
            for tour in state.used
        ],
    )


def _parts(state: PlanState, run: Run) -> list[DayPart]:
    late = {v.key for v in run.violations if v.kind == "late"}
    parts, clock_s = [], run.start
    for call in run.calls:
        stop = state.stop_by_id[call.key]
        name = f"{stop.partner_label} {clock(stop.arrives_at)}–{clock(stop.leaves_at)}"
        parts.append(DayPart(clock_s, call.arrive, "way"))
        if call.wait:
            parts.append(DayPart(call.arrive, call.begin, "wait", minutes(call.wait)))
        kind = "late" if call.key in late else "work"
        parts.append(DayPart(call.begin, call.leave, kind, name))  # type: ignore[arg-type]
        clock_s = call.leave
    if run.calls:
        parts.append(DayPart(clock_s, run.end, "way"))
    return parts


def _tour(state: PlanState, tour: Tour, colour: int | None) -> dict[str, Any]:
    run, truck = state.runs[tour.pk], next(t for t in state.day.trucks if t.key == tour.pk)
    share = share_of_capacity(run, truck)
    late = {v.key for v in run.violations if v.kind == "late"}
    last = len(run.calls)
    return {
        "tour": tour,
        "shade": (colour % 6) + 1 if colour is not None else 0,
        "run": run,
        "span": f"{clock(tour.starts_at)}–{clock(tour.ends_at)}" if run.calls else "",
        "kilometres": formatting.number(round(run.distance / 1000, 1)),
        "time": minutes(run.duration),
        "cost": run.cost,
        "load": load_text(run.load),
        "bad": bool(run.violations),
        "share": Progress(
            value=round(share * 100, 1),
            label=_("Utilisation"),
            tone="red" if share > 1 else "teal",
        ),
        "stops": [
            {
                "stop": state.stop_by_id[call.key],
                "number": at,
                "time": clock(state.stop_by_id[call.key].arrives_at),
                "wait": minutes(call.wait) if call.wait >= 60 else "",
                "late": call.key in late,
                "load": load_text(state.day.drop(call.key).load),
                "window": _window(state.stop_by_id[call.key]),
                "up": at - 1 if at > 1 else 0,
                "down": at + 1 if at < last else 0,
            }
            for at, call in enumerate(run.calls, start=1)
        ],
    }


def _window(stop: Stop) -> str:
    return f"{stop.receives_from:%H:%M}–{stop.receives_until:%H:%M}"


def _loose(stop: Stop) -> dict[str, Any]:
    load = (stop.load_cases, stop.load_grams, stop.load_millilitres)
    return {
        "stop": stop,
        "load": load_text(load),
        "window": _window(stop) if stop.latitude is not None else "",
        "reason": stop.get_unserved_display(),
        "urgent": stop.unserved not in (Unserved.WAITING, Unserved.BY_HAND),
        "placeless": stop.latitude is None,
    }


BOARD = "delivery/board.html"
TAKEN_BACK = gettext_lazy("Taken back: cost %(difference)s.")
MOVED = gettext_lazy("%(partner)s moved: cost %(difference)s.")
