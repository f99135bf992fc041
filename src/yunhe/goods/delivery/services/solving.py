"""Find the cheapest routes of a plan: read it, search outside any transaction, write the routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.goods.delivery.choices import PlanStatus
from yunhe.goods.delivery.compute.assignment import Assignment
from yunhe.goods.delivery.compute.day import Day
from yunhe.goods.delivery.errors import IllegalMove, NotReady
from yunhe.goods.delivery.locks import lock_plan
from yunhe.goods.delivery.models import DeliveryPlan
from yunhe.goods.delivery.queries import PlanState, state_of
from yunhe.goods.delivery.services.planning import refresh_stops
from yunhe.goods.delivery.services.writing import record_change, remember, write_routes
from yunhe.goods.delivery.transitions import MOVES
from yunhe.platform.access.principal import Principal


@dataclass(frozen=True)
class Question:
    """A plan's day as it was asked about."""

    plan_id: int
    revision: int
    day: Day


def check_solvable(plan: DeliveryPlan, *, actor: Principal) -> None:
    """Before the search is queued. Raises NotAllowed, IllegalMove, NotReady for a plan without stops
    or vehicles."""
    move = MOVES.check(plan.status, "solve", number=plan.number)
    actor.check(move.permission, path=plan.node.path)
    if not plan.stops.exists():
        raise NotReady(_("There is nothing to deliver: add shipments first."))
    if not plan.tours.exists():
        raise NotReady(_("There is no vehicle: add one first."))


def ask_solution(plan_id: int, *, actor: Principal) -> Question:
    """Take master data and loads anew and read the plan. Raises as `check_solvable`."""
    plan = lock_plan(plan_id)
    check_solvable(plan, actor=actor)
    refresh_stops(plan)
    return Question(plan.pk, plan.revision, state_of(plan).day)


def accept_solution(
    question: Question, found: Assignment, *, actor: Principal, now: datetime
) -> PlanState:
    """Write the routes, unless somebody changed the plan during the search.

    Raises NotAllowed, IllegalMove.
    """
    plan = lock_plan(question.plan_id)
    move = MOVES.check(plan.status, "solve", number=plan.number)
    actor.check(move.permission, path=plan.node.path)
    if plan.revision != question.revision:
        raise IllegalMove(_("The plan was changed meanwhile; plan the routes again."))
    state = state_of(plan)
    first, before = plan.status == PlanStatus.DRAFT, remember(state)
    plan.status, plan.solved_at = move.target, now
    after = write_routes(state, found.routes, found.unserved)
    if not first:
        record_change(before, after, what="solve", actor=actor, now=now)
    return after
