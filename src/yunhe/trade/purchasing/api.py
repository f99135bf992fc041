"""Purchase orders over the API; suppliers call in their answers here."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.forms import valid_form
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.purchasing.filters import PurchaseFilters
from yunhe.trade.purchasing.forms import LinkForm
from yunhe.trade.purchasing.models import PurchaseOrder, SupplierLink
from yunhe.trade.purchasing.permissions import CHANGE, VIEW
from yunhe.trade.purchasing.queries import lines_of, list_links, list_purchases
from yunhe.trade.purchasing.services import record_answers

router = Router(tags=["purchasing"])


class PurchaseOut(Schema):
    id: int
    number: str
    order_id: int
    connector: str
    state: str
    reference: str
    created_at: datetime
    answered_at: datetime | None


class PurchaseLineOut(Schema):
    """`answer` as X12 ACK01: IA accepted, IC changed, IR rejected."""

    row: int
    sku: str
    quantity: Decimal
    answer: str
    confirmed: Decimal | None
    deliver_on: date | None


class PurchaseDetailOut(PurchaseOut):
    lines: list[PurchaseLineOut]


class AnswerIn(Schema):
    connector: str = Field(max_length=40)
    text: str = Field(max_length=1_000_000, description="An X12 855 interchange")


class LinkOut(Schema):
    node_id: int
    place: str
    connector: str
    account: str
    active: bool


class LinkIn(Schema):
    """What is left out stays as it is."""

    connector: str | None = Field(None, max_length=40)
    account: str | None = Field(None, max_length=40)
    active: bool | None = None


@router.get("/suppliers", response=list[LinkOut], auth=require(VIEW), operation_id="list_suppliers")
def get_suppliers(request: HttpRequest) -> Any:
    """Supply places whose confirmed orders another company's system fulfils."""
    return [_link(link) for link in list_links()]


@router.get(
    "/suppliers/{node_id}", response=LinkOut, auth=require(VIEW), operation_id="get_supplier"
)
@versioned(SupplierLink, creates=True)
def get_supplier(request: HttpRequest, node_id: int) -> Any:
    """The connection of one supply place."""
    link = list_links().filter(pk=node_id).first()
    if link is None:
        raise NotFound()
    return _link(link)


@router.put(
    "/suppliers/{node_id}", response=LinkOut, auth=require(CHANGE), operation_id="put_supplier"
)
def put_supplier(request: HttpRequest, node_id: int, body: LinkIn) -> Any:
    """Connect a supply place with a system (`connector` and `account`), or change the connection."""
    node_for(node_id)
    changes = {"node": node_id} | body.model_dump(exclude_none=True)
    link = list_links().filter(pk=node_id).first() or SupplierLink()
    return _link(valid_form(LinkForm, link, changes).save())


@router.get("/", response=Page[PurchaseOut], auth=require(VIEW), operation_id="list_purchases")
@filtered(PurchaseFilters)
def get_purchases(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Purchase orders and how far they are."""
    return paginate(
        narrow(list_purchases().order_by("pk"), request), asked, by="id", show=_purchase
    )


@router.post(
    "/answers", response=list[PurchaseOut], auth=require(CHANGE), operation_id="answer_purchases"
)
def post_answers(request: HttpRequest, body: AnswerIn) -> Any:
    """Take in acknowledgements; the same again changes nothing."""
    actor = principal_of(request)
    found = record_answers(body.connector, body.text, actor=actor, now=timezone.now())
    return [_purchase(purchase) for purchase in found]


@router.get(
    "/{purchase_id}", response=PurchaseDetailOut, auth=require(VIEW), operation_id="get_purchase"
)
def get_purchase(request: HttpRequest, purchase_id: int) -> Any:
    """One purchase order with the supplier's answer line by line."""
    purchase = list_purchases().filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound()
    names = ("row", "quantity", "answer", "confirmed", "deliver_on")
    lines = [
        {name: getattr(line, name) for name in names} | {"sku": line.sku.code}
        for line in lines_of(purchase)
    ]
    return _purchase(purchase) | {"lines": lines}


def _purchase(purchase: PurchaseOrder) -> dict[str, Any]:
    return {name: getattr(purchase, name) for name in PurchaseOut.model_fields}


def _link(link: SupplierLink) -> dict[str, Any]:
    names = ("node_id", "connector", "account", "active")
    return {name: getattr(link, name) for name in names} | {"place": link.node.label}
