"""A request id on every answer, and one log line a request."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from yunhe.platform.api.problems import RETRY_AFTER_S, problem
from yunhe.platform.database.away import is_away, reach
from yunhe.platform.errors import Unavailable
from yunhe.platform.ui.views.errors import unavailable

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEALTH = "/health/"
QUIET = ("/static/", HEALTH)
log = structlog.get_logger("yunhe.request")


class DatabaseMiddleware:
    """A connection that works before anything is asked of it; else, or when it breaks half-way, 503.

    Health tells of the database in its own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(HEALTH) and not reach():
            return _unavailable(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (OperationalError, InterfaceError)) and is_away():
            return _unavailable(request)
        return None


def _unavailable(request: HttpRequest) -> HttpResponse:
    log.error("the database does not answer", path=request.path)
    if request.path_info.startswith("/api/"):
        return problem(request, Unavailable())
    response = unavailable(request)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


class RequestLogMiddleware:
    """Bind the request's id to all its log lines and write its outcome.

    A caller may send `X-Request-ID` (8–64 letters, digits, `._-`); otherwise one is made.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path.startswith(QUIET):
            self._write(request, response, time.perf_counter() - started)
        return response

    @staticmethod
    def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        principal = getattr(request, "principal", None)
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            user=getattr(principal, "user_id", None),
        )
