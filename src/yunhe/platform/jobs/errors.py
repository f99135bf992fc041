"""What can go wrong with a job."""

from __future__ import annotations

from yunhe.platform.errors import Conflict


class JobCancelled(Exception):
    """Raised inside a job at its next progress report after somebody pressed cancel."""


class NotRestartable(Conflict):
    """The run is not in a state from which it may be restarted or cancelled."""

    code = "jobs.not_restartable"
