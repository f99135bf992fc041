"""Shift the real year by whole weeks so that it ends yesterday."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from yunhe.demo.source import FIRST_DAY, LAST_DAY

WEEK = 7


@dataclass(frozen=True, slots=True)
class Shift:
    """`days` is a multiple of seven, so every day keeps its weekday; `last` is yesterday.

    The real year ends on a Sunday, so the shifted year ends on the first Sunday not before
    yesterday; what would lie after yesterday (at most six days) has not happened yet.
    """

    days: int
    first: dt.date
    last: dt.date

    @property
    def first_monday(self) -> dt.date:
        """Monday of the week that holds the first day: week 0 of the story."""
        return self.first - dt.timedelta(days=self.first.weekday())

    def monday(self, week: int) -> dt.date:
        return self.first_monday + dt.timedelta(days=WEEK * week)

    @property
    def weeks(self) -> int:
        """Number of Monday weeks the real year touches."""
        return ((LAST_DAY - FIRST_DAY).days + self.first.weekday()) // WEEK + 1


def compute_shift(today: dt.date) -> Shift:
    """The smallest shift by whole weeks after which the real year reaches yesterday."""
    yesterday = today - dt.timedelta(days=1)
    weeks = -((LAST_DAY - yesterday).days // WEEK)
    days = weeks * WEEK
    return Shift(days, FIRST_DAY + dt.timedelta(days=days), yesterday)
