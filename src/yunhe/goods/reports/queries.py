"""Reads of stock reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.reports.choices import ReportStatus
from yunhe.goods.reports.compute import (
    NEAR_DAYS,
    Candidate,
    SentReport,
    compute_candidates,
    compute_months,
    compute_share,
    is_in_time,
)
from yunhe.goods.reports.models import Credibility, CredibilityPast, ReportLine, StockReport
from yunhe.goods.stock.queries import books_on
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import PackUnit, Sku
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin, unit_factors
from yunhe.trade.sales.fields import unit_named

# One row for each document and product that moved goods of a partner in a span of days: receipts by
# the movements, sales by the reported facts (negative: goods came back), returns, transfers to other
# partners and losses by the movements. `way` is what it does to the stock: 1 or -1.
_DOCUMENTS = """
SELECT m.sku_id, 'in' AS nature, m.ref, m."on", sum(m.quantity) AS quantity
  FROM stock_movement m
 WHERE m.target_id = %(node)s AND m.target_status IN ('available', 'quarantine', 'damaged')
   AND m.reason IN ('arrival', 'receipt', 'shipment', 'transfer')
   AND m."on" > %(after)s AND m."on" <= %(until)s
 GROUP BY 1, 2, 3, 4
UNION ALL
SELECT m.sku_id, 'returned', m.ref, m."on", sum(m.quantity)
  FROM stock_movement m
 WHERE m.source_id = %(node)s AND m.target_id IS DISTINCT FROM m.source_id
   AND m.source_status IN ('available', 'quarantine', 'damaged')
   AND (m.reason IN ('return', 'loss') OR (m.reason = 'transfer' AND m.ref LIKE 'transfer:%%'))
   AND m."on" > %(after)s AND m."on" <= %(until)s
 GROUP BY 1, 2, 3, 4
UNION ALL
SELECT f.sku_id, 'out', f.document, f."on", sum(f.quantity)
  FROM sales_salesfact f
 WHERE f.node_id = %(node)s AND f.flow IN ('sell_through', 'sell_out')
   AND f."on" > %(after)s AND f."on" <= %(until)s
 GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Document:
    """Goods of one product that a document moved: `nature` in, out or returned."""

    sku_id: int
    nature: str
    ref: str
    on: date
    quantity: Decimal


@dataclass
class Flow:
    """What came in, went out and was returned or lost, of one product in a period."""

    incoming: Decimal = Decimal(0)
    outgoing: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)


def list_reports() -> QuerySet[StockReport]:
    """Reports in scope, the latest count first."""
    return StockReport.objects.select_related("node").order_by("-on", "-pk")


def report_for(report_id: int) -> StockReport:
    """A report in scope with its partner. Raises NotFound."""
    found = list_reports().filter(pk=report_id).first()
    if found is None:
        raise NotFound()
    return found


def draft_of(node_id: int) -> StockReport | None:
    """The count that a partner has begun and not submitted."""
    return list_reports().filter(node_id=node_id, status=ReportStatus.DRAFT).first()


@dataclass(frozen=True)
class Counted:
    """A product as a person or a system names it: code or barcode, any unit."""

    item: str
    quantity: Decimal
    unit: str = ""


def resolve_counts(
    lines: Sequence[Counted],
) -> tuple[dict[int, Decimal], list[dict[str, object]]]:
    """SKU id -> base units, and a fault `{row, item, message}` for each line that cannot be taken.

    Without a unit a product's code counts base units, a pack's barcode its packs. Four statements.
    """
    named = [line.item for line in lines]
    ids = ids_by_gtin(named) | ids_by_code(named)
    factors = unit_factors(set(ids.values()))
    packs = dict(PackUnit.objects.filter(gtin__in=named, gtin__gt="").values_list("gtin", "factor"))
    packs = {gtin: factor for gtin, factor in packs.items() if gtin not in ids_by_code(packs)}
    counts: dict[int, Decimal] = {}
    faults: list[dict[str, object]] = []
    for row, line in enumerate(lines, start=1):
        sku_id = ids.get(line.item)
        factor = packs.get(line.item, Decimal(1))
        if line.unit:
            factor = factors.get(sku_id or 0, {}).get(unit_named(line.unit), Decimal(0))
        message = _refusal(line, sku_id, factor, counts)
        if message or sku_id is None:
            faults.append({"row": row, "item": line.item, "message": message})
        else:
            counts[sku_id] = line.quantity * factor
    return counts, faults


def _refusal(line: Counted, sku_id: int | None, factor: Decimal, counts: dict[int, Decimal]) -> str:
    if sku_id is None:
        return _("There is no product with the code “%(code)s”.") % {"code": line.item}
    if not factor:
        text = _("The product “%(code)s” has no unit “%(unit)s”.")
        return text % {"code": line.item, "unit": line.unit}
    if sku_id in counts:
        return _("“%(code)s” is counted more than once; add the quantities up.") % {
            "code": line.item
        }
    if round(line.quantity * factor, 3) != line.quantity * factor:
        return _("“%(code)s” comes to less than a thousandth of its base unit.") % {
            "code": line.item
        }
    return ""


def lines_of(report: StockReport) -> QuerySet[ReportLine]:
    """The counted products with their names, the largest difference first."""
    return report.lines.select_related("sku").order_by("sku__code")


@dataclass(frozen=True)
class CountRow:
    """A product to count: what is known of it, and what was counted already."""

    sku: Sku
    known: Decimal
    counted: Decimal | None


def rows_to_count(report: StockReport) -> list[CountRow]:
    """Products to count: on the books, in the report before, or counted already. Four statements."""
    known = books_on(report.node_id, report.on)
    counted = dict(report.lines.values_list("sku_id", "counted"))
    before = previous_report(report)
    earlier = set(before.lines.values_list("sku_id", flat=True)) if before else set()
    wanted = {sku for sku, quantity in known.items() if quantity} | set(counted) | earlier
    skus = Sku.objects.filter(pk__in=wanted).order_by("code")
    return [CountRow(sku, known.get(sku.pk, Decimal(0)), counted.get(sku.pk)) for sku in skus]


def previous_report(report: StockReport) -> StockReport | None:
    """The submitted report of the partner that counted last before this one."""
    return (
        StockReport.objects.filter(
            node_id=report.node_id, status=ReportStatus.SUBMITTED, on__lt=report.on
        )
        .exclude(pk=report.pk)
        .order_by("-on", "-pk")
        .first()
    )


def documents_of(node_id: int, *, after: date, until: date) -> list[Document]:
    """What moved a partner's goods from the day after `after` to `until`. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, {"node": node_id, "after": after, "until": until})
        return [Document(*row) for row in cursor.fetchall()]


def flows_by_sku(documents: Iterable[Document]) -> dict[int, Flow]:
    """SKU id -> sums of its documents."""
    flows: dict[int, Flow] = defaultdict(Flow)
    for document in documents:
        flow = flows[document.sku_id]
        if document.nature == "in":
            flow.incoming += document.quantity
        elif document.nature == "out":
            flow.outgoing += document.quantity
        else:
            flow.returned += document.quantity
    return flows


def explanations(report: StockReport, lines: Sequence[ReportLine]) -> dict[int, list[Candidate]]:
    """SKU id -> the documents that explain its difference best. One statement.

    Looked at are the documents of the period (booked, but perhaps not true) and those of the week
    after it (true, but perhaps booked too late).
    """
    if report.since is None:
        return {}
    differing = {line.sku_id: line.difference for line in lines if line.difference}
    if not differing:
        return {}
    documents = documents_of(
        report.node_id, after=report.since, until=report.on + timedelta(days=NEAR_DAYS)
    )
    found: dict[int, list[Candidate]] = defaultdict(list)
    for document in documents:
        if document.sku_id in differing:
            found[document.sku_id].append(_candidate(document, inside=document.on <= report.on))
    return {
        sku: compute_candidates(difference, found[sku]) for sku, difference in differing.items()
    }


def _candidate(document: Document, *, inside: bool) -> Candidate:
    gives = document.quantity if document.nature == "in" else -document.quantity
    return Candidate(document.ref, document.nature, document.on, -gives if inside else gives)


def list_credibility() -> QuerySet[Credibility]:
    """Scores in scope, the lowest first."""
    return Credibility.objects.select_related("node").order_by("score", "node__code")


def scores_of(node_ids: Iterable[int]) -> dict[int, Decimal]:
    """Partner's node id -> score 0–100; partners without a report are absent. One statement."""
    rows = Credibility.objects.filter(pk__in=list(node_ids)).values_list("pk", "score")
    return dict(rows)


def history_of(node_id: int) -> QuerySet[CredibilityPast]:
    """What a partner's score was on the days when it changed, oldest first."""
    return CredibilityPast.objects.filter(node_id=node_id).order_by("on")


@dataclass(frozen=True)
class ReportPart:
    """What one report adds to its sender's score: `share` counted and `open` unexplained, 0–1;
    `late` unless it is the report of a month sent in time; `gap` days since the one before."""

    pk: int
    on: date
    sent_on: date
    share: Decimal
    open: Decimal | None
    late: bool
    gap: int | None


def parts_of(node_id: int, *, today: date) -> list[ReportPart]:
    """The reports that a partner's score of a day comes from, the latest first. One statement."""
    spans = [*compute_months(today), (today.replace(day=1), date.max)]
    rows = list_reports().filter(
        node_id=node_id, status=ReportStatus.SUBMITTED, on__gte=spans[0][0], on__lte=today
    )
    found = []
    before: date | None = None
    for row in reversed(list(rows)):
        sent = sent_of(row)
        found.append(
            ReportPart(
                pk=row.pk,
                on=row.on,
                sent_on=sent.sent_on,
                share=compute_share(sent),
                open=row.unexplained / row.moved if row.moved else None,
                late=not any(is_in_time(sent, span) for span in spans[:-1])
                and row.on < spans[-1][0],
                gap=(row.on - before).days if before else None,
            )
        )
        before = row.on
    return found[::-1]


def sent_of(report: StockReport) -> SentReport:
    """What a submitted report says of its sender."""
    return SentReport(
        on=report.on,
        sent_on=timezone.localdate(report.submitted_at),
        counted=report.line_count,
        on_books=report.expected_count,
        moved=report.moved,
        unexplained=report.unexplained,
    )


def credibility_of(node_id: int) -> Credibility | None:
    """The score of a partner in scope."""
    return Credibility.objects.filter(pk=node_id).first()
