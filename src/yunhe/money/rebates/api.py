"""Rebates over the API: programs, accruals with their steps, settlements, statements, keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.money.rebates import services
from yunhe.money.rebates.bundle import FORMAT
from yunhe.money.rebates.choices import SettlementKind
from yunhe.money.rebates.filters import (
    AccrualFilters,
    ProgramFilters,
    SettlementFilters,
    StatementFilters,
)
from yunhe.money.rebates.models import Accrual, Program, Settlement, Statement, StatementLine
from yunhe.money.rebates.permissions import APPROVE, CONDITION, SETTLE, VIEW, VIEW_OWN
from yunhe.money.rebates.queries.reading import (
    bundle_of,
    list_accruals,
    list_programs,
    list_settlements,
    list_statements,
    signing_keys,
    steps_of,
)
from yunhe.money.rebates.transitions import MOVES
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["rebates"])
SCOPED_TOTALS = ("partners", "earned", "paid_before", "due")
READ = require_any(VIEW, VIEW_OWN)


class ProgramOut(Schema):
    """A program; amounts are those of the partners in your scope."""

    id: int
    code: str
    title: str
    flow: str
    currency: str
    starts_on: date
    ends_on: date = Field(description="the first day that no longer counts")
    state: str
    definition: dict[str, Any]
    earned: Decimal
    paid: Decimal


class AccrualOut(Schema):
    """What a partner has earned so far. `metric`, `next_start`, `to_next`: money, units or a share."""

    id: int
    program_id: int
    program: str
    node_id: int
    partner: str
    as_of: date
    base: Decimal
    earned: Decimal
    paid: Decimal
    currency: str
    tier: int | None
    metric: Decimal | None
    next_start: Decimal | None
    to_next: Decimal | None


class AccrualDetail(AccrualOut):
    """With the kernel's trace and its steps in words."""

    line: dict[str, Any]
    steps: list[str]


class SettlementIn(Body):
    """What to settle."""

    program_ids: list[int] = Field(min_length=1, max_length=200)
    cutoff: date = Field(description="last business date that counts")
    known_by: date | None = Field(None, description="last day of recording; default today")
    kind: SettlementKind = SettlementKind.INTERIM


class SettlementOut(Schema):
    """A settlement with what may be done with it now; totals are those of the reader's scope."""

    id: int
    number: str
    kind: str
    cutoff: date
    known_by: date
    state: str
    currency: str
    partners: int
    earned: Decimal
    paid_before: Decimal
    due: Decimal
    opened_at: datetime
    posted_at: datetime | None
    actions: list[str]


class StatementOut(Schema):
    """A signed statement; its bundle is at `/statements/{id}/bundle`."""

    id: int
    number: str
    node_id: int
    partner: str
    kind: str
    cutoff: date
    on: date
    currency: str
    earned: Decimal
    paid_before: Decimal
    due: Decimal
    key_id: str
    sha256: str


class StatementLineOut(Schema):
    """One program of a statement."""

    program: str
    base: Decimal
    earned: Decimal
    paid_before: Decimal
    due: Decimal
    steps: list[str]


class StatementDetail(StatementOut):
    """With its lines."""

    lines: list[StatementLineOut]


class KeyOut(Schema):
    """The public half of a signing key, base64 of 32 raw bytes."""

    key_id: str
    public_key: str
    created_at: datetime
    retired_at: datetime | None


class KeysOut(Schema):
    """Keys, newest first."""

    format: str
    items: list[KeyOut]


@router.get("/programs", response=Page[ProgramOut], auth=READ, summary="List rebate programs")
@filtered(ProgramFilters)
def programs(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(narrow(list_programs(), request), page, show=_program)


@router.get("/programs/{int:program_id}", response=ProgramOut, auth=READ, summary="One program")
def program(request: HttpRequest, program_id: int) -> Any:
    return _program(_found(list_programs().filter(pk=program_id).first()))


class ConditionIn(Schema):
    """Whether a partner met a condition that the system cannot look up."""

    node_id: int
    name: str = Field(max_length=60)
    met: bool


class ConditionsOut(Schema):
    """What is recorded of a partner: condition → met."""

    node_id: int
    conditions: dict[str, bool]


@router.put(
    "/programs/{int:program_id}/conditions",
    response=ConditionsOut,
    auth=require(CONDITION),
    summary="Record a condition of a partner",
)
def put_condition(request: HttpRequest, program_id: int, body: ConditionIn) -> Any:
    """Counts from the next accrual on; a settlement keeps what it was opened with."""
    found = _found(Program.objects.filter(pk=program_id).first())
    actor = principal_of(request)
    return services.record_condition(found, **body.model_dump(), actor=actor)


@router.get("/accruals", response=Page[AccrualOut], auth=READ, summary="List accruals")
@filtered(AccrualFilters)
def accruals(request: HttpRequest, page: Query[PageQuery], program_id: int | None = None) -> Any:
    rows = narrow(list_accruals(), request)
    return paginate(rows.filter(program_id=program_id) if program_id else rows, page, show=_accrual)


@router.get(
    "/accruals/{int:accrual_id}",
    response=AccrualDetail,
    auth=READ,
    summary="One accrual, explained",
)
def accrual(request: HttpRequest, accrual_id: int) -> Any:
    rows = Accrual.objects.select_related("program", "node").filter(pk=accrual_id)
    found = _found(rows.first())
    return _accrual(found) | {"line": found.line, "steps": steps_of(found)}


@router.get(
    "/settlements", response=Page[SettlementOut], auth=require(VIEW), summary="List settlements"
)
@filtered(SettlementFilters)
def settlements(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(narrow(list_settlements(), request), page, show=_shown_settlement)


@router.post(
    "/settlements", response={201: SettlementOut}, auth=require(SETTLE), summary="Open a settlement"
)
def open_one(request: HttpRequest, body: SettlementIn) -> Any:
    """Computes the draft; somebody else approves it."""
    rows = list(Program.objects.filter(pk__in=body.program_ids))
    if len(rows) != len(set(body.program_ids)):
        raise NotFound()
    settlement = services.open_settlement(
        rows,
        cutoff=body.cutoff,
        known_by=body.known_by,
        kind=body.kind,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return Status(201, _settlement(settlement.pk))


@router.get(
    "/settlements/{int:settlement_id}",
    response=SettlementOut,
    auth=require(VIEW),
    summary="One settlement",
)
@versioned(Settlement)
def settlement(request: HttpRequest, settlement_id: int) -> Any:
    return _settlement(settlement_id)


@router.post(
    "/settlements/{int:settlement_id}/{action}",
    response=SettlementOut,
    auth=require_any(SETTLE, APPROVE),
    summary="Move a settlement on",
)
def act(request: HttpRequest, settlement_id: int, action: str) -> Any:
    """`action` is one of approve, post, cancel (see `actions` of the settlement)."""
    actor = principal_of(request)
    found, now = _found(Settlement.objects.filter(pk=settlement_id).first()), timezone.now()
    uses: dict[str, Callable[[], Settlement]] = {
        "approve": lambda: services.approve_settlement(found, actor=actor, now=now),
        "post": lambda: services.post_settlement(found, actor=actor, now=now),
        "cancel": lambda: services.cancel_settlement(found, actor=actor),
    }
    if action not in uses:
        raise NotFound()
    return _settlement(uses[action]().pk)


@router.get("/statements", response=Page[StatementOut], auth=READ, summary="List statements")
@filtered(StatementFilters)
def statements(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(narrow(list_statements(), request), page, show=_statement)


@router.get(
    "/statements/{int:statement_id}",
    response=StatementDetail,
    auth=READ,
    summary="One statement, explained",
)
def statement(request: HttpRequest, statement_id: int) -> Any:
    found = _found(list_statements().filter(pk=statement_id).first())
    lines = StatementLine.objects.filter(statement=found).select_related("program")
    return _statement(found) | {
        "lines": [
            {
                "program": line.program.code,
                "base": line.base,
                "earned": line.earned,
                "paid_before": line.paid_before,
                "due": line.due,
                "steps": steps_of(line),
            }
            for line in lines.order_by("program__code")
        ]
    }


@router.get("/statements/{int:statement_id}/bundle", auth=READ, summary="The signed bundle (zip)")
def bundle(request: HttpRequest, statement_id: int) -> HttpResponse:
    found, content = bundle_of(statement_id)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@router.get("/keys", response=KeysOut, auth=require(), summary="Public keys of statements")
def keys(request: HttpRequest) -> Any:
    return {"format": FORMAT, "items": list(signing_keys())}


def _found(record: Any) -> Any:
    if record is None:
        raise NotFound()
    return record


def _program(row: Any) -> dict[str, Any]:
    names = [name for name in ProgramOut.model_fields if name != "title"]
    return {name: getattr(row, name) for name in names} | {"title": row.label}


def _accrual(row: Accrual) -> dict[str, Any]:
    own = {"program", "partner", "currency"}
    shown = {name: getattr(row, name) for name in AccrualOut.model_fields if name not in own}
    return shown | {
        "program": row.program.code,
        "partner": row.node.code,
        "currency": row.program.currency,
    }


def _settlement(settlement_id: int) -> dict[str, Any]:
    return _shown_settlement(_found(list_settlements().filter(pk=settlement_id).first()))


def _shown_settlement(row: Any) -> dict[str, Any]:
    """With the totals of the reader's scope."""
    totals = {name: getattr(row, f"scope_{name}") for name in SCOPED_TOTALS}
    names = [name for name in SettlementOut.model_fields if name not in {*totals, "actions"}]
    shown = {name: getattr(row, name) for name in names} | totals
    return shown | {"actions": [move.action for move in MOVES.offered(row.state)]}


def _statement(row: Statement) -> dict[str, Any]:
    own = {"partner", "key_id"}
    shown = {name: getattr(row, name) for name in StatementOut.model_fields if name not in own}
    return shown | {"partner": row.node.code, "key_id": row.signed_with.key_id}
