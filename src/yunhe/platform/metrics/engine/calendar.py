"""Time arithmetic of questions: grains, and where a shifted period lies.

Weeks start on Monday. Comparing a part of a month (month to date) with the month before compares
the same days of that month.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from yunhe.platform.metrics.expressions import Shift
from yunhe.platform.metrics.question import Grain, Span


def floor(day: date, grain: Grain) -> date:
    """The first day of the grain's unit that holds `day`."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return day.replace(month=1, day=1) if grain == "year" else day


def step(bucket: date, grain: Grain) -> date:
    """The first day of the next unit."""
    if grain in ("day", "week"):
        return bucket + timedelta(days=1 if grain == "day" else 7)
    return add_months(bucket, {"month": 1, "quarter": 3, "year": 12}[grain])


def buckets(span: Span, grain: Grain) -> list[date]:
    """First days of all units that the span touches."""
    found = [floor(span.start, grain)]
    while (following := step(found[-1], grain)) < span.end:
        found.append(following)
    return found


def days_in(bucket: date | None, span: Span, grain: Grain | None) -> int:
    """Days of the span within a bucket; all of them without a grain."""
    if bucket is None or grain is None:
        return span.days
    return (min(step(bucket, grain), span.end) - max(bucket, span.start)).days


@dataclass(frozen=True)
class Offset:
    """How far back: whole months, or days."""

    months: int = 0
    days: int = 0

    def back(self, span: Span) -> Span:
        if self.days:
            ago = timedelta(days=self.days)
            return Span(span.start - ago, span.end - ago)
        start = add_months(span.start, -self.months)
        if span.end.day == 1:
            return Span(start, add_months(span.end, -self.months))
        last = add_months(span.end - timedelta(days=1), -self.months)
        return Span(start, last + timedelta(days=1))

    def forward(self, bucket: date) -> date | None:
        """The bucket of the asked period that a shifted bucket is compared with; None: has none."""
        if self.days:
            return bucket + timedelta(days=self.days)
        ahead = add_months(bucket, self.months)
        return ahead if ahead.day == bucket.day else None


def offset(span: Span, shift: Shift, grain: Grain | None) -> Offset:
    """How far back a comparison lies."""
    if shift == "last_year":
        return Offset(days=364) if grain == "week" else Offset(months=12)
    if span.start.day == 1 and span.end.day == 1 and grain != "week":
        return Offset(months=_months_between(span.start, span.end))
    if grain == "week":
        return Offset(days=7 * -(-span.days // 7))
    if span.start.day == 1 and span.end <= add_months(span.start, 1):
        return Offset(months=1)
    return Offset(days=span.days)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month
