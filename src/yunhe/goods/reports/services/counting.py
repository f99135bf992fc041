"""Count: begin, save what was counted so far, submit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.reports.choices import ReportSource
from yunhe.goods.reports.errors import ReportClosed, ReportRefused
from yunhe.goods.reports.events import StockReported
from yunhe.goods.reports.locks import lock_counting, lock_report
from yunhe.goods.reports.models import ReportLine, StockReport
from yunhe.goods.reports.permissions import REPORT
from yunhe.goods.reports.queries import draft_of
from yunhe.goods.reports.services.checking import check_report, refresh_credibility
from yunhe.goods.reports.transitions import MOVES
from yunhe.goods.stock.queries import books_on
from yunhe.goods.stock.services import record_count
from yunhe.platform.access.principal import Principal
from yunhe.platform.events.outbox import emit
from yunhe.platform.values import EARLIEST
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.sales.bounds import MOST_UNITS


def start_report(
    node_id: int,
    *,
    on: date,
    blind: bool = False,
    source: str = ReportSource.PHONE,
    key: str = "",
    actor: Principal,
    now: datetime,
) -> StockReport:
    """Begin a count, or return the one that is open. Raises NotAllowed, ReportRefused (a day that cannot be)."""
    actor.check(REPORT)
    _check_day(on, now)
    lock_counting(node_id)
    open_one = draft_of(node_id)
    if open_one is not None:
        return open_one
    return StockReport.objects.create(
        node_id=node_id,
        on=on,
        blind=blind,
        source=source,
        key=key,
        started_at=now,
        started_by_id=actor.user_id,
    )


def save_counts(
    report: StockReport, counts: Mapping[int, Decimal], *, actor: Principal
) -> StockReport:
    """Keep what was counted: SKU id -> base units. Saving again overwrites, so a repetition is safe.

    Raises NotAllowed, ReportClosed, ReportRefused naming quantities below zero or out of range.
    """
    actor.check(REPORT)
    report = lock_report(report.pk)
    MOVES.check(report.status, "save")
    faults = [
        {"sku_id": sku_id, "message": message}
        for sku_id, counted in counts.items()
        for bad, message in (
            (counted < 0, _("A count cannot be below zero.")),
            (counted > MOST_UNITS, _("A count is out of range.")),
        )
        if bad
    ]
    faults += count_faults(
        (
            Counted(at, sku_id, counted)
            for at, (sku_id, counted) in enumerate(counts.items(), start=1)
        ),
        most=None,
    )
    if faults:
        raise ReportRefused(_("Some counts cannot be saved."), rows=faults)
    ReportLine.objects.bulk_create(
        [
            ReportLine(report=report, node_id=report.node_id, sku_id=sku_id, counted=counted)
            for sku_id, counted in sorted(counts.items())
        ],
        update_conflicts=True,
        unique_fields=["report", "sku"],
        update_fields=["counted"],
    )
    report.line_count = report.lines.count()
    report.save(update_fields=["line_count"])
    return report


def submit_report(report: StockReport, *, actor: Principal, now: datetime) -> StockReport:
    """Make the count the partner's stock, check it against the documents, renew the sender's score.

    Differences to the books become count movements under `report:<id>`. Emits StockReported.
    Raises NotAllowed, ReportClosed, ReportRefused (nothing counted).
    """
    actor.check(REPORT)
    report = lock_report(report.pk)
    move = MOVES.check(report.status, "submit")
    lines = list(report.lines.all())
    if not lines:
        raise ReportRefused(_("Nothing has been counted yet."))
    books = books_on(report.node_id, report.on)
    for line in lines:
        line.book = books.get(line.sku_id, Decimal(0))
    ReportLine.objects.bulk_update(lines, ["book"])
    report.status, report.submitted_at = move.target, now
    report.line_count = len(lines)
    report.expected_count = len(
        {sku for sku, held in books.items() if held > 0} | {line.sku_id for line in lines}
    )
    report.save(update_fields=["status", "submitted_at", "line_count", "expected_count"])
    counts = {line.sku_id: line.counted for line in lines}
    record_count(report.node_id, counts, ref=report.ref, on=report.on, actor=actor, now=now)
    check_report(report)
    refresh_credibility([report.node_id], on=timezone.localdate(now))
    event = StockReported(
        report_id=report.pk, node_id=report.node_id, on=report.on, unexplained=report.unexplained
    )
    emit(event, node_id=report.node_id, subject=str(report.pk))
    return report


def record_report(
    node_id: int,
    counts: Mapping[int, Decimal],
    *,
    on: date,
    key: str,
    source: str,
    actor: Principal,
    now: datetime,
) -> StockReport:
    """A whole report at once, from a file or another system; the same key is one report.

    Leaves a count that somebody has begun on the phone alone. Raises as the steps do.
    """
    actor.check(REPORT)
    _check_day(on, now)
    lock_counting(node_id)
    known = StockReport.objects.filter(node_id=node_id, key=key).first()
    if known is not None:
        return known
    if draft_of(node_id) is not None:
        raise ReportClosed(_("A count is being made on the phone: submit it first."))
    report = start_report(node_id, on=on, source=source, key=key, actor=actor, now=now)
    return submit_report(save_counts(report, counts, actor=actor), actor=actor, now=now)


def _check_day(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise ReportRefused(_("A count cannot lie in the future."), field="on")
    if on < EARLIEST:
        raise ReportRefused(_("A count cannot lie before the year 2000."), field="on")
