"""How a runner tells what it is doing, and hears that it should stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""`(done rows, all rows, what is being done)`; called at least once a batch, in no transaction."""


def silent(done: int, total: int, message: str) -> None:
    """For callers that do not watch."""
