"""What stock reports refuse."""

from __future__ import annotations

from yunhe.platform.errors import Conflict, DomainError


class ReportClosed(Conflict):
    """The report was submitted: what changed since goes into the next one."""

    code = "reports.closed"


class ReportRefused(DomainError):
    """A report that the rules refuse (empty, in the future, below zero); `rows` name the lines."""

    code = "reports.refused"
