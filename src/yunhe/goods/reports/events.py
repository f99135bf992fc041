"""What happens to stock reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from yunhe.platform.events.registry import Event


@dataclass(frozen=True, kw_only=True)
class StockReported(Event):
    """A partner reported its stock; `unexplained` is the sum of the differences, without signs."""

    type: ClassVar = "yunhe.reports.report.submitted.v1"

    report_id: int
    node_id: int
    on: date
    unexplained: Decimal
