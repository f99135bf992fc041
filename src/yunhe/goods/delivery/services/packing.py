"""Pick and pack what a depot owes, so that it can be planned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yunhe.goods.delivery.models import Depot
from yunhe.goods.delivery.permissions import PLAN
from yunhe.goods.delivery.queries import loads_of, unpacked_orders
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import create_shipment, pack_shipment
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError

MOST_PACKAGES = 999


def pack_orders(depot: Depot, *, actor: Principal, now: datetime) -> list[Shipment]:
    """A packed shipment, a package a case, of every confirmed order of the depot's place that has none.

    Orders that cannot be picked (no fresh goods) are left out. Raises NotAllowed.
    """
    actor.check(PLAN, path=depot.node.path)
    made = []
    for order in unpacked_orders(depot):
        try:
            with transaction.atomic():
                shipment = create_shipment(order, actor=actor, now=now)
                cases = loads_of([shipment.pk])[shipment.pk][0]
                packages = min(max(1, cases), MOST_PACKAGES)
                made.append(pack_shipment(shipment, packages=packages, actor=actor, now=now))
        except DomainError:
            continue
    return made
