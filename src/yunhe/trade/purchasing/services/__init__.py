"""Writes of purchasing, by use case."""

from __future__ import annotations

from yunhe.trade.purchasing.services.altering import ensure_change
from yunhe.trade.purchasing.services.answering import record_answers
from yunhe.trade.purchasing.services.merging import merge_given_up
from yunhe.trade.purchasing.services.polling import poll_suppliers, reconcile
from yunhe.trade.purchasing.services.pushing import ensure_purchase

__all__ = [
    "ensure_change",
    "ensure_purchase",
    "merge_given_up",
    "poll_suppliers",
    "reconcile",
    "record_answers",
]
