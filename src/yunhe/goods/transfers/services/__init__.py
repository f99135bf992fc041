"""Writes of stock alerts and transfers, by use case."""

from __future__ import annotations

from yunhe.goods.transfers.services.alerting import refresh_alerts, set_rule
from yunhe.goods.transfers.services.moving import NewLine, move_transfer, propose_transfer

__all__ = ["NewLine", "move_transfer", "propose_transfer", "refresh_alerts", "set_rule"]
