"""Transfers between partners over the API, and their terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, TypeVar

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from yunhe.goods.transfers.api.naming import named
from yunhe.goods.transfers.filters import TransferFilters
from yunhe.goods.transfers.models import Transfer, TransferLine
from yunhe.goods.transfers.permissions import ANSWER, APPROVE, ASK, PROPOSE, RULES, VIEW, VIEW_OWN
from yunhe.goods.transfers.queries import (
    ProposalRow,
    lines_of,
    list_proposals,
    list_terms,
    list_transfers,
    partner_by_code,
    transfer_for,
)
from yunhe.goods.transfers.services import (
    NewLine,
    approve_transfer,
    move_transfer,
    propose_transfer,
    remove_terms,
    set_terms,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.queries import node_for
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.queries import ids_by_code

M = TypeVar("M", bound=Model)
router = Router(tags=["transfers"])
EITHER = require_any(VIEW, VIEW_OWN)


class LineIn(Schema):
    sku: str
    quantity: Decimal = Field(gt=0, max_digits=16, decimal_places=3, description="Base units")
    unit_price: Decimal = Field(ge=0, max_digits=18, decimal_places=4)


class TransferIn(Schema):
    sender: str = Field(description="Code of the partner that sends")
    receiver: str = Field(description="Code of the partner that receives")
    note: str = Field("", max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class TransferLineOut(Schema):
    id: int
    sku: str
    quantity: Decimal
    unit_price: Decimal
    received: Decimal | None


class TransferOut(Schema):
    id: int
    number: str
    sender_id: int
    receiver_id: int
    status: str
    proposer: str = Field(description="hq, sender or receiver: who began it")
    approval: str = Field(description="none, waiting or given")
    lines: list[TransferLineOut] = []


class TermsIn(Schema):
    """What holds for transfers that partners at or below a node propose."""

    model_config = ConfigDict(extra="forbid")

    node_id: int
    partners_propose: bool
    approve_from: Decimal | None = Field(
        None, ge=0, max_digits=18, decimal_places=2, description="0: every one, null: none"
    )


class TermsOut(Schema):
    id: int
    node_id: int
    partners_propose: bool
    approve_from: Decimal | None


class OfferedOut(Schema):
    sku: str
    quantity: Decimal = Field(description="Base units")
    unit_price: Decimal = Field(description="What the sender paid, 0 when it never bought")


class ProposalOut(Schema):
    """What one partner could send to another; `worth` at the sender's prices."""

    sender: str
    receiver: str
    km: int | None
    worth: Decimal
    lines: list[OfferedOut]


class StepIn(Schema):
    received: dict[int, Decimal] = Field({}, description="Line id → base units that arrived")


@router.get("/terms", response=Page[TermsOut], auth=require(VIEW),
            operation_id="list_transfer_terms")  # fmt: skip
def get_terms(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Terms of transfers in scope."""
    return paginate(list_terms().order_by("pk"), asked, by="id")


@router.put("/terms", response=TermsOut, auth=require(RULES), operation_id="set_transfer_terms")
def put_terms(request: HttpRequest, body: TermsIn) -> Any:
    """Set the terms of a node; its present ones are replaced."""
    return set_terms(
        node_for(body.node_id, field="node_id"),
        partners_propose=body.partners_propose,
        approve_from=body.approve_from,
        actor=principal_of(request),
    )


@router.delete("/terms/{terms_id}", response={204: None}, auth=require(RULES),
               operation_id="remove_transfer_terms")  # fmt: skip
def delete_terms(request: HttpRequest, terms_id: int) -> Status[None]:
    """Take the terms of a node away: those of the next one above hold, or none."""
    remove_terms(named(list_terms(), terms_id), actor=principal_of(request))
    return Status(204, None)


@router.get("/proposals", response=list[ProposalOut], auth=require(VIEW),
            operation_id="list_transfer_proposals")  # fmt: skip
def get_proposals(request: HttpRequest) -> Any:
    """Who could help whom by the last alerts, the nearest pairs first."""
    return [_proposal(row) for row in list_proposals(on=timezone.localdate())]


@router.get("/", response=Page[TransferOut], auth=EITHER, operation_id="list_transfers")
@filtered(TransferFilters)
def get_transfers(request: HttpRequest, asked: Query[PageQuery]) -> Any:
    """Transfers of which either side is in scope, without lines, the latest first."""
    return paginate(narrow(list_transfers(), request), asked, by="-id", show=_head)


@router.get("/{int:transfer_id}", response=TransferOut, auth=EITHER, operation_id="get_transfer")
@versioned(Transfer, TransferLine.transfer)
def get_transfer(request: HttpRequest, transfer_id: int) -> Any:
    """A transfer with its lines."""
    return _whole(transfer_for(transfer_id))


@router.post("/", response=TransferOut, auth=require_any(PROPOSE, ASK),
             operation_id="propose_transfer")  # fmt: skip
def post_transfer(request: HttpRequest, body: TransferIn) -> Any:
    """Headquarters proposes that one partner sends goods to another; a partner offers or asks."""
    ids = ids_by_code(line.sku for line in body.lines)
    message = str(NotFound().message)
    faults = [
        {"row": at, "sku": line.sku, "message": message}
        for at, line in enumerate(body.lines, start=1)
        if line.sku not in ids
    ]
    if faults:
        raise DomainError(message, code="transfers.unknown_sku", rows=faults)
    transfer = propose_transfer(
        _node(body.sender),
        _node(body.receiver),
        [
            NewLine(sku_id=ids[line.sku], quantity=line.quantity, unit_price=line.unit_price)
            for line in body.lines
        ],
        note=body.note,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return _whole(transfer)


@router.post("/{int:transfer_id}/approval", response=TransferOut, auth=require(APPROVE),
             operation_id="approve_transfer")  # fmt: skip
def post_approval(request: HttpRequest, transfer_id: int) -> Any:
    """Headquarters approves; before that nothing is shipped where the terms ask for it."""
    transfer = transfer_for(transfer_id)
    return _whole(approve_transfer(transfer, actor=principal_of(request), now=timezone.now()))


@router.post(
    "/{int:transfer_id}/{action}",
    response=TransferOut,
    auth=require_any(ANSWER, APPROVE),
    operation_id="move_transfer",
)
def post_step(
    request: HttpRequest,
    transfer_id: int,
    action: Literal["offer", "give", "accept", "ship", "receive", "decline"],
    body: StepIn,
) -> Any:
    """Take a step for the caller's side; headquarters may decline."""
    transfer = move_transfer(
        transfer_for(transfer_id),
        action,
        received=body.received,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return _whole(transfer)


def _node(code: str) -> Node:
    node = Node.objects.filter(code=code).first() or partner_by_code(code)
    if node is None:
        raise NotFound()
    return node


def _head(transfer: Transfer) -> dict[str, Any]:
    names = ("id", "number", "sender_id", "receiver_id", "status", "proposer", "approval")
    return {name: getattr(transfer, name) for name in names}


def _whole(transfer: Transfer) -> dict[str, Any]:
    names = ("id", "quantity", "unit_price", "received")
    lines = [
        {name: getattr(line, name) for name in names} | {"sku": line.sku.code}
        for line in lines_of(transfer)
    ]
    return _head(transfer) | {"lines": lines}


def _proposal(row: ProposalRow) -> dict[str, Any]:
    lines = [
        {"sku": each.sku.code, "quantity": each.quantity, "unit_price": each.price}
        for each in row.goods
    ]
    sides = {"sender": row.sender.code, "receiver": row.receiver.code}
    return sides | {"km": row.km, "worth": row.worth, "lines": lines}
