"""Allocation over the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict, model_validator

from yunhe.channel.network.choices import Tier
from yunhe.goods.allocation import services
from yunhe.goods.allocation.filters import AllocationFilters, QuotaFilters
from yunhe.goods.allocation.models import Allocation, AllocationLine, Quota, QuotaRule
from yunhe.goods.allocation.permissions import APPROVE, PLAN, RULES, VIEW, VIEW_OWN, VIEW_QUOTA
from yunhe.goods.allocation.queries import lines_of, list_allocations, quota_rows
from yunhe.goods.allocation.services import AllocationDraft
from yunhe.goods.allocation.wording import why
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.language import reads_english
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.models import Sku

router = Router(tags=["allocation"])
MOVES = {
    "compute": services.compute_allocation,
    "approve": services.approve_allocation,
    "publish": services.publish_allocation,
    "expire": services.expire_allocation,
    "cancel": services.cancel_allocation,
}


Asked = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=3)]


class AllocationIn(Schema):
    """`until` is the first day after; demands: dealer code -> base units asked for."""

    sku: str
    supplier_id: int
    among_id: int
    rule: str
    supply: Decimal = Field(gt=0, max_digits=16, decimal_places=3, description="Base units")
    unit: str
    starts: date
    until: date
    demands: dict[str, Asked] = {}
    note: str = Field("", max_length=300)


Part = Annotated[int, Field(ge=0, le=32767)]


class RuleIn(Schema):
    """How scarce goods are divided; tier, history and health count in the ratio of their parts."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40)
    name: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=120)
    tier_part: Part = 50
    history_part: Part = 50
    health_part: Part = 0
    tiers: dict[Tier, Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]] = {}
    history_months: int = Field(6, ge=1, le=36)
    floor_lots: int = Field(0, ge=0, le=10**7)
    most_percent: int = Field(100, ge=1, le=100)
    cap_by_demand: bool = False

    @model_validator(mode="after")
    def something_counts(self) -> RuleIn:
        if not (self.tier_part or self.history_part or self.health_part):
            raise ValueError(_("Tier, past purchases or health must count for something."))
        return self


class RuleOut(Schema):
    id: int
    code: str
    name: str
    name_en: str
    tier_part: int
    history_part: int
    health_part: int
    tiers: dict[str, str]
    history_months: int
    floor_lots: int
    most_percent: int
    cap_by_demand: bool


class AllocationOut(Schema):
    id: int
    sku: str
    rule: str
    supply: Decimal
    lot: Decimal
    unit: str
    starts: date
    until: date
    status: str


class ShareOut(Schema):
    node_id: int
    tier: str
    history: Decimal
    demand: Decimal | None
    ideal: Decimal
    lots: int
    quantity: Decimal
    reason: str


class ShareIn(Schema):
    model_config = ConfigDict(extra="forbid")

    lots: int = Field(ge=0, le=10**7)
    reason: str = Field(min_length=1, max_length=300, description="The dealer reads it")


class AllocationDetailOut(AllocationOut):
    shares: list[ShareOut]


class QuotaOut(Schema):
    """Base units; `why` is in the caller's language."""

    id: int
    node_id: int
    sku: str
    quantity: Decimal
    used: Decimal
    left: Decimal
    starts: date
    until: date
    ended: bool
    why: str


@router.get("/rules", response=Page[RuleOut], auth=require(VIEW),
            operation_id="list_allocation_rules")  # fmt: skip
def get_rules(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Rules by which scarce goods are divided."""
    return paginate(QuotaRule.objects.all(), asked, by="id")


@router.put("/rules", response=RuleOut, auth=require(RULES), operation_id="set_allocation_rule")
def put_rule(request: HttpRequest, body: RuleIn) -> Any:
    """Write the rule with this code; what was divided by it keeps its facts."""
    given = body.dict(exclude={"code", "tiers"})
    # as on the page, a tier that is not named weighs 1
    weights = {str(tier): str(body.tiers.get(tier, Decimal(1)).normalize()) for tier in Tier}
    rule, _made = QuotaRule.objects.update_or_create(
        code=body.code, defaults={**given, "tiers": weights}
    )
    return rule


@router.get("/", response=Page[AllocationOut], auth=require(VIEW), operation_id="list_allocations")
@filtered(AllocationFilters)
def get_allocations(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Allocations in scope, the latest first."""
    return paginate(narrow(list_allocations(), request), page, by="-id", show=_allocation)


@router.post(
    "/", response={201: AllocationOut}, auth=require(PLAN), operation_id="create_allocation"
)
def post_allocation(request: HttpRequest, body: AllocationIn) -> Any:
    """Describe a scarce supply; `compute` divides it."""
    nodes = Node.objects.in_bulk([body.supplier_id, body.among_id])
    sku = Sku.objects.filter(code=body.sku).first()
    rule = QuotaRule.objects.filter(code=body.rule).first()
    if sku is None or rule is None or not {body.supplier_id, body.among_id} <= set(nodes):
        raise NotFound()
    draft = AllocationDraft(
        node=nodes[body.supplier_id],
        among=nodes[body.among_id],
        sku=sku,
        rule=rule,
        supply=body.supply,
        unit=body.unit,
        starts=body.starts,
        until=body.until,
        demands=_demands(body.demands),
        note=body.note,
    )
    made = services.create_allocation(draft, actor=principal_of(request), now=timezone.now())
    return Status(201, _allocation(made))


@router.get("/quotas", response=Page[QuotaOut], auth=require_any(VIEW_QUOTA, VIEW_OWN),
            operation_id="list_quotas")  # fmt: skip
@filtered(QuotaFilters)
def get_quotas(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Published quotas in scope with what is left and why."""
    return paginate(narrow(quota_rows(), request), page, by="-id", show=_quota)


@router.get("/{allocation_id}", response=AllocationDetailOut, auth=require(VIEW),
            operation_id="get_allocation")  # fmt: skip
@versioned(Allocation, AllocationLine.allocation)
def get_allocation(request: HttpRequest, allocation_id: int) -> Any:
    """One allocation with its shares."""
    found = _found(allocation_id)
    return _allocation(found) | {"shares": list(lines_of(found))}


@router.post("/{allocation_id}/{action}", response=AllocationOut, auth=require_any(PLAN, APPROVE),
             operation_id="move_allocation")  # fmt: skip
def post_move(request: HttpRequest, allocation_id: int, action: str) -> Any:
    """compute, approve, publish, expire or cancel, as the state and the caller's rights allow."""
    if action not in MOVES:
        raise NotFound()
    moved = MOVES[action](_found(allocation_id), actor=principal_of(request), now=timezone.now())
    return _allocation(moved)


@router.put("/{allocation_id}/shares/{node_id}", response=AllocationDetailOut, auth=require(PLAN),
            operation_id="change_allocation_share")  # fmt: skip
def put_share(request: HttpRequest, allocation_id: int, node_id: int, body: ShareIn) -> Any:
    """Set a dealer's lots by hand before approval, with a reason that it reads; the others keep theirs."""
    found = _found(allocation_id)
    line = lines_of(found).filter(node_id=node_id).first()
    if line is None:
        raise NotFound()
    services.change_share(line, **body.dict(), actor=principal_of(request), now=timezone.now())
    return _allocation(_found(allocation_id)) | {"shares": list(lines_of(found))}


def _demands(asked: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """Node id -> base units. Raises DomainError naming the codes that no partner in scope has."""
    ids = dict(Node.objects.filter(code__in=asked).values_list("code", "pk"))
    message = str(NotFound().message)
    rows = [{"code": code, "message": message} for code in asked if code not in ids]
    if rows:
        raise DomainError(message, code="allocation.unknown_dealer", field="demands", rows=rows)
    return {ids[code]: quantity for code, quantity in asked.items()}


def _found(allocation_id: int) -> Allocation:
    found = list_allocations().filter(pk=allocation_id).first()
    if found is None:
        raise NotFound()
    return found


def _allocation(row: Allocation) -> dict[str, Any]:
    names = ("id", "supply", "lot", "unit", "status")
    return {name: getattr(row, name) for name in names} | {
        "sku": row.sku.code,
        "rule": row.rule.code,
        "starts": row.period.lower,
        "until": row.period.upper,
    }


def _quota(row: Quota) -> dict[str, Any]:
    names = ("id", "node_id", "quantity", "used", "left", "ended")
    return {name: getattr(row, name) for name in names} | {
        "sku": row.sku.code,
        "starts": row.period.lower,
        "until": row.period.upper,
        "why": why(row.facts, english=reads_english()),
    }
