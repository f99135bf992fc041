"""Half-open periods of days: [start, end). `None` means unbounded on that side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from yunhe.platform.values.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Period:
    """Business days with `start` included and `end` excluded; never empty."""

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        for bound in (self.start, self.end):
            if isinstance(bound, datetime) or not (bound is None or isinstance(bound, date)):
                raise InvalidValue(f"a period is bounded by dates, not {bound!r:.40}")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise InvalidValue(f"a period must end after it starts: [{self.start}, {self.end})")

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        following = date(year + month // 12, month % 12 + 1, 1)
        return cls(date(year, month, 1), following)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        first = date(year, 3 * quarter - 2, 1)
        return cls(first, cls.month(year, 3 * quarter).end)

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def contains(self, other: Period) -> bool:
        """Whether every day of `other` is a day of this period."""
        return self.intersection(other) == other

    def overlaps(self, other: Period) -> bool:
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """The days common to both; None when there are none."""
        start = _latest(self.start, other.start)
        end = _earliest(self.end, other.end)
        if start is not None and end is not None and start >= end:
            return None
        return Period(start, end)

    def minus(self, other: Period) -> tuple[Period, ...]:
        """The days of this period that are not in `other`: none, one or two periods."""
        common = self.intersection(other)
        if common is None:
            return (self,)
        rest = []
        if common.start is not None and common.start != self.start:
            rest.append(Period(self.start, common.start))
        if common.end is not None and common.end != self.end:
            rest.append(Period(common.end, self.end))
        return tuple(rest)

    def meets(self, other: Period) -> bool:
        """Whether `other` begins on the day on which this period ends."""
        return self.end is not None and self.end == other.start

    @property
    def days(self) -> int | None:
        """Number of days; None when unbounded."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).days

    @property
    def last_day(self) -> date | None:
        return None if self.end is None else self.end - timedelta(days=1)

    def __iter__(self) -> Iterator[date]:
        if self.start is None or self.end is None:
            raise InvalidValue("an unbounded period has no list of days")
        for offset in range((self.end - self.start).days):
            yield self.start + timedelta(days=offset)

    def __str__(self) -> str:
        return f"[{self.start or '-∞'}, {self.end or '∞'})"


def _latest(left: date | None, right: date | None) -> date | None:
    return max((day for day in (left, right) if day is not None), default=None)


def _earliest(left: date | None, right: date | None) -> date | None:
    return min((day for day in (left, right) if day is not None), default=None)
