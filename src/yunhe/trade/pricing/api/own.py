"""A partner's own price lists, for those who order from it, over the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from yunhe.platform.access.models import Node
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.pricing.api.lists import (
    ListOut,
    PriceOut,
    PricesIn,
    entries_of,
    principal_of,
    show_list,
    show_price,
)
from yunhe.trade.pricing.filing import set_prices_from_file
from yunhe.trade.pricing.filters import PriceFilters
from yunhe.trade.pricing.models import Price, PriceList
from yunhe.trade.pricing.permissions import KEEP
from yunhe.trade.pricing.queries import own_lists, prices_of
from yunhe.trade.pricing.services import (
    ListDraft,
    create_own_list,
    publish_price_list,
    set_prices,
    withdraw_price_list,
)

router = Router(tags=["pricing"], auth=require(KEEP))


class OwnListIn(Schema):
    """For which of its customers a partner's list is; nothing named: for all of them."""

    name: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)
    level: str = Field("", max_length=12)
    tier: str = Field("", max_length=12)
    valid_from: date
    valid_to: date | None = Field(None, description="The first day after the last")
    note: str = Field("", max_length=200)


class PeriodIn(Schema):
    effective: date
    until: date | None = Field(None, description="The first day on which the old prices hold again")


@router.get("", response=Page[ListOut], operation_id="list_own_price_lists")
def get_own_lists(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """The lists that the caller's company keeps."""
    return paginate(own_lists(_home(request)), page, by="id", show=show_list)


@router.post("", response={201: ListOut}, operation_id="create_own_price_list")
def post_own_list(request: HttpRequest, body: OwnListIn) -> Any:
    """Create a draft list for those who order from the caller's company."""
    home = Node.objects.filter(pk=_home(request)).first()
    if home is None:
        raise NotFound()
    made = create_own_list(home, draft=ListDraft(**body.dict()), actor=principal_of(request))
    return Status(201, show_list(made))


@router.get("/{own_list_id}", response=ListOut, operation_id="get_own_price_list")
@versioned(PriceList, Price.price_list)
def get_own_list(request: HttpRequest, own_list_id: int) -> Any:
    """One list that the caller's company keeps."""
    return show_list(_found(request, own_list_id))


@router.get("/{own_list_id}/prices", response=Page[PriceOut], operation_id="list_own_prices")
@filtered(PriceFilters)
def get_own_prices(request: HttpRequest, own_list_id: int, page: Query[PageQuery]) -> Any:
    """Rows of an own list, of all days."""
    return paginate(
        narrow(prices_of(_found(request, own_list_id)), request), page, by="id", show=show_price
    )


@router.post("/{own_list_id}/prices", response=int, operation_id="set_own_prices")
def post_own_prices(request: HttpRequest, own_list_id: int, body: PricesIn) -> Any:
    """Let prices hold from a day on; refused below the manufacturer's lowest price, by row."""
    return set_prices(
        _found(request, own_list_id),
        entries_of(body.prices),
        effective=body.effective,
        until=body.until,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post("/{own_list_id}/file", response=int, operation_id="set_own_prices_from_file")
def post_own_file(
    request: HttpRequest, own_list_id: int, file: File[UploadedFile], details: Form[PeriodIn]
) -> Any:
    """As above, from a CSV or Excel file with the columns product, price, unit, from quantity."""
    return set_prices_from_file(
        _found(request, own_list_id),
        file.name or "",
        file.read(),
        effective=details.effective,
        until=details.until,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post("/{own_list_id}/publish", response=ListOut, operation_id="publish_own_list")
def post_own_publish(request: HttpRequest, own_list_id: int) -> Any:
    """Let the list price the orders of the company's customers."""
    return show_list(publish_price_list(_found(request, own_list_id), actor=principal_of(request)))


@router.post("/{own_list_id}/withdraw", response=ListOut, operation_id="withdraw_own_list")
def post_own_withdraw(request: HttpRequest, own_list_id: int) -> Any:
    """Take the list out of use: the manufacturer's prices hold again."""
    return show_list(withdraw_price_list(_found(request, own_list_id), actor=principal_of(request)))


def _home(request: HttpRequest) -> int:
    return principal_of(request).home_id or 0


def _found(request: HttpRequest, own_list_id: int) -> PriceList:
    found = own_lists(_home(request)).filter(pk=own_list_id).first()
    if found is None:
        raise NotFound()
    return found
