"""Does a report follow from the documents, and how far can its sender be believed?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.goods.reports.choices import ReportStatus
from yunhe.goods.reports.compute import (
    MONTHS,
    SentReport,
    compute_credibility,
    compute_expected,
)
from yunhe.goods.reports.models import Credibility, ReportLine, StockReport
from yunhe.goods.reports.queries import Flow, documents_of, flows_by_sku, previous_report
from yunhe.platform.access.session import owner_access

MEASURES = ("opening", "incoming", "outgoing", "returned", "difference")
LOOK_BACK = timedelta(days=31 * (MONTHS + 1))


def check_report(report: StockReport) -> StockReport:
    """Write beside every line what the documents say it should have been, and the report's sums.

    Opening is what the report before counted; documents are those of the days after it up to the
    count. Running it again after late documents brings the figures up to date. A handful of
    statements for any number of lines.
    """
    before = previous_report(report)
    lines = list(report.lines.all())
    opening: dict[int, Decimal] = {}
    flows: dict[int, Flow] = {}
    if before is not None:
        opening = dict(before.lines.values_list("sku_id", "counted"))
        documents = documents_of(report.node_id, after=before.on, until=report.on)
        flows = flows_by_sku(documents)
    for line in lines:
        _measure(line, opening.get(line.sku_id), flows.get(line.sku_id, Flow()))
    ReportLine.objects.bulk_update(lines, MEASURES)
    checked = [line for line in lines if line.difference is not None]
    report.since = before.on if before else None
    report.moved = sum(
        ((line.opening or Decimal(0)) + line.incoming for line in checked), Decimal(0)
    )
    report.unexplained = sum((abs(line.difference or Decimal(0)) for line in checked), Decimal(0))
    report.save(update_fields=["since", "moved", "unexplained"])
    return report


def _measure(line: ReportLine, opening: Decimal | None, flow: Flow) -> None:
    line.opening = opening
    line.incoming, line.outgoing, line.returned = flow.incoming, flow.outgoing, flow.returned
    line.difference = (
        None
        if opening is None
        else line.counted - compute_expected(opening, flow.incoming, flow.outgoing, flow.returned)
    )


def refresh_credibility(node_ids: Iterable[int], *, on: date) -> int:
    """Compute the scores of partners anew; partners without a report have none. How many have one."""
    wanted = sorted(set(node_ids))
    sent: dict[int, list[SentReport]] = {node_id: [] for node_id in wanted}
    reports = StockReport.objects.filter(
        node_id__in=wanted, status=ReportStatus.SUBMITTED, on__gte=on - LOOK_BACK
    )
    for report in reports:
        sent[report.node_id].append(_sent(report))
    began = dict(Partner.objects.filter(pk__in=wanted).values_list("pk", "opened_on"))
    rows = []
    for node_id in wanted:
        score = compute_credibility(sent[node_id], today=on, since=began.get(node_id))
        if score is not None:
            rows.append(
                Credibility(
                    node_id=node_id,
                    score=score.score,
                    completeness=score.completeness,
                    timeliness=score.timeliness,
                    balance=score.balance,
                    regularity=score.regularity,
                    reports=len(sent[node_id]),
                    on=on,
                )
            )
    with owner_access("scores follow from the reports; nobody sets their own"):
        Credibility.objects.filter(node_id__in=wanted).exclude(
            node_id__in=[row.node_id for row in rows]
        ).delete()
        Credibility.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["node"],
            update_fields=[
                "score", "completeness", "timeliness", "balance", "regularity", "reports", "on",
            ],
        )  # fmt: skip
    return len(rows)


def _sent(report: StockReport) -> SentReport:
    return SentReport(
        on=report.on,
        sent_on=timezone.localdate(report.submitted_at),
        counted=report.line_count,
        on_books=report.expected_count,
        moved=report.moved,
        unexplained=report.unexplained,
    )
