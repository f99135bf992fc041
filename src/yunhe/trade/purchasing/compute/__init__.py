"""X12 documents of purchasing."""

from __future__ import annotations

from yunhe.trade.purchasing.compute.changes import (
    AnsweredChange,
    ChangedLine,
    PurchaseChange,
    read_860,
    read_865,
    write_860,
    write_865,
)
from yunhe.trade.purchasing.compute.orders import (
    ACCEPTED,
    CHANGED,
    REJECTED,
    Answered,
    AnsweredLine,
    Purchase,
    PurchaseLine,
    read_850,
    read_855,
    write_850,
    write_855,
)
from yunhe.trade.purchasing.compute.x12 import X12Error, kinds_in, read_x12

__all__ = [
    "ACCEPTED",
    "CHANGED",
    "REJECTED",
    "Answered",
    "AnsweredChange",
    "AnsweredLine",
    "ChangedLine",
    "Purchase",
    "PurchaseChange",
    "PurchaseLine",
    "X12Error",
    "kinds_in",
    "read_850",
    "read_855",
    "read_860",
    "read_865",
    "read_x12",
    "write_850",
    "write_855",
    "write_860",
    "write_865",
]
