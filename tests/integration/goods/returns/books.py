"""What the tests of returns share: the day, who acts, and what lies in stock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import connection

from yunhe.goods.stock.models import StockBalance
from yunhe.platform.access.principal import system_principal

SYSTEM = system_principal("test")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
WHEN = {"actor": SYSTEM, "now": NOW}


def forget():
    """Another role makes the temporary tables of stock anew, as in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD TEMP")


def stock(node):
    """What lies at a place, by status."""
    rows = StockBalance.objects.filter(node=node).exclude(quantity=0)
    return {row.status: row.quantity for row in rows}
