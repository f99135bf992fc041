"""Approvals over HTTP: the inbox, one request, decisions, chains."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.platform.workflow.models import Approval, Definition, Entry, Seat
from yunhe.platform.workflow.permissions import DECIDE, DEFINE, VIEW_CHAINS
from yunhe.platform.workflow.queries import (
    inbox_for,
    list_approvals,
    list_definitions,
    requested_by,
    view_approval,
)
from yunhe.platform.workflow.services import (
    ChainDraft,
    comment_approval,
    decide_approval,
    retire_chain,
    save_chain,
    withdraw_approval,
)

router = Router(tags=["workflow"])


class ApprovalOut(Schema):
    id: int
    kind: str
    subject_id: str
    title: str
    reason: str = Field(description="Why it is asked, when the subject alone does not say it")
    url: str
    node_id: int
    amount: Decimal | None
    currency: str
    state: str
    open_steps: list[str]
    requested_by_id: int | None
    requested_at: datetime
    settled_at: datetime | None


class ApproverOut(Schema):
    user_id: int
    name: str
    escalated: bool
    verdict: str = Field(description="approved, rejected, or empty while it waits")
    stand_in: str = Field(description="Who decided in their place")


class StepOut(Schema):
    key: str
    name: str
    mode: str
    quorum: int
    state: str = Field(description="done, current, waiting or failed")
    approvers: list[ApproverOut]


class EntryOut(Schema):
    kind: str
    step: str
    user_id: int | None
    stood_for: list[int]
    text: str
    at: datetime


class ApprovalDetailOut(ApprovalOut):
    steps: list[StepOut]
    log: list[EntryOut]
    my_step: str = Field(description="The step that the caller may decide now")


class DecisionIn(Schema):
    step: str = Field(max_length=40, description="The open step that was seen: `my_step`")
    verdict: Literal["approved", "rejected"]
    reason: str = Field("", max_length=500, description="Needed to refuse")


class TextIn(Schema):
    text: str = Field(max_length=500)


class StepIn(Schema):
    key: str = Field(min_length=1, max_length=40, pattern=r"^\w+$")
    name: str = Field(max_length=60)
    name_en: str = Field("", max_length=60)
    mode: Literal["any", "all", "quorum"] = "any"
    quorum: int = Field(1, ge=1, le=50)
    roles: list[str] = Field([], max_length=10)
    users: list[int] = Field([], max_length=50)
    remind_hours: int | None = Field(None, ge=1, le=2000)
    escalate_hours: int | None = Field(None, ge=1, le=2000)
    escalate_role: str = Field("", max_length=40)


class ChainIn(Schema):
    kind: str = Field(max_length=60)
    name: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    node_id: int
    level: str = Field("", max_length=20)
    amount_from: Decimal = Field(Decimal(0), ge=0, max_digits=16, decimal_places=2)
    amount_to: Decimal | None = Field(None, ge=0, max_digits=16, decimal_places=2)
    distinct_people: bool = True
    steps: list[StepIn] = Field(min_length=1, max_length=12)


class ChainOut(Schema):
    id: int
    kind: str
    name: str
    name_en: str
    node_id: int
    level: str
    amount_from: Decimal
    amount_to: Decimal | None
    distinct_people: bool
    active: bool
    steps: list[dict[str, Any]]


@router.get(
    "/inbox", response=Page[ApprovalOut], auth=require(DECIDE), operation_id="approval_inbox"
)
def get_inbox(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Requests that the caller may decide today, stand-ins included; the oldest first."""
    rows = inbox_for(principal_of(request), now=timezone.now())
    return paginate(rows, page, by="pk", show=_approval)


@router.get("/mine", response=Page[ApprovalOut], auth=require(DECIDE), operation_id="my_approvals")
def get_mine(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """What the caller asked for, the newest first."""
    return paginate(requested_by(principal_of(request)), page, show=_approval)


@router.get(
    "/approvals/{approval_id}",
    response=ApprovalDetailOut,
    auth=require(DECIDE),
    operation_id="get_approval",
)
@versioned(Approval, Seat.approval, Entry.approval)
def get_approval(request: HttpRequest, approval_id: int) -> Any:
    """One request with its steps, people and log."""
    return _detail(request, _found(approval_id))


@router.post(
    "/approvals/{approval_id}/decide",
    response=ApprovalDetailOut,
    auth=require(DECIDE),
    operation_id="decide_approval",
)
def post_decision(request: HttpRequest, approval_id: int, body: DecisionIn) -> Any:
    """Agree or refuse. Send an `Idempotency-Key`; the same verdict twice counts once anyway."""
    approval = decide_approval(
        _found(approval_id), **body.dict(), actor=principal_of(request), now=timezone.now()
    )
    return _detail(request, approval)


@router.post(
    "/approvals/{approval_id}/comment",
    response={201: EntryOut},
    auth=require(DECIDE),
    operation_id="comment_approval",
)
def post_comment(request: HttpRequest, approval_id: int, body: TextIn) -> Any:
    """Add a remark."""
    return Status(
        201,
        comment_approval(
            _found(approval_id), text=body.text, actor=principal_of(request), now=timezone.now()
        ),
    )


@router.post(
    "/approvals/{approval_id}/withdraw",
    response=ApprovalDetailOut,
    auth=require(DECIDE),
    operation_id="withdraw_approval",
)
def post_withdrawal(request: HttpRequest, approval_id: int, body: TextIn) -> Any:
    """Take an own request back, with the reason."""
    approval = withdraw_approval(
        _found(approval_id), reason=body.text, actor=principal_of(request), now=timezone.now()
    )
    return _detail(request, approval)


@router.get(
    "/chains",
    response=Page[ChainOut],
    auth=require(VIEW_CHAINS),
    operation_id="list_approval_chains",
)
def get_chains(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Chains in scope."""
    return paginate(list_definitions(), page, by="pk")


@router.post(
    "/chains",
    response={201: ChainOut},
    auth=require(DEFINE),
    operation_id="create_approval_chain",
)
def post_chain(request: HttpRequest, body: ChainIn) -> Any:
    """Define a chain. Overlapping amounts of the same subject, place and level are refused."""
    return Status(201, _save(request, body))


@router.get(
    "/chains/{chain_id}",
    response=ChainOut,
    auth=require(VIEW_CHAINS),
    operation_id="get_approval_chain",
)
@versioned(Definition)
def get_chain(request: HttpRequest, chain_id: int) -> Any:
    """One chain."""
    return _chain(chain_id)


@router.put(
    "/chains/{chain_id}",
    response=ChainOut,
    auth=require(DEFINE),
    operation_id="change_approval_chain",
)
def put_chain(request: HttpRequest, chain_id: int, body: ChainIn) -> Any:
    """Replace a chain; requests under way keep theirs."""
    return _save(request, body, _chain(chain_id))


@router.post(
    "/chains/{chain_id}/retire",
    response=ChainOut,
    auth=require(DEFINE),
    operation_id="retire_approval_chain",
)
def post_retire(request: HttpRequest, chain_id: int) -> Any:
    """Use a chain for no new request."""
    return retire_chain(_chain(chain_id), actor=principal_of(request))


def _save(request: HttpRequest, body: ChainIn, definition: Definition | None = None) -> Definition:
    node = node_for(body.node_id, field="node_id")
    values = body.dict(exclude={"node_id", "steps"})
    draft = ChainDraft(**values, steps=tuple(step.dict() for step in body.steps))
    return save_chain(node, draft=draft, actor=principal_of(request), definition=definition)


def _found(approval_id: int) -> Approval:
    found = list_approvals().filter(pk=approval_id).first()
    if found is None:
        raise NotFound()
    return found


def _chain(chain_id: int) -> Definition:
    found = list_definitions().filter(pk=chain_id).first()
    if found is None:
        raise NotFound()
    return found


def _approval(approval: Approval) -> dict[str, Any]:
    names = (name for name in ApprovalOut.model_fields if name not in ("title", "reason"))
    return {name: getattr(approval, name) for name in names} | {
        "title": approval.label,
        "reason": approval.why,
    }


def _detail(request: HttpRequest, approval: Approval) -> dict[str, Any]:
    seen = view_approval(approval, principal_of(request), now=timezone.now())
    return _approval(approval) | {
        "steps": [
            {name: getattr(step, name) for name in StepOut.model_fields} for step in seen.steps
        ],
        "log": list(seen.log),
        "my_step": seen.my_step,
    }
