"""Writes of sourcing, by use case."""

from __future__ import annotations

from yunhe.trade.sourcing.services.answering import (
    accept_part,
    confirm_approved,
    expire_due,
    refuse_part,
    serve_part,
)
from yunhe.trade.sourcing.services.crediting import credit_shipment, take_back_missing
from yunhe.trade.sourcing.services.planning import Plan, PlannedShare, plan_order, preferred_rule
from yunhe.trade.sourcing.services.sourcing import HandShare, pass_on, source_order

__all__ = [
    "HandShare",
    "Plan",
    "PlannedShare",
    "accept_part",
    "confirm_approved",
    "credit_shipment",
    "expire_due",
    "pass_on",
    "plan_order",
    "preferred_rule",
    "refuse_part",
    "serve_part",
    "source_order",
    "take_back_missing",
]
