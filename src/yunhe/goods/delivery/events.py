"""What happens to delivery plans, and what delivery hears of shipments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class PlanFact:
    """What every event of a plan tells."""

    plan_id: int
    number: str
    day: date


@dataclass(frozen=True, kw_only=True)
class PlanReleased(PlanFact, Event):
    """Tours went to the drivers; `cost` is their planned sum."""

    type: ClassVar = "yunhe.delivery.plan.released.v1"

    tours: int
    stops: int
    cost: Decimal


@dataclass(frozen=True, kw_only=True)
class TourDeparted(PlanFact, Event):
    """A vehicle left with its shipments."""

    type: ClassVar = "yunhe.delivery.tour.departed.v1"

    tour_id: int
    plate: str
    shipments: int


@dataclass(frozen=True, kw_only=True)
class StopDone(PlanFact, Event):
    """A stop was delivered or not; told on the receiver's node."""

    type: ClassVar = "yunhe.delivery.stop.done.v1"

    stop_id: int
    node_id: int
    delivered: bool
    planned_at: datetime | None
    done_at: datetime


@dataclass(frozen=True, kw_only=True)
class PlanFinished(PlanFact, Event):
    """Every tour is back."""

    type: ClassVar = "yunhe.delivery.plan.finished.v1"

    delivered: int
    failed: int
