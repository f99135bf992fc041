"""What carriers tell, taken in by job or by call; a repetition changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from yunhe.goods.shipping.carriers import Told, carrier_named
from yunhe.goods.shipping.choices import ShipmentStatus
from yunhe.goods.shipping.models import Shipment, TrackingEvent
from yunhe.goods.shipping.permissions import TRACK
from yunhe.platform.access.principal import Principal
from yunhe.platform.connectors.breaker import guarded
from yunhe.platform.errors import NotFound


def record_tracking(
    carrier: str, tracking: str, events: Sequence[Told], *, actor: Principal
) -> int:
    """Add what is new; how many. Raises NotAllowed, NotFound for an unknown tracking number."""
    actor.check(TRACK)
    shipment = Shipment.objects.filter(carrier=carrier, tracking=tracking).first()
    if shipment is None or not tracking:
        raise NotFound()
    return _add(shipment, events)


def _add(shipment: Shipment, events: Sequence[Told]) -> int:
    known = set(shipment.events.values_list("key", flat=True))
    fresh = {told.key: told for told in events if told.key not in known}
    TrackingEvent.objects.bulk_create(
        (
            TrackingEvent(
                shipment=shipment,
                key=told.key,
                at=told.at,
                text=told.text,
                place=told.place,
                out=told.out,
                delivered=told.delivered,
            )
            for told in fresh.values()
        ),
        ignore_conflicts=True,
    )
    return len(fresh)


def poll_carriers(*, now: datetime) -> int:
    """Ask carriers about everything on its way; how many events were new. For the job."""
    found = 0
    under_way = Shipment.objects.filter(status=ShipmentStatus.SHIPPED).exclude(tracking="")
    for shipment in under_way.order_by("pk"):
        carrier, shipped_at = carrier_named(shipment.carrier), shipment.shipped_at or now
        ask = partial(carrier.events, shipment.tracking, shipped_at=shipped_at, now=now)
        found += _add(shipment, guarded(carrier.code, ask, now=now).value or ())
    return found
