"""Price history, floors, sales below them and competitors' prices over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import sku_for
from yunhe.trade.pricing.api.lists import PriceOut, show_price, sku_ids
from yunhe.trade.pricing.choices import Channel, Stage
from yunhe.trade.pricing.filters import (
    BreachFilters,
    ChannelFilters,
    CompetitorFilters,
    FloorFilters,
)
from yunhe.trade.pricing.models import CompetitorPrice, RetailBreach, RetailFloor
from yunhe.trade.pricing.permissions import CHANGE, RECORD, VIEW, WATCH
from yunhe.trade.pricing.queries.market import (
    competitor_prices,
    list_breaches,
    list_channels,
    list_floors,
    price_history,
)
from yunhe.trade.pricing.services import (
    CompetitorEntry,
    FloorDraft,
    explain_breach,
    record_competitor_prices,
    set_channels,
    set_floors,
)

router = Router(tags=["pricing"])


class ChannelOut(Schema):
    node_id: int
    channel: str


class ChannelIn(Schema):
    node_id: int
    channel: Channel | Literal[""] = Field("", description="Empty: none")


class ChannelsIn(Schema):
    channels: list[ChannelIn] = Field(min_length=1, max_length=5000)


class HistoryOut(PriceOut):
    price_list_id: int


class FloorIn(Schema):
    sku: str
    price: Decimal = Field(gt=0, max_digits=14, decimal_places=4)
    currency: str = settings.CURRENCY


class FloorsIn(Schema):
    node_id: int
    starts: date
    ends: date | None = Field(None, description="The first day after the last")
    stage: Stage = Field(Stage.RETAIL, description="Sold to consumers, or to stores by dealers")
    floors: list[FloorIn] = Field(min_length=1, max_length=5000)


class FloorOut(FloorIn):
    id: int
    node_id: int
    stage: Stage
    starts: date | None
    ends: date | None


class BreachOut(Schema):
    id: int
    store_id: int
    sku: str
    on: date
    document: str
    quantity: Decimal
    unit_price: Decimal
    floor_price: Decimal
    currency: str
    state: str
    note: str


class NoteIn(Schema):
    note: str = Field(min_length=1, max_length=300)


class SeenIn(Schema):
    competitor: str = Field(min_length=1, max_length=60)
    product: str = Field(min_length=1, max_length=120)
    sku: str = Field(
        "", description="Our SKU that it compares with; the price is per its base unit"
    )
    price: Decimal = Field(gt=0, max_digits=14, decimal_places=4)
    currency: str = settings.CURRENCY
    channel: str = Field("", max_length=12)
    seen_on: date
    note: str = Field("", max_length=200)
    source_key: str = Field("", max_length=200, description="Recorded once per key")


class SeenListIn(Schema):
    node_id: int = Field(description="Where the prices were seen")
    prices: list[SeenIn] = Field(min_length=1, max_length=5000)


class SeenOut(Schema):
    id: int
    node_id: int
    competitor: str
    product: str
    sku: str | None
    price: Decimal
    currency: str
    channel: str
    seen_on: date
    note: str


@router.get(
    "/channels", response=Page[ChannelOut], auth=require(VIEW), operation_id="list_sales_channels"
)
@filtered(ChannelFilters)
def get_channels(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Through which trade partners sell; those without a channel are absent."""
    return paginate(narrow(list_channels(), request), page, by="node_id")


@router.post("/channels", response=int, auth=require(CHANGE), operation_id="set_sales_channels")
def post_channels(request: HttpRequest, body: ChannelsIn) -> Any:
    """Say through which channel partners sell; answers how many were named."""
    wanted = {row.node_id: str(row.channel) for row in body.channels}
    return set_channels(wanted, actor=principal_of(request))


@router.get(
    "/history/{code}",
    response=Page[HistoryOut],
    auth=require(VIEW),
    operation_id="price_history",
)
def get_history(request: HttpRequest, code: str, page: Query[PageQuery]) -> Any:
    """Every price of a SKU in the lists in scope, of all days."""
    rows = price_history(sku_for(code)).select_related("sku")
    return paginate(
        rows,
        page,
        by="id",
        show=lambda row: show_price(row) | {"price_list_id": row.price_list_id},
    )


@router.get(
    "/floors", response=Page[FloorOut], auth=require(VIEW), operation_id="list_retail_floors"
)
@filtered(FloorFilters)
def get_floors(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Minimum retail prices in scope."""
    return paginate(narrow(list_floors(), request), page, by="id", show=_floor)


@router.post("/floors", response=int, auth=require(WATCH), operation_id="set_retail_floors")
def post_floors(request: HttpRequest, body: FloorsIn) -> Any:
    """Set minimum retail prices below a unit; answers how many."""
    ids = sku_ids([floor.sku for floor in body.floors])
    floors = [
        FloorDraft(sku_id=ids[floor.sku], price=floor.price, currency=floor.currency)
        for floor in body.floors
    ]
    return set_floors(
        node_for(body.node_id, field="node_id"),
        floors,
        starts=body.starts,
        ends=body.ends,
        stage=body.stage,
        actor=principal_of(request),
    )


@router.get(
    "/breaches", response=Page[BreachOut], auth=require(VIEW), operation_id="list_retail_breaches"
)
@filtered(BreachFilters)
def get_breaches(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Sales of stores below a minimum retail price, with their evidence."""
    return paginate(narrow(list_breaches(), request), page, by="-id", show=_breach)


@router.post(
    "/breaches/{breach_id}/explain",
    response=BreachOut,
    auth=require(WATCH),
    operation_id="explain_retail_breach",
)
def post_explanation(request: HttpRequest, breach_id: int, body: NoteIn) -> Any:
    """Close a finding with its explanation."""
    breach = list_breaches().filter(pk=breach_id).first()
    if breach is None:
        raise NotFound()
    return _breach(explain_breach(breach, note=body.note, actor=principal_of(request)))


@router.get(
    "/competitor-prices",
    response=Page[SeenOut],
    auth=require(VIEW),
    operation_id="list_competitor_prices",
)
@filtered(CompetitorFilters)
def get_competitor_prices(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Competitors' prices seen, the latest records first."""
    return paginate(narrow(competitor_prices(), request), page, by="-id", show=_seen)


@router.post(
    "/competitor-prices",
    response={201: int},
    auth=require(RECORD),
    operation_id="record_competitor_prices",
)
def post_competitor_prices(request: HttpRequest, body: SeenListIn) -> Any:
    """Record prices; answers how many were new."""
    ids = sku_ids([row.sku for row in body.prices if row.sku])
    entries = [
        CompetitorEntry(sku_id=ids[row.sku] if row.sku else None, **row.dict(exclude={"sku"}))
        for row in body.prices
    ]
    return Status(
        201,
        record_competitor_prices(
            node_for(body.node_id, field="node_id"),
            entries,
            actor=principal_of(request),
            now=timezone.now(),
        ),
    )


def _floor(floor: RetailFloor) -> dict[str, Any]:
    return {
        "id": floor.pk,
        "node_id": floor.node_id,
        "stage": floor.stage,
        "sku": floor.sku.code,
        "price": floor.price,
        "currency": floor.currency,
        "starts": floor.period.lower,
        "ends": floor.period.upper,
    }


def _breach(breach: RetailBreach) -> dict[str, Any]:
    own = {"store_id": breach.node_id, "sku": breach.sku.code}
    names = (name for name in BreachOut.model_fields if name not in own)
    return own | {name: getattr(breach, name) for name in names}


def _seen(row: CompetitorPrice) -> dict[str, Any]:
    names = (name for name in SeenOut.model_fields if name != "sku")
    code = row.sku.code if row.sku else None
    return {name: getattr(row, name) for name in names} | {"sku": code}
