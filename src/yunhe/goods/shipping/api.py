"""Shipping over the API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from yunhe.goods.shipping import services
from yunhe.goods.shipping.carriers import Told
from yunhe.goods.shipping.filters import ClaimFilters, ShipmentFilters
from yunhe.goods.shipping.models import Claim, Package, Shipment, ShipmentLine
from yunhe.goods.shipping.permissions import DECIDE, RECEIVE, SHIP, SUPPLY, TRACK, VIEW, VIEW_OWN
from yunhe.goods.shipping.queries import (
    lines_of,
    list_claims,
    list_shipments,
    packed_by,
    shipment_for,
)
from yunhe.goods.shipping.services import Receipt
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.orders.queries import order_for

router = Router(tags=["shipping"])
EITHER = require_any(VIEW, VIEW_OWN)
Units = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=3)]


class ShipmentIn(Schema):
    """Everything open of the order, or order line id -> base units."""

    order_id: int
    quantities: dict[int, Decimal] | None = None


class PackIn(Schema):
    packages: int = Field(ge=1, le=999)


class ShipIn(Schema):
    carrier: str = Field(max_length=20)


class ReceiptIn(Schema):
    """Codes as scanned; what is not scanned counts as missing. Arrived: shipment line id -> base units
    in the scanned packages, where it is less than should be there. Damaged: of what arrived. Photos and
    the signature are ids of files sent before (`/api/v1/files`); the first photo is the proof."""

    model_config = ConfigDict(extra="forbid")

    scanned: list[str] = Field(max_length=999)
    arrived: dict[int, Units] = {}
    damaged: dict[int, Units] = {}
    photo_files: list[int] = Field([], max_length=9)
    signature_file: int | None = None
    receiver: str = Field(min_length=1, max_length=60)
    note: str = Field("", max_length=300)


class ShipmentOut(Schema):
    id: int
    number: str
    order_id: int
    node_id: int
    status: str
    carrier: str
    tracking: str
    shipped_at: datetime | None
    received_at: datetime | None


class LineOut(Schema):
    id: int
    sku: str
    quantity: Decimal
    picks: list[dict[str, str]]
    received: Decimal | None
    damaged: Decimal


class PackageOut(Schema):
    sscc: str
    position: int
    contents: dict[str, str]
    scanned_at: datetime | None


class ShipmentDetailOut(ShipmentOut):
    lines: list[LineOut]
    packages: list[PackageOut]


class TrackingIn(Schema):
    key: str = Field(min_length=1, max_length=60)
    at: datetime
    text: str = Field(max_length=200)
    place: str = Field("", max_length=80)
    delivered: bool = False


class TrackingBatch(Schema):
    carrier: str
    tracking: str
    events: list[TrackingIn] = Field(max_length=500)


class ClaimOut(Schema):
    id: int
    shipment_id: int
    kind: str
    status: str
    amount: Decimal
    currency: str
    note: str
    answer: str


class DecisionIn(Schema):
    accept: bool
    answer: str = Field("", max_length=300)


@router.get("/", response=Page[ShipmentOut], auth=EITHER, operation_id="list_shipments")
@filtered(ShipmentFilters)
def get_shipments(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Shipments in scope, newest first."""
    return paginate(narrow(list_shipments(), request), page, by="-id")


@router.post("/", response={201: ShipmentOut}, auth=require(SHIP), operation_id="create_shipment")
def post_shipment(request: HttpRequest, body: ShipmentIn) -> Any:
    """Start picking an order."""
    made = services.create_shipment(
        order_for(body.order_id),
        quantities=body.quantities,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return Status(201, made)


@router.post("/tracking", response=int, auth=require(TRACK), operation_id="record_tracking")
def post_tracking(request: HttpRequest, body: TrackingBatch) -> Any:
    """A carrier's events; each key counts once. Answers how many were new."""
    told = [Told(**event.dict()) for event in body.events]
    return services.record_tracking(body.carrier, body.tracking, told, actor=principal_of(request))


@router.get("/claims", response=Page[ClaimOut], auth=EITHER, operation_id="list_shipping_claims")
@filtered(ClaimFilters)
def get_claims(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Claims in scope, newest first."""
    return paginate(narrow(list_claims(), request), page, by="-id")


@router.get("/claims/{claim_id}", response=ClaimOut, auth=EITHER,
            operation_id="get_shipping_claim")  # fmt: skip
@versioned(Claim)
def get_claim(request: HttpRequest, claim_id: int) -> Any:
    """One claim."""
    return _claim(claim_id)


@router.post("/claims/{claim_id}/decision", response=ClaimOut, auth=require(DECIDE),
             operation_id="decide_shipping_claim")  # fmt: skip
def post_decision(request: HttpRequest, claim_id: int, body: DecisionIn) -> Any:
    """Accept (posts a credit note) or reject with a reason."""
    return services.decide_claim(
        _claim(claim_id),
        accept=body.accept,
        answer=body.answer,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.get("/{shipment_id}", response=ShipmentDetailOut, auth=EITHER, operation_id="get_shipment")
@versioned(Shipment, ShipmentLine.shipment, Package.shipment)
def get_shipment(request: HttpRequest, shipment_id: int) -> Any:
    """One shipment with its lines and packages."""
    return _detail(shipment_for(shipment_id))


@router.post("/{shipment_id}/pack", response=ShipmentDetailOut, auth=require(SHIP),
             operation_id="pack_shipment")  # fmt: skip
def post_pack(request: HttpRequest, shipment_id: int, body: PackIn) -> Any:
    """Put the goods into packages with an SSCC each."""
    packed = services.pack_shipment(
        shipment_for(shipment_id),
        packages=body.packages,
        actor=principal_of(request),
        now=timezone.now(),
    )
    return _detail(packed)


@router.post("/{shipment_id}/ship", response=ShipmentOut, auth=require(SHIP),
             operation_id="ship_shipment")  # fmt: skip
def post_ship(request: HttpRequest, shipment_id: int, body: ShipIn) -> Any:
    """Hand over to a carrier."""
    return services.ship_shipment(
        shipment_for(shipment_id),
        carrier=body.carrier,
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post("/{shipment_id}/receipt", response=ShipmentOut, auth=require(RECEIVE),
             operation_id="receive_shipment")  # fmt: skip
def post_receipt(request: HttpRequest, shipment_id: int, body: ReceiptIn) -> Any:
    """Receive by scan; short and damaged goods become claims."""
    return services.receive_shipment(
        shipment_for(shipment_id),
        Receipt(**body.dict()),
        actor=principal_of(request),
        now=timezone.now(),
    )


@router.post("/{shipment_id}/cancellation", response=ShipmentOut, auth=require(SHIP),
             operation_id="cancel_shipment")  # fmt: skip
def post_cancellation(request: HttpRequest, shipment_id: int) -> Any:
    """Take a shipment back that has not left; what it carried may be picked again."""
    return services.cancel_shipment(
        shipment_for(shipment_id), actor=principal_of(request), now=timezone.now()
    )


@router.get("/{shipment_id}/note", auth=EITHER, operation_id="get_delivery_note",
            openapi_extra={"responses": {200: {"content": {"application/pdf": {}}}}})  # fmt: skip
def get_note(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The delivery note; once the goods are received, with what arrived and who signed."""
    from yunhe.goods.shipping.printing import delivery_note_of

    return delivery_note_of(shipment_for(shipment_id))


@router.get("/{shipment_id}/labels", auth=require_any(VIEW, SUPPLY), operation_id="get_shipment_labels",
            openapi_extra={"responses": {200: {"content": {"application/pdf": {}}}}})  # fmt: skip
def get_labels(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """The labels of its packages with their SSCC, as a PDF of a page each."""
    from yunhe.goods.shipping.printing import labels_of

    return labels_of(packed_by(shipment_id, principal_of(request)))


def _claim(claim_id: int) -> Claim:
    found = list_claims().filter(pk=claim_id).first()
    if found is None:
        raise NotFound()
    return found


def _detail(shipment: Shipment) -> dict[str, Any]:
    names = ShipmentOut.model_fields
    lines = [
        {
            "id": line.pk,
            "sku": line.line.sku.code,
            "quantity": line.quantity,
            "picks": line.picks,
            "received": line.received,
            "damaged": line.damaged,
        }
        for line in lines_of(shipment)
    ]
    return {name: getattr(shipment, name) for name in names} | {
        "lines": lines,
        "packages": list(shipment.packages.all()),
    }
