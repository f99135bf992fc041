"""The ledger over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from yunhe.money.ledger import services
from yunhe.money.ledger.models import CreditLimit, Entry, OpenItem
from yunhe.money.ledger.permissions import LIMIT, POST, VIEW, VIEW_OWN
from yunhe.money.ledger.queries import balance_of, credit_of, open_items, statement
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.bodies import Body
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned_rows
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["ledger"])
READ = require_any(VIEW, VIEW_OWN)


class CreditOut(Schema):
    """A partner's credit; null is unlimited. `balance` is what it owes."""

    node_id: int
    limit: Decimal | None
    reserved: Decimal
    committed: Decimal
    available: Decimal | None
    balance: Decimal


class StatementRowOut(Schema):
    """An entry with the balance after it."""

    on: date
    kind: str
    number: str
    text: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal


class StatementOut(Schema):
    """Entries in `[start, end)` between two balances."""

    node_id: int
    start: date
    end: date
    opening: Decimal
    closing: Decimal
    rows: list[StatementRowOut]


class OpenItemOut(Schema):
    """What is left of an entry; below zero is credit not applied yet."""

    entry_id: int
    node_id: int
    due_on: date
    amount: Decimal
    open_amount: Decimal


class PostingIn(Body):
    """A payment or credit note; `key` identifies it for good."""

    node_id: int
    amount: Decimal = Field(gt=0, max_digits=16, decimal_places=2)
    on: date
    key: str = Field(min_length=1, max_length=100)
    number: str = Field("", max_length=60)
    text: str = Field("", max_length=300)


class PostedOut(Schema):
    """The entry: written now (201), or before under the same key and with the same content (200)."""

    entry_id: int


class LimitIn(Body):
    """A credit limit; null is unlimited."""

    amount: Decimal | None = Field(ge=0, max_digits=16, decimal_places=2)
    reason: str = Field(min_length=1, max_length=200)


def _limit_rows(node_id: Any) -> list[QuerySet[Any]]:
    """Of a partner's credit only the limit is edited; what orders use of it is no version of it."""
    return [Node.objects.filter(pk=node_id), CreditLimit.objects.filter(node_id=node_id)]


@router.get("/credit/{int:node_id}", response=CreditOut, auth=READ, summary="Credit of a partner")
@versioned_rows(_limit_rows)
def credit(request: HttpRequest, node_id: int) -> Any:
    node_for(node_id)
    found = credit_of(node_id)
    return {
        "node_id": node_id,
        "limit": found.limit,
        "reserved": found.reserved,
        "committed": found.committed,
        "available": found.available,
        "balance": balance_of(node_id),
    }


@router.put(
    "/credit/{int:node_id}", response=CreditOut, auth=require(LIMIT), summary="Set a credit limit"
)
def set_limit(request: HttpRequest, node_id: int, body: LimitIn) -> Any:
    services.set_credit_limit(
        node_id=node_id,
        amount=body.amount,
        reason=body.reason,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return credit(request, node_id)


@router.get(
    "/statement/{int:node_id}", response=StatementOut, auth=READ, summary="Statement of a partner"
)
def partner_statement(request: HttpRequest, node_id: int, start: date, end: date) -> Any:
    """Entries on days from `start` up to, not including, `end`."""
    node_for(node_id)
    return statement(node_id, start=start, end=end)


@router.get(
    "/open-items", response=Page[OpenItemOut], auth=READ, summary="Open items, newest first"
)
def list_open_items(
    request: HttpRequest, page: Query[PageQuery], node_id: int | None = None
) -> Any:
    return paginate(open_items(node_id), page, show=_open_item)


@router.post(
    "/payments",
    response={200: PostedOut, 201: PostedOut},
    auth=require(POST),
    summary="Record a payment",
)
def payment(request: HttpRequest, body: PostingIn) -> Any:
    return _posted(
        services.post_payment(**body.model_dump(), actor=principal_of(request), now=timezone.now()),
        body.key,
    )


@router.post(
    "/credit-notes",
    response={200: PostedOut, 201: PostedOut},
    auth=require(POST),
    summary="Post a credit note",
)
def credit_note(request: HttpRequest, body: PostingIn) -> Any:
    return _posted(
        services.post_credit_note(
            **body.model_dump(), actor=principal_of(request), now=timezone.now()
        ),
        body.key,
    )


def _posted(ids: list[int], key: str) -> Any:
    """The entry written now (201), or the one that the key has been since (200)."""
    if ids:
        return Status(201, {"entry_id": ids[0]})
    return Status(200, {"entry_id": Entry.objects.get(key=key).pk})


def _open_item(item: OpenItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in OpenItemOut.model_fields}
