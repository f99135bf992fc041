"""Places that keep stock, and what partners hold all over the country."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import ConfigDict

from yunhe.goods.stock.filters import PlaceFilters
from yunhe.goods.stock.permissions import RECORD, VIEW
from yunhe.goods.stock.queries import list_places, list_read_partners, partner_readings
from yunhe.goods.stock.services import open_place
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["stock"])


class ReadingOut(Schema):
    """What a partner holds, in base units of all its products, and when it was last read."""

    node_id: int
    code: str
    province: str = Field(description="Code; blank when the partner's file names none")
    products: int
    available: Decimal
    transit: Decimal
    held: Decimal = Field(description="On hold and damaged")
    read_at: datetime


class PlaceIn(Schema):
    """How a node keeps stock."""

    model_config = ConfigDict(extra="forbid")

    node_id: int
    supplies: bool = Field(False, description="Orders reserve from what it holds")
    resells: bool = Field(False, description="Partners below order from it; it answers them itself")
    negative_allowed: bool = True


class PlaceOut(PlaceIn):
    pass


@router.get("/readings", response=Page[ReadingOut], auth=require(VIEW),
            operation_id="list_partner_readings")  # fmt: skip
def get_readings(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """What every partner in scope holds, with the time of its reading."""
    page = paginate(list_read_partners(), asked, by="id")
    ids = [node.pk for node in page["items"]]
    rows = {row["node_id"]: row for row in partner_readings().filter(node_id__in=ids)}
    return page | {"items": [_reading(rows[pk]) for pk in ids]}


@router.get("/places", response=Page[PlaceOut], auth=require(VIEW), operation_id="list_places")
@filtered(PlaceFilters)
def get_places(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Places in scope that keep stock in a way of their own."""
    return paginate(narrow(list_places(), request), asked, by="pk")


@router.put("/places", response=PlaceOut, auth=require(RECORD), operation_id="set_place")
def put_place(request: HttpRequest, body: PlaceIn) -> Any:
    """Say how a node keeps stock; what held before is replaced."""
    given = body.dict(exclude={"node_id"})
    node = node_for(body.node_id, field="node_id")
    return open_place(node, **given, actor=principal_of(request))


def _reading(row: dict[str, Any]) -> dict[str, Any]:
    names = ("node_id", "products", "available", "transit", "held", "read_at")
    return {name: row[name] for name in names} | {
        "code": row["node__code"],
        "province": row["node__partner__province"] or "",
    }
