"""Price changes over the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.pricing.api.lists import PriceIn, entries_of, found_list
from yunhe.trade.pricing.filters import ChangeFilters
from yunhe.trade.pricing.models import PriceChange, PriceChangeLine
from yunhe.trade.pricing.permissions import CHANGE, VIEW
from yunhe.trade.pricing.queries.changes import list_price_changes, preview_change
from yunhe.trade.pricing.services import (
    ChangeDraft,
    cancel_price_change,
    create_price_change,
    submit_price_change,
)

router = Router(tags=["pricing"])


class ChangeIn(Schema):
    price_list_id: int
    title: str = Field(min_length=1, max_length=120)
    effective: date
    until: date | None = Field(None, description="The first day on which the old prices hold again")
    reason: str = Field("", max_length=500)
    prices: list[PriceIn] = Field(min_length=1, max_length=5000)


class ChangeOut(Schema):
    id: int
    price_list_id: int
    title: str
    effective: date
    until: date | None
    state: str
    effect: Decimal | None = Field(description="Expected effect on revenue, kept at submission")
    partners: int | None
    committed_at: datetime | None


class ChangeLineOut(Schema):
    sku: str
    unit: str
    min_quantity: Decimal
    price: Decimal
    previous: Decimal | None
    bought: Decimal = Field(
        description="In `unit`, by the partners whose price changes, in 90 days"
    )
    effect: Decimal


class ChangeDetailOut(ChangeOut):
    lines: list[ChangeLineOut]
    affected_partners: int
    expected_effect: Decimal


@router.get("/", response=Page[ChangeOut], auth=require(VIEW), operation_id="list_price_changes")
@filtered(ChangeFilters)
def get_changes(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Requests to change prices, the newest first."""
    return paginate(narrow(list_price_changes(), request), page)


@router.post(
    "/", response={201: ChangeOut}, auth=require(CHANGE), operation_id="create_price_change"
)
def post_change(request: HttpRequest, body: ChangeIn) -> Any:
    """A draft; look at its comparison, then submit it."""
    values = body.dict(include={"title", "effective", "until", "reason"})
    draft = ChangeDraft(**values, entries=entries_of(body.prices))
    return Status(
        201,
        create_price_change(
            found_list(body.price_list_id),
            draft=draft,
            actor=principal_of(request),
            now=timezone.now(),
        ),
    )


@router.get(
    "/{change_id}",
    response=ChangeDetailOut,
    auth=require(VIEW),
    operation_id="get_price_change",
)
@versioned(PriceChange, PriceChangeLine.change)
def get_change(request: HttpRequest, change_id: int) -> Any:
    """The request compared with what holds now."""
    change = _found(change_id)
    preview = preview_change(change, today=timezone.localdate())
    return {name: getattr(change, name) for name in ChangeOut.model_fields} | {
        "affected_partners": len(preview.partners),
        "expected_effect": preview.effect,
        "lines": [
            {
                "sku": row.line.sku.code,
                "unit": row.line.unit,
                "min_quantity": row.line.min_quantity,
                "price": row.line.price,
                "previous": row.previous,
                "bought": row.effect.quantity,
                "effect": row.effect.effect,
            }
            for row in preview.lines
        ],
    }


@router.post(
    "/{change_id}/submit",
    response=ChangeOut,
    auth=require(CHANGE),
    operation_id="submit_price_change",
)
def post_submit(request: HttpRequest, change_id: int) -> Any:
    """Ask for approval; without a chain the prices are set at once."""
    return submit_price_change(_found(change_id), actor=principal_of(request), now=timezone.now())


@router.post(
    "/{change_id}/cancel",
    response=ChangeOut,
    auth=require(CHANGE),
    operation_id="cancel_price_change",
)
def post_cancel(request: HttpRequest, change_id: int) -> Any:
    """Give the request up."""
    return cancel_price_change(_found(change_id), actor=principal_of(request), now=timezone.now())


def _found(change_id: int) -> PriceChange:
    found = list_price_changes().select_related("price_list__node").filter(pk=change_id).first()
    if found is None:
        raise NotFound()
    return found
