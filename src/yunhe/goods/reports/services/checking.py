"""Does a report follow from the documents, and how far can its sender be believed?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from yunhe.channel.network.models import Partner
from yunhe.goods.reports.choices import ReportStatus
from yunhe.goods.reports.compute import (
    MONTHS,
    SentReport,
    compute_credibility,
    compute_expected,
    compute_storable,
)
from yunhe.goods.reports.models import Credibility, CredibilityPast, ReportLine, StockReport
from yunhe.goods.reports.queries import Flow, documents_of, flows_by_sku, previous_report, sent_of
from yunhe.platform.access.session import owner_access

MEASURES = ("opening", "incoming", "outgoing", "returned", "difference")
PARTS = ("score", "completeness", "timeliness", "balance", "regularity")
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
    moved = sum(((line.opening or Decimal(0)) + line.incoming for line in checked), Decimal(0))
    unexplained = sum((abs(line.difference or Decimal(0)) for line in checked), Decimal(0))
    report.moved, report.unexplained = compute_storable(moved), compute_storable(unexplained)
    report.save(update_fields=["since", "moved", "unexplained"])
    return report


def _measure(line: ReportLine, opening: Decimal | None, flow: Flow) -> None:
    line.opening = opening
    flows = (flow.incoming, flow.outgoing, flow.returned)
    line.incoming, line.outgoing, line.returned = map(compute_storable, flows)
    line.difference = (
        None
        if opening is None
        else compute_storable(line.counted - compute_expected(opening, *flows))
    )


def refresh_credibility(node_ids: Iterable[int], *, on: date) -> int:
    """Compute the scores of partners anew; partners without a report have none. How many have one."""
    wanted = sorted(set(node_ids))
    sent: dict[int, list[SentReport]] = {node_id: [] for node_id in wanted}
    reports = StockReport.objects.filter(
        node_id__in=wanted, status=ReportStatus.SUBMITTED, on__gte=on - LOOK_BACK
    )
    for report in reports:
        sent[report.node_id].append(sent_of(report))
    began = dict(Partner.objects.filter(pk__in=wanted).values_list("pk", "opened_on"))
    rows = []
    for node_id in wanted:
        score = compute_credibility(sent[node_id], today=on, since=began.get(node_id))
        if score is not None:
            parts = {name: getattr(score, name) for name in PARTS}
            row = Credibility(node_id=node_id, reports=len(sent[node_id]), on=on, **parts)
            rows.append(row)
    with owner_access("scores follow from the reports; nobody sets their own"):
        _keep_past(rows)
        Credibility.objects.filter(node_id__in=wanted).exclude(
            node_id__in=[row.node_id for row in rows]
        ).delete()
        Credibility.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["node"],
            update_fields=[*PARTS, "reports", "on"],
        )
    return len(rows)


def _keep_past(rows: Sequence[Credibility]) -> None:
    """A row of history for every score that is not what it was."""
    before = Credibility.objects.in_bulk([row.node_id for row in rows])
    changed = [row for row in rows if _parts(row) != _parts(before.get(row.node_id))]
    CredibilityPast.objects.bulk_create(
        (
            CredibilityPast(node_id=row.node_id, on=row.on, reports=row.reports, **_parts(row))
            for row in changed
        ),
        update_conflicts=True,
        unique_fields=["node", "on"],
        update_fields=[*PARTS, "reports"],
    )


def _parts(row: Credibility | None) -> dict[str, Decimal]:
    return {name: getattr(row, name) for name in PARTS} if row else {}
