"""Promotions over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.promotions import services
from yunhe.trade.promotions.filters import PromotionFilters
from yunhe.trade.promotions.models import Audience, Promotion
from yunhe.trade.promotions.permissions import CHANGE, PUBLISH, VIEW
from yunhe.trade.promotions.queries import list_promotions
from yunhe.trade.promotions.reporting import conflict_report, finding_in_words

router = Router(tags=["promotions"])
Money = Field(None, gt=0, max_digits=14, decimal_places=2)


class TermsIn(Schema):
    """`definition` and `selector` as docs/reference/promotions.md describes them by kind."""

    name: str = Field(min_length=1, max_length=120)
    name_en: str = Field("", max_length=120)
    kind: str
    definition: dict[str, Any]
    selector: dict[str, list[int]] = {}
    stacking: str = "exclusive"
    priority: int = Field(0, ge=-1000, le=1000)
    places: list[int] = []
    levels: list[str] = []
    tiers: list[str] = []
    weekdays: list[int] = []
    valid_from: date
    valid_to: date | None = Field(None, description="The first day after the last")
    currency: str = settings.CURRENCY
    most: Decimal | None = Money
    budget: Decimal | None = Money
    uses: int | None = Field(None, gt=0, le=1_000_000_000)
    partner_uses: int | None = Field(None, gt=0, le=1_000_000_000)
    note: str = Field("", max_length=300)


class PromotionIn(TermsIn):
    """The same with what never changes."""

    code: str = Field(min_length=1, max_length=40)
    node_id: int = Field(description="The unit that runs it")


class CopyIn(Schema):
    code: str = Field(min_length=1, max_length=40)


class PromotionOut(PromotionIn):
    id: int
    status: str


class FindingOut(Schema):
    weight: str
    code: str
    text: str
    other_id: int | None


@router.get("/", response=Page[PromotionOut], auth=require(VIEW), operation_id="list_promotions")
@filtered(PromotionFilters)
def get_promotions(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Promotions in scope."""
    rows = narrow(list_promotions(), request).prefetch_related("audience")
    return paginate(rows, page, by="id", show=show_promotion)


@router.post(
    "/", response={201: PromotionOut}, auth=require(CHANGE), operation_id="create_promotion"
)
def post_promotion(request: HttpRequest, body: PromotionIn) -> Any:
    """Create a draft."""
    node = node_for(body.node_id, field="node_id")
    draft = services.PromotionDraft(**body.dict(exclude={"code", "node_id"}))
    made = services.create_promotion(node, code=body.code, draft=draft, actor=principal_of(request))
    return Status(201, show_promotion(made))


@router.get(
    "/{int:promotion_id}", response=PromotionOut, auth=require(VIEW), operation_id="get_promotion"
)
@versioned(Promotion, Audience.promotion)
def get_promotion(request: HttpRequest, promotion_id: int) -> Any:
    """One promotion."""
    return show_promotion(found_promotion(promotion_id))


@router.put(
    "/{int:promotion_id}",
    response=PromotionOut,
    auth=require(CHANGE),
    operation_id="change_promotion",
)
def put_promotion(request: HttpRequest, promotion_id: int, body: TermsIn) -> Any:
    """Change a draft; a published rule never changes: copy it and end the old one."""
    draft = services.PromotionDraft(**body.dict())
    found = found_promotion(promotion_id)
    return show_promotion(
        services.change_promotion(found, draft=draft, actor=principal_of(request))
    )


@router.post(
    "/{int:promotion_id}/copy",
    response={201: PromotionOut},
    auth=require(CHANGE),
    operation_id="copy_promotion",
)
def post_copy(request: HttpRequest, promotion_id: int, body: CopyIn) -> Any:
    """A new draft with the same terms under another code."""
    found = found_promotion(promotion_id)
    made = services.copy_promotion(found, code=body.code, actor=principal_of(request))
    return Status(201, show_promotion(made))


@router.get(
    "/{int:promotion_id}/conflicts",
    response=list[FindingOut],
    auth=require(VIEW),
    operation_id="report_promotion_conflicts",
)
def get_conflicts(request: HttpRequest, promotion_id: int) -> Any:
    """What speaks against publishing it, errors first."""
    return [
        {
            "weight": one.finding.weight,
            "code": one.finding.code,
            "text": finding_in_words(one),
            "other_id": one.finding.other,
        }
        for one in conflict_report(found_promotion(promotion_id), now=timezone.now())
    ]


def _action(name: str, permission: str, use_case: Callable[..., Promotion]) -> None:
    @router.post(
        f"/{{int:promotion_id}}/{name}",
        response=PromotionOut,
        auth=require(permission),
        operation_id=f"{name}_promotion",
        summary=f"{name.capitalize()} a promotion",
    )
    def post_action(request: HttpRequest, promotion_id: int) -> Any:
        found = found_promotion(promotion_id)
        return show_promotion(use_case(found, actor=principal_of(request), now=timezone.now()))


_action("submit", CHANGE, services.submit_promotion)
_action("publish", PUBLISH, services.publish_promotion)
_action("pause", PUBLISH, services.pause_promotion)
_action("resume", PUBLISH, services.resume_promotion)
_action("end", PUBLISH, services.end_promotion)


def found_promotion(promotion_id: int) -> Promotion:
    found = list_promotions().filter(pk=promotion_id).first()
    if found is None:
        raise NotFound()
    return found


def show_promotion(one: Promotion) -> dict[str, Any]:
    names = set(PromotionOut.model_fields) - {"places", "valid_from", "valid_to"}
    return {name: getattr(one, name) for name in names} | {
        "places": sorted(row.place_id for row in one.audience.all()),
        "valid_from": one.period.lower,
        "valid_to": one.period.upper,
    }
