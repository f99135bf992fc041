"""What the production schedule refuses."""

from __future__ import annotations

from yunhe.platform.errors import DomainError


class ScheduleRefused(DomainError):
    """A line that the rules refuse; `rows` names it."""

    code = "schedule.refused"
