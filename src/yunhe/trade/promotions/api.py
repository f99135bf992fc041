"""Promotions over the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.pricing.queries import AskedLine, price_lines
from yunhe.trade.promotions import services
from yunhe.trade.promotions.compute.basket import GiftOffer
from yunhe.trade.promotions.models import Promotion
from yunhe.trade.promotions.permissions import CHANGE, PUBLISH, VIEW, VIEW_OWN
from yunhe.trade.promotions.queries import apply_promotions, free_skus, list_promotions
from yunhe.trade.promotions.reporting import conflict_report, finding_in_words
from yunhe.trade.promotions.wording import explain, message_in_words, skus_told, snapshot_of

router = Router(tags=["promotions"])
MAX_LINES = 5000
Money = Field(None, gt=0, max_digits=14, decimal_places=2)


class PromotionIn(Schema):
    """`definition` and `selector` as docs/reference/promotions.md describes them by kind."""

    code: str = Field(min_length=1, max_length=40)
    node_id: int = Field(description="The unit that runs it")
    name: str = Field(min_length=1, max_length=120)
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


class PromotionOut(PromotionIn):
    id: int
    status: str


class FindingOut(Schema):
    weight: str
    code: str
    text: str
    other_id: int | None


class LineIn(Schema):
    sku: str
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=12, decimal_places=3)


class BasketIn(Schema):
    """Lines to be priced; `partner_id` defaults to the caller's own company."""

    partner_id: int | None = None
    on: date | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)
    choices: dict[int, list[int]] = Field(
        {}, description="Gifts picked: promotion's id to positions, as `offers` count them"
    )


class LineOut(LineIn):
    amount: Decimal
    discount: Decimal
    net: Decimal
    why: list[str]


class FreeOut(Schema):
    sku: str
    unit: str
    quantity: Decimal
    promotion: str


class GiftOut(Schema):
    """A gift to choose; `position` is what `choices` name."""

    position: int
    sku: str
    unit: str
    quantity: Decimal


class OfferOut(Schema):
    """The gifts of one promotion, of which `pick` are given; `chosen` are the positions that count."""

    promotion_id: int
    promotion: str
    pick: int
    chosen: list[int]
    gifts: list[GiftOut]


class BasketOut(Schema):
    amount: Decimal
    discount: Decimal
    net: Decimal
    lines: list[LineOut]
    free: list[FreeOut]
    offers: list[OfferOut]
    messages: list[str]


@router.get("/", response=Page[PromotionOut], auth=require(VIEW), operation_id="list_promotions")
def get_promotions(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Promotions in scope."""
    rows = list_promotions().prefetch_related("audience")
    return paginate(rows, page, by="id", show=_promotion)


@router.post(
    "/", response={201: PromotionOut}, auth=require(CHANGE), operation_id="create_promotion"
)
def post_promotion(request: HttpRequest, body: PromotionIn) -> Any:
    """Create a draft."""
    node = Node.objects.filter(pk=body.node_id).first()
    if node is None:
        raise NotFound(field="node_id")
    draft = services.PromotionDraft(**body.dict(exclude={"code", "node_id"}))
    made = services.create_promotion(node, code=body.code, draft=draft, actor=_principal(request))
    return Status(201, _promotion(made))


@router.get(
    "/{int:promotion_id}", response=PromotionOut, auth=require(VIEW), operation_id="get_promotion"
)
def get_promotion(request: HttpRequest, promotion_id: int) -> Any:
    """One promotion."""
    return _promotion(_found(promotion_id))


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
        for one in conflict_report(_found(promotion_id), now=timezone.now())
    ]


@router.post(
    "/basket",
    response=BasketOut,
    auth=require_any(VIEW, VIEW_OWN),
    operation_id="try_basket",
)
def post_basket(request: HttpRequest, body: BasketIn) -> Any:
    """What a basket would cost and get, line by line, and why. Nothing is written."""
    node_id = body.partner_id or _principal(request).home_id
    if node_id is None:
        raise NotFound()
    on = body.on or timezone.localdate()
    ids = ids_by_code({line.sku for line in body.lines})
    if any(line.sku not in ids for line in body.lines):
        raise NotFound(field="lines")
    asked = [AskedLine(ids[line.sku], line.unit, line.quantity) for line in body.lines]
    priced = price_lines(node_id=node_id, lines=asked, on=on)
    basket = apply_promotions(node_id=node_id, lines=priced, on=on, choices=body.choices)
    named = free_skus(basket) | skus_told(basket.result.messages)
    skus = {sku.pk: sku for sku in Sku.objects.filter(pk__in=named)} if named else {}
    labels = {pk: sku.label for pk, sku in skus.items()}
    return {
        "amount": basket.result.amount,
        "discount": basket.result.discount,
        "net": basket.result.net,
        "lines": [
            line.dict()
            | {name: getattr(found, name) for name in ("amount", "discount", "net")}
            | {"why": explain(snapshot_of(found))}
            for line, found in zip(body.lines, basket.result.lines, strict=True)
        ],
        "free": [
            {
                "sku": skus[one.sku_id].code,
                "unit": one.unit,
                "quantity": one.quantity,
                "promotion": one.promotion,
            }
            for one in basket.free
        ],
        "offers": [_offer(one, skus) for one in basket.result.choices],
        "messages": [message_in_words(one, labels) for one in basket.result.messages],
    }


def _offer(offer: GiftOffer, skus: Mapping[int, Sku]) -> dict[str, Any]:
    return {
        "promotion_id": offer.promotion_id,
        "promotion": offer.name,
        "pick": offer.pick,
        "chosen": list(offer.chosen),
        "gifts": [
            {
                "position": at,
                "sku": skus[gift.sku].code,
                "unit": gift.unit or skus[gift.sku].base_unit,
                "quantity": gift.quantity * offer.times,
            }
            for at, gift in enumerate(offer.gifts)
            if gift.sku in skus
        ],
    }


def _action(name: str, permission: str, use_case: Callable[..., Promotion]) -> None:
    @router.post(
        f"/{{int:promotion_id}}/{name}",
        response=PromotionOut,
        auth=require(permission),
        operation_id=f"{name}_promotion",
        summary=f"{name.capitalize()} a promotion",
    )
    def post_action(request: HttpRequest, promotion_id: int) -> Any:
        found = _found(promotion_id)
        return _promotion(use_case(found, actor=_principal(request), now=timezone.now()))


_action("submit", CHANGE, services.submit_promotion)
_action("publish", PUBLISH, services.publish_promotion)
_action("pause", PUBLISH, services.pause_promotion)
_action("resume", PUBLISH, services.resume_promotion)
_action("end", PUBLISH, services.end_promotion)


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined]


def _found(promotion_id: int) -> Promotion:
    found = list_promotions().filter(pk=promotion_id).first()
    if found is None:
        raise NotFound()
    return found


def _promotion(one: Promotion) -> dict[str, Any]:
    names = set(PromotionOut.model_fields) - {"places", "valid_from", "valid_to"}
    return {name: getattr(one, name) for name in names} | {
        "places": sorted(row.place_id for row in one.audience.all()),
        "valid_from": one.period.lower,
        "valid_to": one.period.upper,
    }
