"""The only place where stock reports take row locks."""

from __future__ import annotations

from django.db import connection

from yunhe.goods.reports.models import StockReport
from yunhe.platform.errors import NotFound


def lock_report(report_id: int) -> StockReport:
    """The report, locked until the transaction ends. Raises NotFound outside the scope."""
    found = StockReport.objects.select_for_update(no_key=True).filter(pk=report_id).first()
    if found is None:
        raise NotFound()
    return found


_SPACE = 20_260_002


def lock_counting(node_id: int) -> None:
    """One report of a partner is begun at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SPACE, node_id % 2**31])
