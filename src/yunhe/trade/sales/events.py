"""What sales tells others, and what it hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class SalesRecorded(Event):
    """Facts were written: `rows` lines of a flow, business dates `first_on` to `last_on`."""

    type: ClassVar = "yunhe.sales.facts.recorded.v1"

    flow: str
    rows: int
    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True)
class PeriodReopened(Event):
    """Facts of a flow from a day on count on their own days again."""

    type: ClassVar = "yunhe.sales.period.reopened.v1"

    flow: str
    before: date


@dataclass(frozen=True, kw_only=True)
class PeriodClosed(Event):
    """Facts of a flow before a day are final."""

    type: ClassVar = "yunhe.sales.period.closed.v1"

    flow: str
    before: date
