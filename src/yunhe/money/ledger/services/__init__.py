"""Writes of the ledger, by use case."""

from __future__ import annotations

from yunhe.money.ledger.services.closing import close_period
from yunhe.money.ledger.services.credit import set_credit_limit
from yunhe.money.ledger.services.posting import (
    NewEntry,
    post,
    post_credit_note,
    post_invoice,
    post_payment,
)

__all__ = [
    "NewEntry",
    "close_period",
    "post",
    "post_credit_note",
    "post_invoice",
    "post_payment",
    "set_credit_limit",
]
