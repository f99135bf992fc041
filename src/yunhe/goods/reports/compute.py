"""Conservation and credibility of stock reports; arithmetic on values, no Django.

Formulas and a worked table: docs/algorithms/credibility.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
CENT = Decimal("0.01")
GRACE_DAYS = 3
"""A month's report counts as in time when it comes within three days after the month's end."""
MONTHS = 6
NEAR_DAYS = 7
WEIGHTS = {
    "completeness": Decimal("0.30"),
    "timeliness": Decimal("0.20"),
    "balance": Decimal("0.35"),
    "regularity": Decimal("0.15"),
}


def compute_expected(
    opening: Decimal, incoming: Decimal, outgoing: Decimal, returned: Decimal
) -> Decimal:
    """opening + in − out − returns: what a period must end with."""
    return opening + incoming - outgoing - returned


LARGEST = Decimal("9999999999999.999")


def compute_storable(quantity: Decimal) -> Decimal:
    """The quantity within what a report can hold: what others stated must not stop a count."""
    return max(-LARGEST, min(LARGEST, quantity))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may explain a difference.

    `effect` is the difference that it would make if it were booked wrongly: a receipt in the period
    that did not really arrive −quantity, a sale in the period that did not happen +quantity; for a
    document shortly after the period the other way round (goods on the shelf before their receipt).
    """

    ref: str
    nature: str
    on: date
    effect: Decimal


def compute_candidates(
    difference: Decimal, documents: Iterable[Candidate], *, most: int = 3
) -> list[Candidate]:
    """The documents that explain the difference best, the closest first.

    Only effects of the difference's sign explain it; among them the one whose size is nearest to it
    comes first, then the larger, then the later.
    """
    if not difference:
        return []
    same_way = [d for d in documents if d.effect and (d.effect > 0) == (difference > 0)]
    same_way.sort(
        key=lambda d: (abs(difference - d.effect), -abs(d.effect), -d.on.toordinal(), d.ref)
    )
    return same_way[:most]


@dataclass(frozen=True, slots=True)
class SentReport:
    """What a submitted report says of the sender: `moved` is what opened and came in."""

    on: date
    sent_on: date
    counted: int
    on_books: int
    moved: Decimal
    unexplained: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """Parts and the weighted whole, 0–100 with two decimals."""

    completeness: Decimal
    timeliness: Decimal
    balance: Decimal
    regularity: Decimal
    score: Decimal


def compute_months(today: date, months: int = MONTHS) -> list[tuple[date, date]]:
    """The last full months before today, oldest first, as half-open spans."""
    end = today.replace(day=1)
    spans = []
    for _ in range(months):
        start = (end - timedelta(days=1)).replace(day=1)
        spans.append((start, end))
        end = start
    return spans[::-1]


def compute_credibility(
    reports: Sequence[SentReport], *, today: date, since: date | None = None
) -> Score | None:
    """The score on a day from the reports of the last six full months and the running one.

    `since` is the day the partner began: months before it owe no report. None without a report.
    """
    spans = [span for span in compute_months(today) if since is None or span[0] >= since]
    first = spans[0][0] if spans else today.replace(day=1)
    known = sorted((r for r in reports if first <= r.on <= today), key=lambda r: r.on)
    if not known:
        return None
    parts = {
        "completeness": _completeness(known),
        "timeliness": _timeliness(known, spans),
        "balance": _balance(known),
        "regularity": _regularity(known),
    }
    whole = sum((WEIGHTS[name] * part for name, part in parts.items()), ZERO)
    return Score(**{name: _percent(part) for name, part in parts.items()}, score=_percent(whole))


def compute_share(report: SentReport) -> Decimal:
    """What part of the products on the books was counted, 0–1."""
    return min(ONE, Decimal(report.counted) / report.on_books) if report.on_books else ONE


def is_in_time(report: SentReport, span: tuple[date, date]) -> bool:
    """Whether it is the report of a month, counted and sent by the third day after its end."""
    start, end = span
    until = end + timedelta(days=GRACE_DAYS)
    return start <= report.on < until and start <= report.sent_on < until


def _completeness(reports: Sequence[SentReport]) -> Decimal:
    """Mean share of the products on the books that were counted."""
    return sum((compute_share(report) for report in reports), ZERO) / len(reports)


def _timeliness(reports: Sequence[SentReport], spans: Sequence[tuple[date, date]]) -> Decimal:
    """Share of the full months with a report sent by the third day after their end."""
    if not spans:
        return ONE
    kept = sum(any(is_in_time(report, span) for report in reports) for span in spans)
    return Decimal(kept) / len(spans)


def _balance(reports: Sequence[SentReport]) -> Decimal:
    """One minus the unexplained difference over what opened and came in, not below zero."""
    moved = sum((r.moved for r in reports), ZERO)
    unexplained = sum((r.unexplained for r in reports), ZERO)
    if not moved:
        return ONE if not unexplained else ZERO
    return max(ZERO, ONE - unexplained / moved)


def _regularity(reports: Sequence[SentReport]) -> Decimal:
    """One minus the mean deviation of the gaps between reports over their mean; one report: 0."""
    days = sorted({r.on for r in reports})
    gaps = [Decimal((late - early).days) for early, late in pairwise(days)]
    if not gaps:
        return ZERO
    mean = sum(gaps, ZERO) / len(gaps)
    deviation = sum((abs(gap - mean) for gap in gaps), ZERO) / len(gaps)
    return max(ZERO, ONE - deviation / mean)


def _percent(part: Decimal) -> Decimal:
    return (part * HUNDRED).quantize(CENT, ROUND_HALF_UP)
