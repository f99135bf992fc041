"""How a job tells how far it is, and learns that it was cancelled."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from yunhe.platform.errors import Text
from yunhe.platform.jobs.errors import JobCancelled
from yunhe.platform.jobs.models import JobRun

INTERVAL_S = 0.5
_REPORT = """
UPDATE jobs_jobrun SET total = %s, done = %s, failed = %s, message = %s
 WHERE id = %s RETURNING cancel_requested
"""


class Progress:
    """Counters of one run, written at most twice a second on a connection of their own.

    They are visible while the job's transaction is still open. Inside somebody else's transaction
    (tests, `drain`) they use that one.
    """

    def __init__(self, run: JobRun) -> None:
        self.run = run
        self.total = run.total
        self.done, self.failed, self.message = 0, 0, ""
        self._reported = 0.0
        self._side: BaseDatabaseWrapper | None = (
            None if connection.in_atomic_block else connection.copy()
        )

    def start(self, total: int | None, message: Text = "") -> None:
        """Say how many things there are to do (None: unknown). Raises JobCancelled.

        A lazily translated `message` is told to every reader in their language.
        """
        self.total, self.done, self.failed = total, 0, 0
        self.message = _untranslated(message) or self.message
        self.report()

    def advance(self, done: int = 1, *, failed: int = 0, message: Text | None = None) -> None:
        """Count finished things, of them `failed`. Raises JobCancelled when somebody cancelled."""
        self.done += done
        self.failed += failed
        if message is not None:
            self.message = _untranslated(message)
        if time.monotonic() - self._reported >= INTERVAL_S:
            self.report()

    def report(self) -> None:
        """Write the counters now. Raises JobCancelled when somebody cancelled."""
        self._reported = time.monotonic()
        values: list[Any] = [self.total, self.done, self.failed, self.message[:500], self.run.pk]
        with (self._side or connection).cursor() as cursor:
            cursor.execute(_REPORT, values)
            row = cursor.fetchone()
        if row and row[0]:
            raise JobCancelled()

    def close(self) -> None:
        if self._side is not None:
            self._side.close()


def _untranslated(message: Text) -> str:
    """The source text, which `JobRun.told` translates for its reader: a worker has no language."""
    with translation.override("en"):
        return str(message)
