"""The only place where shipping takes row locks."""

from __future__ import annotations

from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.platform.errors import NotFound


def lock_shipment(shipment_id: int) -> Shipment:
    """The shipment, locked until the transaction ends. Raises NotFound out of scope."""
    found = Shipment.objects.select_for_update(no_key=True).filter(pk=shipment_id).first()
    if found is None:
        raise NotFound()
    return found


def lock_claim(claim_id: int) -> Claim:
    """The claim, locked until the transaction ends. Raises NotFound out of scope."""
    found = Claim.objects.select_for_update(no_key=True).filter(pk=claim_id).first()
    if found is None:
        raise NotFound()
    return found
