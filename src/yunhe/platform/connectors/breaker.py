"""Call another system, and leave it alone for a while when it fails again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from yunhe.platform.connectors.models import ConnectorState

FAILURES, PAUSE = 3, timedelta(minutes=10)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Found]):
    """What a call gave: `value`, or `error`; `called` False while the system is left alone."""

    value: Found | None = None
    error: str = ""
    called: bool = True

    @property
    def good(self) -> bool:
        return self.called and not self.error


def guarded(code: str, call: Callable[[], Found], *, now: datetime) -> Answer[Found]:
    """Call the system `code` unless its breaker is open. Runs under the owner role (jobs).

    After FAILURES failures in a row nobody calls it for PAUSE; one good answer closes the breaker.
    """
    state, _made = ConnectorState.objects.get_or_create(code=code)
    if state.open_until is not None and now < state.open_until:
        return Answer(called=False)
    try:
        found = call()
    except OSError as error:
        state.failures += 1
        state.failed_at, state.error = now, f"{type(error).__name__}: {error}"[:300]
        state.open_until = now + PAUSE if state.failures >= FAILURES else None
        state.save()
        return Answer(error=state.error)
    state.failures, state.open_until, state.answered_at = 0, None, now
    state.save()
    return Answer(found)
