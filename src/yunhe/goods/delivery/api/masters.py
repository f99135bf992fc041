"""Depots, vehicles, drivers and receiving places over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from yunhe.goods.delivery import services
from yunhe.goods.delivery.errors import MasterRefused
from yunhe.goods.delivery.filters import SiteFilters, VehicleFilters
from yunhe.goods.delivery.models import Depot, Driver, StopSite, Vehicle
from yunhe.goods.delivery.permissions import MASTER, VIEW
from yunhe.goods.delivery.queries import list_depots, list_drivers, list_sites, list_vehicles
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal, principal_of
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.formats import ClockTime
from yunhe.platform.api.guards import require
from yunhe.platform.database.versions import versioned
from yunhe.platform.errors import NotFound
from yunhe.platform.paging import Page, PageQuery, paginate

router = Router(tags=["delivery"])
M = TypeVar("M", bound=Model)
Latitude = Field(ge=-90, le=90, max_digits=9, decimal_places=6)
Longitude = Field(ge=-180, le=180, max_digits=9, decimal_places=6)
Price = Field(Decimal(0), ge=0, max_digits=10, decimal_places=2)


class DepotIn(Schema):
    node_id: int
    name: str = Field(min_length=1, max_length=80)
    address: str = Field("", max_length=200)
    latitude: Decimal = Latitude
    longitude: Decimal = Longitude
    speed_kmh: int = Field(35, ge=5, le=120)
    detour: Decimal = Field(Decimal("1.30"), ge=1, le=3, max_digits=3, decimal_places=2)


class DepotOut(DepotIn):
    id: int


class VehicleIn(Schema):
    """A null capacity is no limit; at least one is given."""

    depot_id: int
    plate: str = Field(min_length=1, max_length=20)
    ownership: str = Field("own", pattern="^(own|hired)$")
    capacity_cases: int | None = Field(None, ge=1, le=1_000_000)
    capacity_kg: int | None = Field(None, ge=1, le=1_000_000)
    capacity_litres: int | None = Field(None, ge=1, le=1_000_000)
    works_from: ClockTime = time(8)
    works_until: ClockTime = time(18)
    longest_hours: Decimal | None = Field(None, gt=0, le=24, max_digits=4, decimal_places=2)
    fixed_cost: Decimal = Price
    km_cost: Decimal = Price
    hour_cost: Decimal = Price
    driver_id: int | None = None
    active: bool = True


class VehicleOut(VehicleIn):
    id: int
    node_id: int


class DriverIn(Schema):
    node_id: int
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field("", max_length=30)
    active: bool = True


class DriverOut(DriverIn):
    id: int
    user_id: int | None


class SiteIn(Schema):
    node_id: int
    address: str = Field("", max_length=200)
    latitude: Decimal = Latitude
    longitude: Decimal = Longitude
    receives_from: ClockTime = time(8)
    receives_until: ClockTime = time(18)
    unload_minutes: int = Field(10, ge=0, le=1440)
    case_seconds: int = Field(6, ge=0, le=3600)
    note: str = Field("", max_length=200)


class SiteOut(SiteIn):
    id: int


@router.get("/depots", response=Page[DepotOut], auth=require(VIEW), operation_id="list_depots")
def get_depots(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Depots in scope."""
    return paginate(list_depots(), page, by="id")


@router.post("/depots", response={201: DepotOut}, auth=require(MASTER), operation_id="create_depot")
def post_depot(request: HttpRequest, body: DepotIn) -> Any:
    """A depot of a supply place."""
    return Status(201, _save(Depot(), body, services.save_depot, principal_of(request)))


@router.get("/depots/{depot_id}", response=DepotOut, auth=require(VIEW), operation_id="get_depot")
@versioned(Depot)
def get_depot(request: HttpRequest, depot_id: int) -> Any:
    """One depot."""
    return _found(list_depots(), depot_id)


@router.put(
    "/depots/{depot_id}", response=DepotOut, auth=require(MASTER), operation_id="change_depot"
)
def put_depot(request: HttpRequest, depot_id: int, body: DepotIn) -> Any:
    """Change a depot; its place stays."""
    return _change(list_depots(), depot_id, body, services.save_depot, principal_of(request))


@router.get(
    "/vehicles", response=Page[VehicleOut], auth=require(VIEW), operation_id="list_vehicles"
)
@filtered(VehicleFilters)
def get_vehicles(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Vehicles in scope."""
    return paginate(narrow(list_vehicles(), request), page, by="id")


@router.post("/vehicles", response={201: VehicleOut}, auth=require(MASTER),
             operation_id="create_vehicle")  # fmt: skip
def post_vehicle(request: HttpRequest, body: VehicleIn) -> Any:
    """A vehicle of a depot."""
    return Status(201, _save(Vehicle(), body, services.save_vehicle, principal_of(request)))


@router.get(
    "/vehicles/{vehicle_id}", response=VehicleOut, auth=require(VIEW), operation_id="get_vehicle"
)
@versioned(Vehicle)
def get_vehicle(request: HttpRequest, vehicle_id: int) -> Any:
    """One vehicle."""
    return _found(list_vehicles(), vehicle_id)


@router.put("/vehicles/{vehicle_id}", response=VehicleOut, auth=require(MASTER),
            operation_id="change_vehicle")  # fmt: skip
def put_vehicle(request: HttpRequest, vehicle_id: int, body: VehicleIn) -> Any:
    """Change a vehicle."""
    return _change(list_vehicles(), vehicle_id, body, services.save_vehicle, principal_of(request))


@router.get("/drivers", response=Page[DriverOut], auth=require(VIEW), operation_id="list_drivers")
def get_drivers(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Drivers in scope."""
    return paginate(list_drivers(), page, by="id")


@router.post("/drivers", response={201: DriverOut}, auth=require(MASTER),
             operation_id="create_driver")  # fmt: skip
def post_driver(request: HttpRequest, body: DriverIn) -> Any:
    """A driver of a place."""
    return Status(201, _save(Driver(), body, services.save_driver, principal_of(request)))


@router.get(
    "/drivers/{driver_id}", response=DriverOut, auth=require(VIEW), operation_id="get_driver"
)
@versioned(Driver)
def get_driver(request: HttpRequest, driver_id: int) -> Any:
    """One driver."""
    return _found(list_drivers(), driver_id)


@router.put("/drivers/{driver_id}", response=DriverOut, auth=require(MASTER),
            operation_id="change_driver")  # fmt: skip
def put_driver(request: HttpRequest, driver_id: int, body: DriverIn) -> Any:
    """Change a driver; the place stays."""
    return _change(list_drivers(), driver_id, body, services.save_driver, principal_of(request))


@router.get("/sites", response=Page[SiteOut], auth=require(VIEW), operation_id="list_sites")
@filtered(SiteFilters)
def get_sites(request: HttpRequest, page: Query[PageQuery]) -> Any:
    """Receiving places in scope."""
    return paginate(narrow(list_sites(), request), page, by="id")


@router.post("/sites", response={201: SiteOut}, auth=require(MASTER), operation_id="create_site")
def post_site(request: HttpRequest, body: SiteIn) -> Any:
    """Where and when a partner receives."""
    return Status(201, _save(StopSite(), body, services.save_site, principal_of(request)))


@router.get("/sites/{site_id}", response=SiteOut, auth=require(VIEW), operation_id="get_site")
@versioned(StopSite)
def get_site(request: HttpRequest, site_id: int) -> Any:
    """One receiving place."""
    return _found(list_sites(), site_id)


@router.put("/sites/{site_id}", response=SiteOut, auth=require(MASTER), operation_id="change_site")
def put_site(request: HttpRequest, site_id: int, body: SiteIn) -> Any:
    """Change a receiving place; its partner stays."""
    return _change(list_sites(), site_id, body, services.save_site, principal_of(request))


def _save(record: M, body: Schema, use: Callable[..., Any], actor: Principal) -> Any:
    for name, value in body.dict().items():
        setattr(record, name, value)
    _check_places(record)
    return use(record, actor=actor)


def _check_places(record: Model) -> None:
    """What the record points at must be in the caller's sight."""
    for name, model in (("node_id", Node), ("depot_id", Depot), ("driver_id", Driver)):
        given = getattr(record, name, None)
        if name == "node_id" and isinstance(record, Vehicle):
            continue
        if given is not None and not model.objects.filter(pk=given).exists():
            raise NotFound(_("There is no such record, or it is not yours to see."), field=name)


def _found(rows: QuerySet[M], pk: int) -> M:
    record = rows.filter(pk=pk).first()
    if record is None:
        raise NotFound()
    return record


def _change(
    rows: QuerySet[M], pk: int, body: Schema, use: Callable[..., Any], actor: Principal
) -> Any:
    record = _found(rows, pk)
    node_id = getattr(record, "node_id", None)
    if not isinstance(record, Vehicle) and body.dict().get("node_id") != node_id:
        raise MasterRefused(_("A record keeps its place; make a new one."), field="node_id")
    return _save(record, body, use, actor)
