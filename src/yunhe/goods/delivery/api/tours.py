"""Tours and stops over the API: who drives, leave, arrive, deliver, come back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from yunhe.goods.delivery import services
from yunhe.goods.delivery.api.shapes import (
    DriverIn,
    DriveTourOut,
    FailIn,
    LoadingOut,
    StopOut,
    TourOut,
    show_driven,
    show_stop,
    show_tour,
)
from yunhe.goods.delivery.filters import TourFilters
from yunhe.goods.delivery.models import Driver, Stop, Tour
from yunhe.goods.delivery.permissions import DRIVE, PLAN, VIEW
from yunhe.goods.delivery.progress import loading_rows
from yunhe.goods.delivery.queries import stop_for, tour_for, tours_of
from yunhe.goods.shipping.api import ReceiptIn
from yunhe.goods.shipping.services import Receipt
from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["delivery"])
EITHER = require_any(VIEW, DRIVE)


@router.get("/tours", response=Page[TourOut], auth=EITHER, operation_id="list_delivery_tours")
@filtered(TourFilters)
def get_tours(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Released tours that the caller may drive, the newest first."""
    return paginate(
        narrow(tours_of(principal_of(request)), request), page, by="-id", show=show_tour
    )


@router.get(
    "/tours/{tour_id}", response=DriveTourOut, auth=EITHER, operation_id="get_delivery_tour"
)
@versioned(Tour, Stop.tour)
def get_tour(request: HttpRequest, tour_id: int) -> Any:
    """One tour with planned, actual and expected times."""
    return show_driven(tour_for(tour_id, principal_of(request)))


@router.get("/tours/{tour_id}/loading", response=list[LoadingOut], auth=EITHER,
            operation_id="get_loading_order")  # fmt: skip
def get_loading(request: HttpRequest, tour_id: int) -> Any:
    """What is loaded in which order: last in, first out."""
    rows = loading_rows(tour_for(tour_id, principal_of(request)))
    return [row | {"stop_id": row["stop"].pk, "node_id": row["stop"].node_id} for row in rows]


@router.post("/tours/{tour_id}/driver", response=TourOut, auth=require(PLAN),
             operation_id="assign_delivery_driver")  # fmt: skip
def post_driver(request: HttpRequest, tour_id: int, body: DriverIn) -> Any:
    """Who drives."""
    tour = Tour.objects.select_related("vehicle").filter(pk=tour_id).first()
    driver = Driver.objects.filter(pk=body.driver_id or 0).first()
    if tour is None or (driver is None and body.driver_id is not None):
        raise NotFound()
    return show_tour(services.assign_driver(tour, driver=driver, actor=principal_of(request)))


@router.post("/tours/{tour_id}/departure", response=DriveTourOut, auth=require(DRIVE),
             operation_id="depart_delivery_tour")  # fmt: skip
def post_departure(request: HttpRequest, tour_id: int) -> Any:
    """The vehicle leaves: its packed shipments are handed over."""
    actor = principal_of(request)
    services.depart_tour(tour_for(tour_id, actor), actor=actor, now=timezone.now())
    return show_driven(tour_for(tour_id, actor))


@router.post("/tours/{tour_id}/return", response=DriveTourOut, auth=require(DRIVE),
             operation_id="finish_delivery_tour")  # fmt: skip
def post_return(request: HttpRequest, tour_id: int) -> Any:
    """The vehicle is back."""
    actor = principal_of(request)
    services.finish_tour(tour_for(tour_id, actor), actor=actor, now=timezone.now())
    return show_driven(tour_for(tour_id, actor))


@router.post("/stops/{stop_id}/arrival", response=StopOut, auth=require(DRIVE),
             operation_id="arrive_delivery_stop")  # fmt: skip
def post_arrival(request: HttpRequest, stop_id: int) -> Any:
    """The vehicle is at the receiver's."""
    actor = principal_of(request)
    stop = services.arrive_stop(stop_for(stop_id, actor), actor=actor, now=timezone.now())
    return show_stop(stop)


@router.post("/stops/{stop_id}/delivery", response=StopOut, auth=require(DRIVE),
             operation_id="deliver_delivery_stop")  # fmt: skip
def post_delivery(request: HttpRequest, stop_id: int) -> Any:
    """Done: every shipment of the stop was received (`receive_shipment`)."""
    actor = principal_of(request)
    stop = services.deliver_stop(stop_for(stop_id, actor), actor=actor, now=timezone.now())
    return show_stop(stop)


@router.post("/stops/{stop_id}/failure", response=StopOut, auth=require(DRIVE),
             operation_id="fail_delivery_stop")  # fmt: skip
def post_failure(request: HttpRequest, stop_id: int, body: FailIn) -> Any:
    """Nobody took the goods, and why."""
    actor = principal_of(request)
    stop = stop_for(stop_id, actor)
    return show_stop(services.fail_stop(stop, remark=body.remark, actor=actor, now=timezone.now()))


@router.post("/stops/{stop_id}/receipts/{shipment_id}", response=StopOut, auth=require(DRIVE),
             operation_id="receive_at_delivery_stop")  # fmt: skip
def post_receipt(request: HttpRequest, stop_id: int, shipment_id: int, body: ReceiptIn) -> Any:
    """The receiver takes a shipment at the door; short and damaged goods become claims."""
    actor = principal_of(request)
    stop = stop_for(stop_id, actor)
    found = stop.parcels.select_related("shipment").filter(shipment_id=shipment_id).first()
    if found is None:
        raise NotFound()
    receipt = Receipt(**body.dict())
    return show_stop(
        services.receive_at_stop(stop, found.shipment, receipt, actor=actor, now=timezone.now())
    )
