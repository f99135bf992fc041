"""The continuous check: balances equal movements."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from yunhe.goods.stock.models import CheckRun
from yunhe.platform.access.principal import Principal

KEPT = timedelta(days=90)


def check_balances(*, actor: Principal, now: datetime) -> CheckRun:
    """Compare every balance, of lots too, with the sum of its movements, and keep the result.

    For jobs: runs as the owner, over all places. Results older than 90 days are removed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM stock_stockbalance) + (SELECT count(*) FROM stock_lotbalance),"
            " (SELECT count(*) FROM stock_movement),"
            " (SELECT count(*) FROM stock_differences()) + stock_lot_differences()"
        )
        balances, movements, differences = cursor.fetchone()
    CheckRun.objects.filter(at__lt=now - KEPT).delete()
    return CheckRun.objects.create(
        at=now, balances=balances, movements=movements, differences=differences
    )
