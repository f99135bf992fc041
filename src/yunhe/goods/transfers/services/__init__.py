"""Writes of stock alerts and transfers, by use case."""

from __future__ import annotations

from yunhe.goods.transfers.services.alerting import refresh_alerts, remove_rule, set_rule
from yunhe.goods.transfers.services.moving import approve_transfer, move_transfer
from yunhe.goods.transfers.services.proposing import (
    NewLine,
    propose_transfer,
    remove_terms,
    set_terms,
)
from yunhe.goods.transfers.services.safety import set_safety, take_over_suggestions

__all__ = [
    "NewLine",
    "approve_transfer",
    "move_transfer",
    "propose_transfer",
    "refresh_alerts",
    "remove_rule",
    "remove_terms",
    "set_rule",
    "set_safety",
    "set_terms",
    "take_over_suggestions",
]
