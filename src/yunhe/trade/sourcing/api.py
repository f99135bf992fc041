"""Sourcing over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.forms import valid_form
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.orders.permissions import SPLIT
from yunhe.trade.orders.queries import order_for
from yunhe.trade.sourcing import services
from yunhe.trade.sourcing.filters import PartFilters
from yunhe.trade.sourcing.forms import PointForm, RuleForm
from yunhe.trade.sourcing.models import Part, SourcingRule, SupplyPoint
from yunhe.trade.sourcing.permissions import CHANGE, SERVE, VIEW
from yunhe.trade.sourcing.queries import credits_of, list_parts, list_points, list_rules
from yunhe.trade.sourcing.services import HandShare, PlannedShare
from yunhe.trade.sourcing.tables import what_for
from yunhe.trade.sourcing.wording import why

router = Router(tags=["sourcing"])


class RuleOut(Schema):
    code: str
    name: str
    kind: str
    dealers: bool
    production: bool
    answer_hours: int
    fee_percent: Decimal
    preferred: bool


class PointOut(Schema):
    node_id: int
    name: str
    province: str
    provinces: list[str]
    brands: list[str]
    active: bool


class RuleIn(Schema):
    """What is left out stays as it is. `places` are codes, the best first (for the kind `priority`)."""

    name: str | None = Field(None, max_length=120)
    name_en: str | None = Field(None, max_length=120)
    kind: str | None = Field(None, max_length=12)
    places: list[str] | None = Field(None, max_length=1000)
    distance: int | None = Field(None, ge=0, le=100)
    stock: int | None = Field(None, ge=0, le=100)
    rank: int | None = Field(None, ge=0, le=100)
    parcel: int | None = Field(None, ge=0, le=100)
    dealers: bool | None = None
    production: bool | None = None
    answer_hours: int | None = Field(None, ge=1, le=240)
    fee_percent: Decimal | None = Field(None, ge=0, le=100, max_digits=5, decimal_places=2)
    preferred: bool | None = None


class PointIn(Schema):
    """What is left out stays as it is; no provinces or brands are all of them."""

    province: str | None = Field(None, max_length=6)
    provinces: list[str] | None = Field(None, max_length=40)
    brands: list[str] | None = Field(None, max_length=1000)
    active: bool | None = None


class ShareOut(Schema):
    """`quantity` in base units, `units` in the line's own; `made_on` when it waits for production."""

    row: int
    place_id: int
    place: str
    units: Decimal
    quantity: Decimal
    made_on: date | None
    reason: str


class PlanOut(Schema):
    """`exact`: no split is better by the rule; `missing`: line's row -> base units nobody has."""

    rule: str
    exact: bool
    shares: list[ShareOut]
    missing: dict[int, Decimal]


class ShareIn(Schema):
    row: int = Field(ge=1)
    place_id: int
    units: Decimal = Field(gt=0, max_digits=16, decimal_places=3)
    production: bool = False


class SplitIn(Schema):
    """Without `shares` the rule decides; without `rule` the preferred one."""

    rule: str = ""
    shares: list[ShareIn] | None = Field(None, max_length=20_000)


class PartOut(Schema):
    """`credited`: what the serving dealer was credited so far; null for nothing, or when it is not to be seen."""

    order_id: int
    number: str
    parent_id: int | None
    partner_id: int
    place_id: int
    status: str
    state: str
    awaiting: bool
    amount: Decimal
    answer_by: datetime | None
    fee_percent: Decimal
    credited: Decimal | None
    reasons: dict[str, str]


class CreditedLineOut(Schema):
    """`quantity` in base units; below zero when it was taken back."""

    row: int
    sku_id: int
    quantity: Decimal
    amount: Decimal


class CreditOut(Schema):
    """`amount` is goods and fee: what the dealer is owed more, below zero what it owes again."""

    number: str
    cause: str
    shipment: int
    on: date
    currency: str
    goods: Decimal
    fee: Decimal
    amount: Decimal
    text: str
    lines: list[CreditedLineOut]


class RefuseIn(Schema):
    reason: str = Field(min_length=1, max_length=300)


@router.get(
    "/rules", response=list[RuleOut], auth=require(VIEW), operation_id="list_sourcing_rules"
)
def get_rules(request: HttpRequest) -> Any:
    """Named rules."""
    return [_shown_rule(rule) for rule in list_rules()]


@router.get(
    "/rules/{rule_code}", response=RuleOut, auth=require(VIEW), operation_id="get_sourcing_rule"
)
@versioned(SourcingRule, by="code", creates=True)
def get_rule(request: HttpRequest, rule_code: str) -> Any:
    """One rule by its code."""
    rule = list_rules().filter(code=rule_code).first()
    if rule is None:
        raise NotFound()
    return _shown_rule(rule)


@router.put(
    "/rules/{rule_code}", response=RuleOut, auth=require(CHANGE), operation_id="put_sourcing_rule"
)
def put_rule(request: HttpRequest, rule_code: str, body: RuleIn) -> Any:
    """Create a rule (with `name` and `kind`) or change it; a preferred one takes the place of the former."""
    changes = {"code": rule_code} | body.model_dump(exclude_none=True)
    if "places" in changes:
        changes["place_codes"] = "\n".join(changes.pop("places"))
    rule = list_rules().filter(code=rule_code).first() or SourcingRule()
    return _shown_rule(valid_form(RuleForm, rule, changes).save())


@router.get(
    "/places/{node_id}", response=PointOut, auth=require(VIEW), operation_id="get_supply_place"
)
@versioned(SupplyPoint, creates=True)
def get_place(request: HttpRequest, node_id: int) -> Any:
    """What one place may serve of other partners' orders."""
    point = list_points().filter(pk=node_id).first()
    if point is None:
        raise NotFound()
    return _shown_point(point)


@router.put(
    "/places/{node_id}", response=PointOut, auth=require(CHANGE), operation_id="put_supply_place"
)
def put_place(request: HttpRequest, node_id: int, body: PointIn) -> Any:
    """Let a place that supplies orders, or a dealer with stores, serve orders of others; or change what."""
    node_for(node_id)
    changes = {"node": node_id} | body.model_dump(exclude_none=True)
    point = list_points().filter(pk=node_id).first() or SupplyPoint()
    return _shown_point(valid_form(PointForm, point, changes).save())


@router.get(
    "/places", response=list[PointOut], auth=require(VIEW), operation_id="list_supply_places"
)
def get_places(request: HttpRequest) -> Any:
    """Supply places that may serve orders of others."""
    return [_shown_point(point) for point in list_points()]


@router.get(
    "/orders/{order_id}/plan", response=PlanOut, auth=require(SPLIT), operation_id="plan_split"
)
def get_plan(request: HttpRequest, order_id: int, rule: str = "") -> Any:
    """How a rule would split the order, with the reason for every line; nothing is written."""
    plan = services.plan_order(
        order_for(order_id), rule=_rule(rule), wide=principal_of(request).wide, now=timezone.now()
    )
    return {
        "rule": plan.rule.code,
        "exact": plan.exact,
        "shares": [_share(share) for share in plan.shares],
        "missing": dict(plan.missing),
    }


@router.post(
    "/orders/{order_id}/split",
    response=list[PartOut],
    auth=require(SPLIT),
    operation_id="split_order",
)
def post_split(request: HttpRequest, order_id: int, body: SplitIn) -> Any:
    """Split the order; answers its parts."""
    shares = (
        None
        if body.shares is None
        else [
            HandShare(
                row=share.row,
                node_id=share.place_id,
                units=share.units,
                production=share.production,
            )
            for share in body.shares
        ]
    )
    parts = services.source_order(
        order_for(order_id),
        rule=_rule(body.rule),
        shares=shares,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return [_part(part) for part in parts]


@router.get(
    "/parts", response=Page[PartOut], auth=require_any(VIEW, SERVE), operation_id="list_order_parts"
)
@filtered(PartFilters)
def get_parts(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Parts of orders, at headquarters or at the caller's place."""
    return paginate(narrow(list_parts().order_by("pk"), request), asked, by="pk", show=_part)


@router.get(
    "/parts/{part_id}",
    response=PartOut,
    auth=require_any(VIEW, SERVE),
    operation_id="get_order_part",
)
@versioned(Part)
def get_part(request: HttpRequest, part_id: int) -> Any:
    """One part of an order."""
    return _part(_mine(part_id))


@router.get(
    "/parts/{part_id}/credits",
    response=list[CreditOut],
    auth=require_any(VIEW, SERVE),
    operation_id="list_part_credits",
)
def get_credits(request: HttpRequest, part_id: int) -> Any:
    """What the serving dealer was credited for the part, shipment by shipment, and what was taken back."""
    names = ("number", "cause", "shipment", "on", "currency", "goods", "fee", "amount", "lines")
    return [
        {name: getattr(credit, name) for name in names} | {"text": what_for(credit)}
        for credit in credits_of(_mine(part_id).pk)
    ]


@router.post(
    "/parts/{part_id}/refuse",
    response=PartOut,
    auth=require(SERVE),
    operation_id="refuse_order_part",
)
def post_refuse(request: HttpRequest, part_id: int, body: RefuseIn) -> Any:
    """Say no; other places are asked next."""
    services.refuse_part(
        _mine(part_id), reason=body.reason, actor=principal_of(request), now=timezone.now()
    )
    return _part(_mine(part_id))


@router.post(
    "/parts/{part_id}/{action}",
    response=PartOut,
    auth=require(SERVE),
    operation_id="answer_order_part",
)
def post_answer(request: HttpRequest, part_id: int, action: Literal["accept", "serve"]) -> Any:
    """Accept a part, or hand over what was accepted."""
    use = {"accept": services.accept_part, "serve": services.serve_part}[action]
    use(_mine(part_id), actor=principal_of(request), now=timezone.now())
    return _part(_mine(part_id))


def _shown_rule(rule: SourcingRule) -> dict[str, Any]:
    names = ("code", "kind", "dealers", "production", "answer_hours", "fee_percent", "preferred")
    return {name: getattr(rule, name) for name in names} | {"name": rule.label}


def _shown_point(point: SupplyPoint) -> dict[str, Any]:
    names = ("node_id", "province", "provinces", "brands", "active")
    return {name: getattr(point, name) for name in names} | {"name": point.node.label}


def _rule(code: str) -> SourcingRule | None:
    if not code:
        return None
    found = list_rules().filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def _mine(order_id: int) -> Part:
    found = list_parts().filter(pk=order_id).first()
    if found is None:
        raise NotFound()
    return found


def _share(share: PlannedShare) -> dict[str, Any]:
    return {
        "row": share.line.row,
        "place_id": share.candidate.node.pk,
        "place": share.candidate.node.label,
        "units": share.units,
        "quantity": share.quantity,
        "made_on": share.made_on,
        "reason": why(share.reason),
    }


def _part(part: Part) -> dict[str, Any]:
    order = part.order
    return {
        "order_id": order.pk,
        "number": order.number,
        "parent_id": order.parent_id,
        "partner_id": part.node_id,
        "place_id": part.supplier_id,
        "status": order.status,
        "state": part.state,
        "awaiting": order.awaiting,
        "amount": order.total,
        "answer_by": part.answer_by,
        "fee_percent": part.fee_percent,
        "credited": getattr(part, "credited", None),
        "reasons": {row: why(reason, others=False) for row, reason in part.reasons.items()},
    }
