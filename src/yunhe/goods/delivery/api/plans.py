"""Delivery plans over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from yunhe.goods.delivery import services
from yunhe.goods.delivery.api.shapes import (
    ContentsIn,
    MovedOut,
    MoveIn,
    PlanDetailOut,
    PlanIn,
    PlanOut,
    RunOut,
    SolveIn,
    show_plan,
)
from yunhe.goods.delivery.filters import PlanFilters
from yunhe.goods.delivery.jobs import solve
from yunhe.goods.delivery.models import DeliveryPlan, Depot, Stop, Tour
from yunhe.goods.delivery.permissions import PLAN, VIEW
from yunhe.goods.delivery.queries import list_plans, plan_for
from yunhe.goods.delivery.services import PlanDraft
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["delivery"])


@router.get("/", response=Page[PlanOut], auth=require(VIEW), operation_id="list_delivery_plans")
@filtered(PlanFilters)
def get_plans(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Plans in scope, newest day first."""
    return paginate(narrow(list_plans(), request), page, by="-id")


@router.post("/", response={201: PlanDetailOut}, auth=require(PLAN),
             operation_id="create_delivery_plan")  # fmt: skip
def post_plan(request: HttpRequest, body: PlanIn) -> Any:
    """Begin a plan."""
    depot = Depot.objects.select_related("node").filter(pk=body.depot_id).first()
    if depot is None:
        raise NotFound(field="depot_id")
    draft = PlanDraft(
        depot=depot,
        day=body.day,
        shipments=body.shipments,
        vehicles=body.vehicles,
        note=body.note,
    )
    made = services.create_plan(draft, actor=principal_of(request), now=timezone.now())
    return Status(201, show_plan(made.pk))


@router.get("/{plan_id}", response=PlanDetailOut, auth=require(VIEW),
            operation_id="get_delivery_plan")  # fmt: skip
@versioned(DeliveryPlan, Tour.plan, Stop.plan)
def get_plan(request: HttpRequest, plan_id: int) -> Any:
    """One plan with its tours, stops, cost and everything that is wrong with it."""
    return show_plan(plan_id)


@router.put("/{plan_id}/contents", response=PlanDetailOut, auth=require(PLAN),
            operation_id="change_delivery_plan")  # fmt: skip
def put_contents(request: HttpRequest, plan_id: int, body: ContentsIn) -> Any:
    """Which shipments and vehicles are in the plan."""
    services.change_plan(
        plan_for(plan_id),
        shipments=body.shipments,
        vehicles=body.vehicles,
        actor=principal_of(request),
    )
    return show_plan(plan_id)


@router.post("/{plan_id}/solution", response={202: RunOut}, auth=require(PLAN),
             operation_id="solve_delivery_plan")  # fmt: skip
def post_solution(request: HttpRequest, plan_id: int, body: SolveIn) -> Any:
    """Search for the cheapest routes in the background; follow the run by its id."""
    plan = plan_for(plan_id)
    services.check_solvable(plan, actor=principal_of(request))
    run = enqueue(solve, key=str(plan.pk), plan_id=plan.pk, seconds=body.seconds)
    return Status(202, {"run_id": str(run.pk)})


@router.post("/{plan_id}/moves", response=MovedOut, auth=require(PLAN),
             operation_id="move_delivery_stop")  # fmt: skip
def post_move(request: HttpRequest, plan_id: int, body: MoveIn) -> Any:
    """Move a stop by hand; answers the new times, the cost difference and what breaks limits."""
    moved = services.move_stop(
        plan_for(plan_id),
        stop_id=body.stop_id,
        tour_id=body.tour_id,
        position=body.position,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return show_plan(plan_id) | {"cost_difference": moved.cost_difference}


@router.post("/{plan_id}/undo", response=MovedOut, auth=require(PLAN),
             operation_id="undo_delivery_change")  # fmt: skip
def post_undo(request: HttpRequest, plan_id: int) -> Any:
    """Take the last change of the routes back."""
    moved = services.undo_change(plan_for(plan_id), actor=principal_of(request))
    return show_plan(plan_id) | {"cost_difference": moved.cost_difference}


@router.post("/{plan_id}/release", response=PlanDetailOut, auth=require(PLAN),
             operation_id="release_delivery_plan")  # fmt: skip
def post_release(request: HttpRequest, plan_id: int) -> Any:
    """Give the tours to the drivers; a plan that breaks limits is refused with every violation."""
    services.release_plan(plan_for(plan_id), actor=principal_of(request), now=timezone.now())
    return show_plan(plan_id)


@router.post("/{plan_id}/withdrawal", response=PlanDetailOut, auth=require(PLAN),
             operation_id="withdraw_delivery_plan")  # fmt: skip
def post_withdrawal(request: HttpRequest, plan_id: int) -> Any:
    """Take a released plan back before anybody has left."""
    services.withdraw_plan(plan_for(plan_id), actor=principal_of(request), now=timezone.now())
    return show_plan(plan_id)


@router.post("/{plan_id}/cancellation", response=PlanDetailOut, auth=require(PLAN),
             operation_id="cancel_delivery_plan")  # fmt: skip
def post_cancellation(request: HttpRequest, plan_id: int) -> Any:
    """Give the plan up; its shipments can be planned again."""
    services.cancel_plan(plan_for(plan_id), actor=principal_of(request), now=timezone.now())
    return show_plan(plan_id)
