"""What the API of delivery takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from ninja import Field, Schema

from yunhe.goods.delivery.models import Tour
from yunhe.goods.delivery.progress import expected_arrivals
from yunhe.goods.delivery.queries import PlanState, plan_for, state_of
from yunhe.goods.delivery.wording import violation_text


class PlanIn(Schema):
    """Null shipments or vehicles take everything: ready and due, in service."""

    depot_id: int
    day: date
    shipments: list[int] | None = Field(None, max_length=2000)
    vehicles: list[int] | None = Field(None, max_length=200)
    note: str = Field("", max_length=200)


class ContentsIn(Schema):
    shipments: list[int] = Field(max_length=2000)
    vehicles: list[int] = Field(max_length=200)


class SolveIn(Schema):
    seconds: int = Field(10, ge=1, le=120)


class MoveIn(Schema):
    """A tour and a position (1 is first, beyond the end last), or null: on no vehicle."""

    stop_id: int
    tour_id: int | None = None
    position: int = Field(999, ge=1, le=999)


class DriverIn(Schema):
    driver_id: int | None


class FailIn(Schema):
    remark: str = Field(min_length=1, max_length=200)


class RunOut(Schema):
    run_id: str


class PlanOut(Schema):
    id: int
    number: str
    depot_id: int
    node_id: int
    day: date
    status: str
    note: str
    stop_count: int = 0
    done_count: int = 0
    solved_at: datetime | None
    released_at: datetime | None
    finished_at: datetime | None


class StopOut(Schema):
    """`reason` says why it is on no vehicle; times are null then."""

    id: int
    node_id: int
    position: int
    status: str
    reason: str
    cases: int
    grams: int
    millilitres: int
    latitude: Decimal | None
    longitude: Decimal | None
    arrives_at: datetime | None
    leaves_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    remark: str


class TourOut(Schema):
    id: int
    vehicle_id: int
    plate: str
    driver_id: int | None
    status: str
    starts_at: datetime | None
    ends_at: datetime | None
    departed_at: datetime | None
    returned_at: datetime | None
    distance_m: int
    cost: Decimal
    stops: list[StopOut]


class ViolationOut(Schema):
    tour_id: int
    stop_id: int | None
    kind: str
    amount: int
    dimension: str
    message: str


class PlanDetailOut(PlanOut):
    cost: Decimal
    distance_m: int
    tours: list[TourOut]
    unserved: list[StopOut]
    violations: list[ViolationOut]


class MovedOut(PlanDetailOut):
    cost_difference: Decimal


class ExpectedOut(Schema):
    stop_id: int
    expected_at: datetime


class DriveTourOut(TourOut):
    """With the arrivals expected now."""

    expected: list[ExpectedOut]


class LoadingOut(Schema):
    """`turn` 1 is loaded first: the last stop."""

    turn: int
    stop_id: int
    node_id: int
    shipments: str
    packages: int


def show_plan(plan_id: int) -> dict[str, Any]:
    plan = plan_for(plan_id)
    state = state_of(plan)
    return {name: getattr(plan, name) for name in PlanOut.model_fields} | {
        "cost": state.cost,
        "distance_m": state.distance,
        "tours": [
            _tour(tour, [state.stop_by_id[key] for key in state.routes[tour.pk]])
            for tour in state.tours
        ],
        "unserved": [show_stop(stop) for stop in state.unserved],
        "violations": _violations(state),
    }


def _violations(state: PlanState) -> list[dict[str, Any]]:
    return [
        {
            "tour_id": tour.pk,
            "stop_id": violation.key,
            "kind": violation.kind,
            "amount": violation.amount,
            "dimension": violation.dimension,
            "message": violation_text(violation, tour, state),
        }
        for tour in state.tours
        for violation in state.runs[tour.pk].violations
    ]


def _tour(tour: Tour, stops: Any) -> dict[str, Any]:
    names = set(TourOut.model_fields) - {"plate", "stops"}
    return {name: getattr(tour, name) for name in names} | {
        "plate": tour.vehicle.plate,
        "stops": [show_stop(stop) for stop in stops],
    }


def show_tour(tour: Tour) -> dict[str, Any]:
    return _tour(tour, tour.stops.all())


def show_driven(tour: Tour) -> dict[str, Any]:
    stops = list(tour.stops.all())
    expected = expected_arrivals(tour, stops, now=timezone.now())
    return _tour(tour, stops) | {
        "expected": [{"stop_id": pk, "expected_at": at} for pk, at in expected.items()]
    }


def show_stop(stop: Any) -> dict[str, Any]:
    renamed = {
        "reason": stop.unserved,
        "cases": stop.load_cases,
        "grams": stop.load_grams,
        "millilitres": stop.load_millilitres,
    }
    names = set(StopOut.model_fields) - set(renamed)
    return {name: getattr(stop, name) for name in names} | renamed
