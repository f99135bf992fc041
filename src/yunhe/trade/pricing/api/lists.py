"""Price lists and quotes over the API."""

from __future__ import annotations

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
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.pricing.filters import PriceFilters, PriceListFilters
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.permissions import CHANGE, PUBLISH, VIEW, VIEW_OWN
from yunhe.trade.pricing.queries import (
    AskedLine,
    PricedLine,
    list_price_lists,
    price_lines,
    prices_of,
)
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    change_price_list,
    create_price_list,
    publish_price_list,
    set_prices,
    withdraw_price_list,
)

router = Router(tags=["pricing"])
MAX_LINES = 5000


class LineIn(Schema):
    sku: str = Field(description="Code of the SKU")
    unit: str
    quantity: Decimal = Field(gt=0, max_digits=12, decimal_places=3)


class QuoteIn(Schema):
    """Lines to be priced; `partner_id` defaults to the caller's own company."""

    partner_id: int | None = None
    on: date | None = None
    currency: str = settings.CURRENCY
    lines: list[LineIn] = Field(min_length=1, max_length=MAX_LINES)


class LineOut(LineIn):
    """A priced line; `unit_price` and `amount` are null when no list prices it."""

    unit_price: Decimal | None
    amount: Decimal | None
    currency: str
    price_list: str
    why: str


class TermsIn(Schema):
    """What defines a list, beside its code and place."""

    name: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    level: str = ""
    tier: str = ""
    channel: str = ""
    currency: str = settings.CURRENCY
    priority: int = Field(0, ge=-1000, le=1000)
    valid_from: date
    valid_to: date | None = Field(None, description="The first day after the last")
    note: str = Field("", max_length=200)


class ListIn(TermsIn):
    code: str = Field(max_length=40)
    node_id: int


class ListOut(ListIn):
    id: int
    status: str
    by_partner: bool = Field(description="Kept by the partner for those who order from it")
    waiting: str = Field(
        description="What waits for approval: publish, withdraw, end; empty: nothing"
    )


class PriceIn(Schema):
    sku: str
    unit: str
    price: Decimal = Field(ge=0, max_digits=14, decimal_places=4)
    min_quantity: Decimal = Field(Decimal(1), gt=0, max_digits=12, decimal_places=3)


class PricesIn(Schema):
    effective: date
    until: date | None = Field(None, description="The first day on which the old prices hold again")
    prices: list[PriceIn] = Field(min_length=1, max_length=MAX_LINES)


class PriceOut(PriceIn):
    id: int
    start: date | None
    end: date | None


@router.post(
    "/quote", response=list[LineOut], auth=require_any(VIEW, VIEW_OWN), operation_id="quote_prices"
)
def post_quote(request: HttpRequest, body: QuoteIn) -> Any:
    """What a partner pays, line by line, and why. Nothing is written."""
    node_id = body.partner_id or principal_of(request).home_id
    if node_id is None:
        raise NotFound()
    ids = sku_ids([line.sku for line in body.lines])
    asked = [AskedLine(ids[line.sku], line.unit, line.quantity) for line in body.lines]
    priced = price_lines(
        node_id=node_id,
        lines=asked,
        on=body.on or timezone.localdate(),
        currency=body.currency,
        require=False,
    )
    return [_line(line.sku, found) for line, found in zip(body.lines, priced, strict=True)]


@router.get("/lists", response=Page[ListOut], auth=require(VIEW), operation_id="list_price_lists")
@filtered(PriceListFilters)
def get_lists(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Price lists in scope."""
    return paginate(narrow(list_price_lists(), request), page, by="id", show=show_list)


@router.post(
    "/lists", response={201: ListOut}, auth=require(CHANGE), operation_id="create_price_list"
)
def post_list(request: HttpRequest, body: ListIn) -> Any:
    """Create a draft list."""
    node = node_for(body.node_id, field="node_id")
    draft = ListDraft(**body.dict(exclude={"code", "node_id"}))
    return Status(
        201,
        show_list(
            create_price_list(node, code=body.code, draft=draft, actor=principal_of(request))
        ),
    )


@router.get(
    "/lists/{list_id}/prices",
    response=Page[PriceOut],
    auth=require(VIEW),
    operation_id="list_prices",
)
@filtered(PriceFilters)
def get_prices(request: HttpRequest, list_id: int, page: Query[PageQuery]) -> Any:
    """Rows of a list, of all days."""
    return paginate(narrow(prices_of(found_list(list_id)), request), page, by="id", show=show_price)


@router.post(
    "/lists/{list_id}/prices", response=int, auth=require(CHANGE), operation_id="set_prices"
)
def post_prices(request: HttpRequest, list_id: int, body: PricesIn) -> Any:
    """Let prices hold from a day on; answers how many were set."""
    return set_prices(
        found_list(list_id),
        entries_of(body.prices),
        effective=body.effective,
        until=body.until,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post(
    "/lists/{list_id}/publish", response=ListOut, auth=require(PUBLISH), operation_id="publish_list"
)
def post_publish(request: HttpRequest, list_id: int) -> Any:
    """Let the list price orders; where price changes are approved it waits for that (`waiting`)."""
    publish_price_list(found_list(list_id), actor=principal_of(request), now=timezone.now())
    return show_list(found_list(list_id))


@router.post(
    "/lists/{list_id}/withdraw",
    response=ListOut,
    auth=require(PUBLISH),
    operation_id="withdraw_list",
)
def post_withdraw(request: HttpRequest, list_id: int) -> Any:
    """Take the list out of use; where price changes are approved it waits for that (`waiting`)."""
    withdraw_price_list(found_list(list_id), actor=principal_of(request), now=timezone.now())
    return show_list(found_list(list_id))


@router.put(
    "/lists/{list_id}", response=ListOut, auth=require(CHANGE), operation_id="change_price_list"
)
def put_list(request: HttpRequest, list_id: int, body: TermsIn) -> Any:
    """Change a draft's terms; of a published list name, note and last day, the day with approval."""
    draft = ListDraft(**body.dict())
    actor, now = principal_of(request), timezone.now()
    change_price_list(found_list(list_id), draft=draft, actor=actor, now=now)
    return show_list(found_list(list_id))


@router.get("/lists/{list_id}", response=ListOut, auth=require(VIEW), operation_id="get_price_list")
@versioned(PriceList, Price.price_list)
def get_list(request: HttpRequest, list_id: int) -> Any:
    """One price list."""
    return show_list(found_list(list_id))


def found_list(list_id: int) -> PriceList:
    found = list_price_lists().filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return found


def sku_ids(codes: list[str]) -> dict[str, int]:
    """SKU ids by code. Raises DomainError naming the rows whose code is unknown."""
    ids = ids_by_code(codes)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": code, "message": message}
        for at, code in enumerate(codes, start=1)
        if code not in ids
    ]
    if faults:
        raise DomainError(message, code="pricing.unknown_sku", rows=faults)
    return ids


def entries_of(prices: list[PriceIn]) -> list[PriceEntry]:
    """The use cases' input. Raises DomainError naming the rows whose code is unknown."""
    ids = sku_ids([price.sku for price in prices])
    return [
        PriceEntry(
            sku_id=ids[price.sku],
            unit=price.unit,
            price=price.price,
            min_quantity=price.min_quantity,
        )
        for price in prices
    ]


def _line(code: str, line: PricedLine) -> dict[str, Any]:
    names = ("unit", "quantity", "unit_price", "amount", "currency", "price_list", "why")
    return {"sku": code, **{name: getattr(line, name) for name in names}}


def show_list(price_list: PriceList) -> dict[str, Any]:
    names = (
        "id",
        "code",
        "node_id",
        "name",
        "name_en",
        "level",
        "tier",
        "channel",
        "currency",
        "priority",
        "note",
        "status",
        "by_partner",
    )
    return {name: getattr(price_list, name) for name in names} | {
        "valid_from": price_list.period.lower,
        "valid_to": price_list.period.upper,
        "waiting": getattr(price_list, "waiting", None) or "",
    }


def show_price(price: Price) -> dict[str, Any]:
    return {
        "id": price.pk,
        "sku": price.sku.code,
        "unit": price.unit,
        "price": price.price,
        "min_quantity": price.min_quantity,
        "start": price.period.lower,
        "end": price.period.upper,
    }
