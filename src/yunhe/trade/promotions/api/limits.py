"""Limits of promotions and the lowest prices that none may go below, over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.errors import DomainError
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.promotions import services
from yunhe.trade.promotions.api.records import found_promotion
from yunhe.trade.promotions.filters import FloorFilters
from yunhe.trade.promotions.models import PriceFloor
from yunhe.trade.promotions.permissions import PUBLISH, VIEW
from yunhe.trade.promotions.queries import limits_of, list_floors

router = Router(tags=["promotions"])
MAX_ROWS = 5000


class LimitsIn(Schema):
    """A limit that was set stays one: it is raised or lowered, not added or taken away."""

    budget: Decimal | None = Field(None, gt=0, max_digits=14, decimal_places=2)
    uses: int | None = Field(None, gt=0, le=1_000_000_000)
    valid_to: date | None = Field(None, description="The first day after the last")


class LimitOut(Schema):
    """`kind` is promotion-budget (money) or promotion-uses (orders)."""

    kind: str
    maximum: Decimal | None
    reserved: Decimal = Field(description="By orders not shipped yet")
    committed: Decimal = Field(description="By shipped orders")


class LowestIn(Schema):
    sku: str
    price: Decimal = Field(ge=0, max_digits=14, decimal_places=4)


class LowestPricesIn(Schema):
    node_id: int = Field(description="The unit that sets them")
    prices: list[LowestIn] = Field(min_length=1, max_length=MAX_ROWS)


class LowestOut(LowestIn):
    id: int
    node_id: int


@router.get(
    "/{int:promotion_id}/limits",
    response=list[LimitOut],
    auth=require(VIEW),
    operation_id="get_promotion_limits",
)
def get_limits(request: HttpRequest, promotion_id: int) -> Any:
    """Budget and uses with what orders took of them; empty without limits or before publishing."""
    return limits_of(found_promotion(promotion_id))


@router.put(
    "/{int:promotion_id}/limits",
    response=list[LimitOut],
    auth=require(PUBLISH),
    operation_id="set_promotion_limits",
)
def put_limits(request: HttpRequest, promotion_id: int, body: LimitsIn) -> Any:
    """Change budget, uses and end of a promotion, never below what orders hold."""
    one = found_promotion(promotion_id)
    return limits_of(services.set_limits(one, **body.dict(), actor=principal_of(request)))


@router.get(
    "/lowest-prices",
    response=Page[LowestOut],
    auth=require(PUBLISH),
    operation_id="list_lowest_prices",
)
@filtered(FloorFilters)
def get_lowest(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """The prices of base units that no promotion may go below."""
    return paginate(narrow(list_floors(), request), page, by="id", show=_lowest)


@router.post(
    "/lowest-prices", response=int, auth=require(PUBLISH), operation_id="set_lowest_prices"
)
def post_lowest(request: HttpRequest, body: LowestPricesIn) -> Any:
    """Set lowest prices for a unit, 0 takes one away; others stay. Answers how many were named."""
    node = node_for(body.node_id, field="node_id")
    ids = ids_by_code({row.sku for row in body.prices})
    faults = [
        {"row": at, "sku": row.sku, "message": _("No product has this code.")}
        for at, row in enumerate(body.prices, start=1)
        if row.sku not in ids
    ]
    if faults:
        raise DomainError(
            _("Some prices cannot be set."), code="promotions.unknown_sku", rows=faults
        )
    prices = {ids[row.sku]: row.price for row in body.prices}
    return services.set_price_floors(node, prices, actor=principal_of(request))


def _lowest(floor: PriceFloor) -> dict[str, Any]:
    return {
        "id": floor.pk,
        "node_id": floor.node_id,
        "sku": floor.sku.code,
        "price": floor.price,
    }
