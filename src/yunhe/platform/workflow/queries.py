"""Reads of approvals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yunhe.platform.access.models import NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.accounts.models import User
from yunhe.platform.language import in_language
from yunhe.platform.workflow.choices import ApprovalState
from yunhe.platform.workflow.models import Absence, Approval, Definition, Entry, Seat


@dataclass(frozen=True)
class Approver:
    """A person of a step; `verdict` "" while waiting, `stand_in` who decided in their place."""

    user_id: int
    name: str
    escalated: bool = False
    verdict: str = ""
    stand_in: str = ""


@dataclass(frozen=True)
class StepView:
    """A step of a request as people see it: state is done, current, waiting or failed."""

    key: str
    name: str
    mode: str
    quorum: int
    state: str
    approvers: tuple[Approver, ...] = ()


@dataclass(frozen=True)
class ApprovalView:
    """A request with its steps, its log, and the step that the reader may decide ("" for none)."""

    approval: Approval
    steps: tuple[StepView, ...]
    log: tuple[Entry, ...]
    my_step: str = ""
    stands_for: tuple[str, ...] = ()
    may_withdraw: bool = False
    names: dict[int, str] = field(default_factory=dict)


def inbox_for(principal: Principal, *, now: datetime) -> QuerySet[Approval]:
    """Open requests that the person may decide today, own seats and those stood in for."""
    seats = waiting_seats(principal, now=now).filter(approval=OuterRef("pk"))
    return (
        Approval.objects.filter(Exists(seats), state=ApprovalState.OPEN)
        .exclude(Q(requested_by_id=principal.user_id) | Q(kept_out__contains=[principal.user_id]))
        .select_related("node", "requested_by")
        .order_by("requested_at", "pk")
    )


def waiting_seats(principal: Principal, *, now: datetime) -> QuerySet[Seat]:
    """Unanswered seats of the person and of those for whom the person stands in today."""
    away = Absence.objects.filter(
        user_id=OuterRef("user_id"),
        substitute_id=principal.user_id,
        period__contains=timezone.localdate(now),
    ).filter(Q(kinds=[]) | Q(kinds__contains=[OuterRef("approval__kind")]))
    return Seat.objects.filter(Q(user_id=principal.user_id) | Exists(away), waiting=True)


def inbox_count(principal: Principal, *, now: datetime) -> int:
    """How many requests await the person. One query."""
    return inbox_for(principal, now=now).order_by().count()


def requested_by(principal: Principal) -> QuerySet[Approval]:
    """What the person asked for, the newest first."""
    return list_approvals().filter(requested_by_id=principal.user_id)


def list_approvals() -> QuerySet[Approval]:
    """Every request in sight, the newest first."""
    return Approval.objects.select_related("node", "requested_by").order_by("-pk")


def approval_for(kind: str | Sequence[str], subject_id: int | str) -> Approval | None:
    """The subject's latest request in sight, whatever its state. One query."""
    kinds = [kind] if isinstance(kind, str) else list(kind)
    return (
        Approval.objects.filter(kind__in=kinds, subject_id=str(subject_id))
        .select_related("node", "requested_by")
        .order_by("-pk")
        .first()
    )


def view_approval(approval: Approval, principal: Principal, *, now: datetime) -> ApprovalView:
    """Everything that a page shows of a request. Six statements whatever the chain's length."""
    seats = list(approval.seats.order_by("pk"))
    log = list(approval.entries.select_related("user").order_by("pk"))
    names = _names(
        {seat.user_id for seat in seats}
        | {one for entry in log for one in entry.stood_for}
        | {entry.user_id for entry in log if entry.user_id}
    )
    mine = list(waiting_seats(principal, now=now).filter(approval=approval))
    allowed = approval.state == ApprovalState.OPEN and not approval.keeps_out(principal.user_id)
    return ApprovalView(
        approval=approval,
        steps=tuple(_step_view(approval, row, seats, log, names) for row in approval.steps),
        log=tuple(log),
        my_step=mine[0].step if mine and allowed else "",
        stands_for=tuple(
            names.get(seat.user_id, "") for seat in mine if seat.user_id != principal.user_id
        ),
        may_withdraw=approval.state == ApprovalState.OPEN
        and approval.requested_by_id == principal.user_id,
        names=names,
    )


def _step_view(
    approval: Approval,
    row: dict[str, Any],
    seats: Iterable[Seat],
    log: Iterable[Entry],
    names: dict[int, str],
) -> StepView:
    key = str(row["key"])
    entries = {entry.pk: entry for entry in log}
    own = [seat for seat in seats if seat.step == key]
    decisions = [
        e for e in entries.values() if e.step == key and e.kind in ("approved", "rejected")
    ]
    if key in approval.open_steps:
        state = "current"
    elif any(entry.kind == "rejected" for entry in decisions) and approval.state == "rejected":
        state = "failed"
    else:
        state = "done" if decisions else "waiting"
    return StepView(
        key=key,
        name=in_language(row.get("name", ""), row.get("name_en", "")),
        mode=row["mode"],
        quorum=row["quorum"],
        state=state,
        approvers=tuple(
            _approver(seat, entries, names)
            for seat in own
            if seat.answer_id or key in approval.open_steps
        ),
    )


def _approver(seat: Seat, entries: dict[int, Entry], names: dict[int, str]) -> Approver:
    answer = entries.get(seat.answer_id or 0)
    stood_in = answer is not None and answer.user_id not in (None, seat.user_id)
    return Approver(
        user_id=seat.user_id,
        name=names.get(seat.user_id, ""),
        escalated=seat.escalated,
        verdict=answer.kind if answer else "",
        stand_in=names.get(answer.user_id or 0, "") if answer and stood_in else "",
    )


def _names(user_ids: set[int]) -> dict[int, str]:
    """Who the approvers are: a requester may know the names of those who decide, nothing more."""
    with owner_access("names of approvers lie outside a requester's scope"):
        return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name"))


def list_definitions() -> QuerySet[Definition]:
    """Chains in sight, by subject, place and band."""
    return Definition.objects.select_related("node").order_by(
        "kind", "node__path", "level", "amount_from"
    )


def absences_of(principal: Principal) -> QuerySet[Absence]:
    """The person's own absences, and those in which the person stands in; the latest first."""
    return Absence.objects.order_by("-period")


def colleagues_of(principal: Principal) -> list[tuple[int, str]]:
    """Id and name of the people who may be asked to stand in, by name; never the person.

    A person of the manufacturer chooses among its people of the own subtrees and of the units above
    them, not of sister regions; a partner's person among those of its own company.
    """
    people = User.objects.filter(is_active=True).exclude(pk=principal.user_id or 0)
    if principal.is_partner:
        return list(_named(people.filter(grants__isnull=False)))
    own = _named(people.filter(grants__node__kind=NodeKind.ORGANISATION))
    above = {int(part) for held in principal.held for part in held.path.split(".")}
    with owner_access("who works at the units above stands in for those below"):
        found = set(_named(people.filter(grants__node_id__in=above)))
    return sorted(found.union(own), key=lambda person: (person[1], person[0]))


def _named(people: QuerySet[User]) -> QuerySet[User, tuple[int, str]]:
    return people.distinct().order_by("name", "pk").values_list("pk", "name")


def names_of(absences: Iterable[Absence]) -> dict[int, str]:
    """The names of both sides of the absences."""
    return _names({one for row in absences for one in (row.user_id, row.substitute_id)})


def has_chain(kind: str, *, node_id: int) -> bool:
    """Whether any chain of the kind is valid at the node, whatever amount. One statement, any role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM workflow_candidates(%s, %s))", [kind, node_id])
        return bool(cursor.fetchone()[0])
