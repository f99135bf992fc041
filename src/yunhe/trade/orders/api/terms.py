"""Order terms: minimum order value, order days and the hour until which orders are taken."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AfterValidator

from yunhe.channel.network.choices import Level
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.guards import require
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.orders import services
from yunhe.trade.orders.models import OrderTerms
from yunhe.trade.orders.permissions import TERMS

router = Router(tags=["orders"])


def _naive(hour: time) -> time:
    if hour.tzinfo is not None:
        raise ValueError("a time of day without a zone")
    return hour


Hour = Annotated[time, AfterValidator(_naive)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class TermsOut(Schema):
    """Terms of a region, and of a level in it (empty: all); they bind the partners below."""

    id: int
    node_id: int
    level: str
    minimum: Decimal
    weekdays: list[int] = Field(description="1 Monday … 7 Sunday; empty: every day")
    cut_off: time | None = Field(description="orders are taken until this hour")


class TermsIn(Body):
    """Terms to set; those of the same region and level are replaced."""

    node_id: int
    level: Level | Literal[""] = ""
    minimum: Decimal = Field(Decimal(0), ge=0, max_digits=18, decimal_places=4)
    weekdays: list[Weekday] = Field(default_factory=list, max_length=7)
    cut_off: Hour | None = None


@router.get(
    "/terms",
    response=Page[TermsOut],
    auth=require(TERMS),
    summary="Order terms by region and level",
    operation_id="list_order_terms",
)
def listing(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Of several, the nearest to the partner and then the level's own apply."""
    return paginate(OrderTerms.objects.all(), page)


@router.put(
    "/terms",
    response=TermsOut,
    auth=require(TERMS),
    summary="Set order terms",
    operation_id="set_order_terms",
)
def change(request: HttpRequest, body: TermsIn) -> Any:
    actor = principal_of(request)
    node = node_for(body.node_id, field="node_id")
    terms = services.NewTerms(
        minimum=body.minimum, weekdays=frozenset(body.weekdays), cut_off=body.cut_off
    )
    return services.set_order_terms(node, body.level, terms, actor=actor)
