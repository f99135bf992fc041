"""Health for load balancers and monitors: no sign-in, nothing secret in the answer."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from yunhe.platform.database.away import reach
from yunhe.platform.ops.checks import check_database, check_migrations


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """The database answers and is migrated; 503 otherwise."""
    try:
        good = reach() and check_database().ok and check_migrations().ok
    except Exception:  # also whatever stands in the way of asking
        good = False
    return JsonResponse({"status": "ok" if good else "unavailable"}, status=200 if good else 503)
