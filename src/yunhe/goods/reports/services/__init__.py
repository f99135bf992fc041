"""Writes of stock reports, by use case."""

from __future__ import annotations

from yunhe.goods.reports.services.checking import check_report, refresh_credibility
from yunhe.goods.reports.services.counting import (
    record_report,
    save_counts,
    start_report,
    submit_report,
)

__all__ = [
    "check_report",
    "record_report",
    "refresh_credibility",
    "save_counts",
    "start_report",
    "submit_report",
]
