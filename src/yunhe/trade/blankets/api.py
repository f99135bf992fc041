"""Blanket orders over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.blankets import services
from yunhe.trade.blankets.choices import FrameStatus, Measure, PeriodUnit, Plan, Pricing
from yunhe.trade.blankets.errors import FrameRefused
from yunhe.trade.blankets.filters import FrameFilters
from yunhe.trade.blankets.models import Frame, FrameLine, PlannedCall
from yunhe.trade.blankets.permissions import PLAN, SIGN, VIEW, VIEW_OWN
from yunhe.trade.blankets.queries import frame_for, lines_of, list_frames, plan_of, progress_of
from yunhe.trade.blankets.services import FrameDraft, LineDraft, PlanDraft
from yunhe.trade.blankets.transitions import MOVES
from yunhe.trade.catalog.models import Category, Sku
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.services import Details, NewLine

router = Router(tags=["blankets"])
READ = require_any(VIEW, VIEW_OWN)
Amount = Field(None, gt=0, max_digits=15, decimal_places=3)


class LineIn(Body):
    """A product in a unit, or a product group; limits in the line's unit, or in money by value."""

    sku: str = Field("", description="product code")
    category: str = Field("", description="code of a product group, instead of a product")
    measure: Measure = Measure.QUANTITY
    unit: str = ""
    total: Decimal = Field(gt=0, max_digits=15, decimal_places=3)
    price: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=4)
    discount: Decimal = Field(Decimal(0), ge=0, le=100, max_digits=5, decimal_places=2)
    call_minimum: Decimal | None = Amount
    call_maximum: Decimal | None = Amount
    period_minimum: Decimal | None = Amount
    period_maximum: Decimal | None = Amount


class FrameIn(Body):
    """A frame as a draft; in force from `starts` until the day before `until`."""

    node_id: int
    title: str = Field(min_length=1, max_length=120)
    starts: date
    until: date
    pricing: Pricing = Pricing.FIXED
    promotions: bool = False
    period_unit: PeriodUnit = PeriodUnit.NONE
    plan: Plan = Plan.NONE
    note: str = Field("", max_length=500)
    lines: list[LineIn] = Field(min_length=1, max_length=200)


class FrameOut(Schema):
    """A frame in a list."""

    id: int
    number: str
    node_id: int
    supplier_id: int
    title: str
    status: FrameStatus
    pricing: Pricing
    promotions: bool
    period_unit: str
    starts: date
    until: date
    worth: Decimal
    currency: str


class FrameLineOut(Schema):
    """A line with what call-offs hold and took, in the line's unit or in money."""

    id: int
    row: int
    sku: str
    category: str
    measure: Measure
    unit: str
    total: Decimal
    price: Decimal | None
    discount: Decimal
    call_minimum: Decimal | None
    call_maximum: Decimal | None
    period_minimum: Decimal | None
    period_maximum: Decimal | None
    called: Decimal
    shipped: Decimal
    left: Decimal


class PlannedOut(Schema):
    """A planned call-off and how much of it was called off."""

    line_id: int
    on: date
    quantity: Decimal
    called: Decimal
    state: str


class FrameDetailOut(FrameOut):
    """A frame with lines, plan and what may be done with it now."""

    lines: list[FrameLineOut]
    plan: list[PlannedOut]
    actions: list[str]


class PlanIn(Body):
    """A planned call-off."""

    line_id: int
    on: date
    quantity: Decimal = Field(gt=0, max_digits=15, decimal_places=3)


class MoveIn(Body):
    """Why, where a move asks for it (close, cancel, decline)."""

    reason: str = Field("", max_length=300)


class CallLineIn(Body):
    """What is called off."""

    sku: str = Field(description="product code")
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3)


class CallIn(Body):
    """A call-off: an order under the frame, submitted at once."""

    lines: list[CallLineIn] = Field(min_length=1, max_length=200)
    key: str = Field("", max_length=100, description="the client's own key; one order per key")
    note: str = Field("", max_length=500)
    wanted_on: date | None = None
    address_id: int | None = None


class CalledOut(Schema):
    """The order that a call-off became."""

    order_id: int
    number: str
    status: str
    total: Decimal
    currency: str
    repeated: bool


@router.get("/", response=Page[FrameOut], auth=READ, operation_id="list_frames")
@filtered(FrameFilters)
def get_frames(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Frames in scope, the newest first."""
    return paginate(narrow(list_frames(), request), page, by="-id", show=_frame)


@router.post("/", response={201: FrameDetailOut}, auth=require(PLAN), operation_id="create_frame")
def post_frame(request: HttpRequest, body: FrameIn) -> Any:
    """Draw a frame up."""
    made = services.create_frame(_draft(body), actor=principal_of(request), now=timezone.now())
    return Status(201, _detail(made))


@router.get("/{frame_id}", response=FrameDetailOut, auth=READ, operation_id="get_frame")
@versioned(Frame, FrameLine.frame, PlannedCall.frame)
def get_frame(request: HttpRequest, frame_id: int) -> Any:
    """One frame with what is left of it."""
    return _detail(frame_for(frame_id))


@router.put("/{frame_id}", response=FrameDetailOut, auth=require(PLAN), operation_id="change_frame")
def put_frame(request: HttpRequest, frame_id: int, body: FrameIn) -> Any:
    """Write a draft anew."""
    frame = frame_for(frame_id)
    services.change_frame(frame, _draft(body), actor=principal_of(request), now=timezone.now())
    return _detail(frame_for(frame_id))


@router.put(
    "/{frame_id}/plan", response=FrameDetailOut, auth=require(PLAN), operation_id="plan_frame"
)
def put_plan(request: HttpRequest, frame_id: int, body: list[PlanIn]) -> Any:
    """Write the planned call-offs anew."""
    plan = [PlanDraft(**each.model_dump()) for each in body]
    services.plan_calls(frame_for(frame_id), plan, actor=principal_of(request), now=timezone.now())
    return _detail(frame_for(frame_id))


@router.post(
    "/{frame_id}/call-offs",
    response={201: CalledOut, 200: CalledOut},
    auth=require(CREATE),
    operation_id="call_off",
)
def post_call(request: HttpRequest, frame_id: int, body: CallIn) -> Any:
    """Order goods under the frame; 200 for a known `key`."""
    ids = ids_by_code(line.sku for line in body.lines)
    unknown = [
        {"row": at, "sku": line.sku, "message": _("No product has this code.")}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    if unknown:
        raise LinesRefused(_("Some lines cannot be ordered."), rows=unknown)
    placed = services.call_off(
        frame_for(frame_id),
        [NewLine(ids[line.sku], line.unit, line.quantity) for line in body.lines],
        actor=principal_of(request),
        now=timezone.now(),
        key=body.key,
        details=Details(note=body.note, wanted_on=body.wanted_on, address_id=body.address_id),
    )
    shown = {name: getattr(placed, name) for name in CalledOut.model_fields}
    return Status(200 if placed.repeated else 201, shown)


@router.post(
    "/{frame_id}/{action}",
    response=FrameDetailOut,
    auth=require_any(PLAN, SIGN),
    operation_id="move_frame",
)
def post_move(request: HttpRequest, frame_id: int, action: str, body: MoveIn | None = None) -> Any:
    """submit, sign, decline, revise, close or cancel, as `actions` of the frame says."""
    frame, actor, now = frame_for(frame_id), principal_of(request), timezone.now()
    reason = body.reason if body else ""
    uses: dict[str, Callable[[], object]] = {
        "submit": lambda: services.submit_frame(frame, actor=actor, now=now),
        "sign": lambda: services.sign_frame(frame, actor=actor, now=now),
        "decline": lambda: services.decline_frame(frame, reason=reason, actor=actor, now=now),
        "revise": lambda: services.revise_frame(frame, actor=actor, now=now),
        "close": lambda: services.close_frame(frame, reason=reason, actor=actor, now=now),
        "cancel": lambda: services.cancel_frame(frame, reason=reason, actor=actor, now=now),
    }
    if action not in uses:
        raise NotFound()
    uses[action]()
    return _detail(frame_for(frame_id))


def _draft(body: FrameIn) -> FrameDraft:
    node = node_for(body.node_id, field="node_id")
    skus = {sku.code: sku for sku in Sku.objects.filter(code__in=[one.sku for one in body.lines])}
    groups = {
        group.code: group
        for group in Category.objects.filter(code__in=[one.category for one in body.lines])
    }
    unknown = [
        {"row": at, "message": _("No product or group has this code.")}
        for at, line in enumerate(body.lines, start=1)
        if (line.sku and line.sku not in skus) or (line.category and line.category not in groups)
    ]
    if unknown:
        raise FrameRefused(_("Some lines cannot be agreed like this."), rows=unknown)
    lines = [
        LineDraft(
            **line.model_dump(exclude={"sku", "category"}),
            sku=skus.get(line.sku),
            category=groups.get(line.category),
        )
        for line in body.lines
    ]
    return FrameDraft(**body.model_dump(exclude={"node_id", "lines"}), node=node, lines=lines)


def _frame(frame: Frame) -> dict[str, Any]:
    shown = {name: getattr(frame, name, None) for name in FrameOut.model_fields}
    return shown | {"starts": frame.period.lower, "until": frame.period.upper}


def _detail(frame: Frame) -> dict[str, Any]:
    lines = lines_of(frame)
    done = progress_of(lines)
    today = timezone.localdate()
    shown = [
        {name: getattr(line, name, None) for name in FrameLineOut.model_fields}
        | {
            "sku": line.sku.code if line.sku else "",
            "category": line.category.code if line.category else "",
            "called": done[line.pk].called,
            "shipped": done[line.pk].shipped,
            "left": done[line.pk].left,
        }
        for line in lines
    ]
    plan = [
        {
            "line_id": line.pk,
            "on": each.on,
            "quantity": each.quantity,
            "called": each.called,
            "state": each.state(today),
        }
        for line, each in plan_of(lines, done)
    ]
    actions = [move.action for move in MOVES.offered(frame.status)]
    return _frame(frame) | {"lines": shown, "plan": plan, "actions": actions}
