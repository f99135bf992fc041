"""A depot at headquarters with two vehicles, three receivers around it, and packed shipments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, Shop, act_as, shop

from yunhe.goods.delivery.models import Depot, Driver, StopSite, Vehicle
from yunhe.goods.delivery.services import save_depot, save_driver, save_site, save_vehicle
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import create_shipment, pack_shipment
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.access.models import Node
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import create_order

__all__ = ["ACTOR", "Fleet", "Shop", "act_as", "fleet", "shop"]

# 0.1° of latitude is 11.12 km; with detour 1 and 60 km/h that is 11 min 8 s on the road
NORTH = {"D1": "31.3", "D2": "31.4", "S1": "31.1"}


@dataclass
class Fleet:
    """Everything by short names; `ship("D1", cases)` makes a packed shipment of tea (12 a case)."""

    shop: Shop
    nodes: dict[str, Node]
    depot: Depot
    big: Vehicle
    small: Vehicle
    driver: Driver
    sites: dict[str, StopSite] = field(default_factory=dict)

    def ship(self, code: str, cases: int = 1, *, pack: bool = True) -> Shipment:
        now = timezone.now()
        placed = create_order(
            node_id=self.nodes[code].pk,
            lines=[self.shop.line(self.shop.tea, cases * 12)],
            submit=True,
            confirm=True,
            actor=ACTOR,
            now=now,
        )
        shipment = create_shipment(Order.objects.get(pk=placed.order_id), actor=ACTOR, now=now)
        return pack_shipment(shipment, packages=2, actor=ACTOR, now=now) if pack else shipment

    def ship_all(self, codes: Sequence[str] = ("D1", "D2", "S1")) -> list[Shipment]:
        return [self.ship(code) for code in codes]


def make_vehicle(depot: Depot, plate: str, **more: Any) -> Vehicle:
    vehicle = Vehicle(
        depot=depot,
        plate=plate,
        works_from=time(8),
        works_until=time(18),
        fixed_cost=Decimal(100),
        km_cost=Decimal("2.50"),
        hour_cost=Decimal(36),
        **more,
    )
    return save_vehicle(vehicle, actor=ACTOR)


@pytest.fixture
def fleet(shop: Shop, tree: dict[str, Node]) -> Fleet:
    set_credit_limit(
        node_id=tree["S1"].pk, amount=Decimal(1000), reason="", actor=ACTOR, now=timezone.now()
    )
    depot = save_depot(
        Depot(
            node=tree["HQ"],
            name="总仓",
            latitude=Decimal("31.2"),
            longitude=Decimal("121.4"),
            speed_kmh=60,
            detour=Decimal(1),
        ),
        actor=ACTOR,
    )
    driver = save_driver(Driver(node=tree["HQ"], name="老李"), actor=ACTOR)
    big = make_vehicle(depot, "沪A10001", capacity_cases=40, driver=driver)
    small = make_vehicle(depot, "沪A10002", capacity_cases=1, driver=driver)
    sites = {
        code: save_site(
            StopSite(
                node=tree[code],
                latitude=Decimal(north),
                longitude=Decimal("121.4"),
                unload_minutes=10,
                case_seconds=0,
            ),
            actor=ACTOR,
        )
        for code, north in NORTH.items()
    }
    return Fleet(shop, tree, depot, big, small, driver, sites)
