"""How many requests a minute one user may send to one web process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.errors import TooManyRequests
from yunhe.platform.api.problems import problem

DEFAULT_PER_MINUTE = 12_000
WINDOW_S = 60
_lock = threading.Lock()
_counts: dict[int | None, int] = {}
_window = 0


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 with `Retry-After` beyond `API_REQUESTS_PER_MINUTE` (0: no limit)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait = count_request(principal_of(request).user_id, now=time.monotonic())
        if wait:
            return problem(request, TooManyRequests(wait))
        return view(request, *args, **kwargs)

    return answer


def count_request(user_id: int | None, *, now: float) -> int:
    """Count one request of the user; seconds to wait, 0 when it may pass."""
    global _window  # noqa: PLW0603  # the window belongs to the process
    allowed = int(getattr(settings, "API_REQUESTS_PER_MINUTE", DEFAULT_PER_MINUTE))
    if not allowed:
        return 0
    current = int(now // WINDOW_S)
    with _lock:
        if current != _window:
            _window = current
            _counts.clear()
        _counts[user_id] = _counts.get(user_id, 0) + 1
        over = _counts[user_id] > allowed
    return WINDOW_S - int(now % WINDOW_S) if over else 0
