"""Keep depots, vehicles, drivers and receiving places."""

from __future__ import annotations

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yunhe.goods.delivery.errors import MasterRefused
from yunhe.goods.delivery.models import Depot, Driver, StopSite, Vehicle
from yunhe.goods.delivery.permissions import MASTER
from yunhe.goods.stock.queries import resells, supplies
from yunhe.platform.access.principal import Principal

M = TypeVar("M", Depot, Vehicle, Driver, StopSite)


def save_depot(depot: Depot, *, actor: Principal) -> Depot:
    """Write a depot of a place that supplies orders, or of a dealer whose stores order from it.

    Raises NotAllowed, MasterRefused.
    """
    actor.check(MASTER, path=depot.node.path)
    if not (supplies(depot.node_id) or resells(depot.node_id)):
        message = _("Nobody orders from this place; open it as a supply place first.")
        raise MasterRefused(message, field="node")
    return _save(depot, _("This place has a depot."), field="node")


def save_vehicle(vehicle: Vehicle, *, actor: Principal) -> Vehicle:
    """Write a vehicle of a depot. Raises NotAllowed, MasterRefused for hours or capacities that make
    no sense, and for a plate that the depot has."""
    depot = vehicle.depot
    actor.check(MASTER, path=depot.node.path)
    vehicle.node_id = depot.node_id
    limits = (vehicle.capacity_cases, vehicle.capacity_kg, vehicle.capacity_litres)
    if not any(limits):
        message = _("Give at least one capacity: cases, kg or litres.")
        raise MasterRefused(message, field="capacity_cases")
    for name in ("fixed_cost", "km_cost", "hour_cost"):
        if getattr(vehicle, name) < 0:
            raise MasterRefused(_("A cost cannot be below zero."), field=name)
    if vehicle.works_from >= vehicle.works_until:
        raise MasterRefused(_("It must be back after it leaves."), field="works_until")
    _check_driver(vehicle)
    return _save(vehicle, _("The depot has a vehicle with this plate."), field="plate")


def _check_driver(vehicle: Vehicle) -> None:
    if vehicle.driver is not None and vehicle.driver.node_id != vehicle.node_id:
        message = _("This driver works for somebody else.")
        raise MasterRefused(message, field="driver")


def save_driver(driver: Driver, *, actor: Principal) -> Driver:
    """Write a driver. Raises NotAllowed."""
    actor.check(MASTER, path=driver.node.path)
    return _save(driver, _("This driver exists."), field="name")


def save_site(site: StopSite, *, actor: Principal) -> StopSite:
    """Write where and when a partner receives. Raises NotAllowed, MasterRefused."""
    actor.check(MASTER, path=site.node.path)
    if site.receives_from >= site.receives_until:
        message = _("Receiving must end after it begins.")
        raise MasterRefused(message, field="receives_until")
    return _save(site, _("This partner has a receiving place."), field="node")


def _save(record: M, taken: str, *, field: str) -> M:
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        raise MasterRefused(taken, field=field) from None
    return record
