"""The only place where stock reports take row locks."""

from __future__ import annotations

from yunhe.goods.reports.models import StockReport
from yunhe.platform.errors import NotFound


def lock_report(report_id: int) -> StockReport:
    """The report, locked until the transaction ends. Raises NotFound outside the scope."""
    found = StockReport.objects.select_for_update(no_key=True).filter(pk=report_id).first()
    if found is None:
        raise NotFound()
    return found
