"""What stock reports do by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import ReportStatus
from yunhe.goods.reports.models import StockReport
from yunhe.goods.reports.services import check_report, refresh_credibility
from yunhe.platform.access.principal import Principal
from yunhe.platform.jobs.registry import job

LATE_DOCUMENTS = timedelta(days=35)


@job(
    name="reports.credibility",
    title=_("Check stock reports again and renew credibility"),
    reason="late documents change the checks of every partner's reports",
    cron="40 17 * * *",
)
def renew_credibility(progress: Any, *, actor: Principal) -> dict[str, int]:
    """Every night: reports of the last five weeks against the documents known now, then all scores."""
    today = timezone.localdate()
    submitted = StockReport.objects.filter(status=ReportStatus.SUBMITTED)
    recent = submitted.filter(on__gte=today - LATE_DOCUMENTS).order_by("pk")
    with transaction.atomic():
        checked = [check_report(report).pk for report in recent]
        nodes = submitted.order_by().values_list("node_id", flat=True).distinct()
        scored = refresh_credibility(nodes, on=today)
    return {"checked": len(checked), "scored": scored}
