"""Writes of shipping, by use case."""

from __future__ import annotations

from yunhe.goods.shipping.services.claims import decide_claim
from yunhe.goods.shipping.services.receiving import Receipt, receive_shipment
from yunhe.goods.shipping.services.sending import (
    cancel_shipment,
    create_shipment,
    pack_shipment,
    ship_shipment,
)
from yunhe.goods.shipping.services.tracking import poll_carriers, record_tracking

__all__ = [
    "Receipt",
    "cancel_shipment",
    "create_shipment",
    "decide_claim",
    "pack_shipment",
    "poll_carriers",
    "receive_shipment",
    "record_tracking",
    "ship_shipment",
]
