"""Tell the database which request a change comes from, and from which address."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from yunhe.platform.access.middleware import SAFE_METHODS
from yunhe.platform.accounts.devices import client_address


class OriginMiddleware:
    """Sits inside the scope's transaction; one statement, and only for requests that may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            request_id = getattr(request, "request_id", "") or secrets.token_hex(8)
            name_origin(request_id=request_id, origin=client_address(request) or "")
        return self.get_response(request)


def name_origin(*, request_id: str, origin: str, actor: str = "") -> None:
    """Name the source of the transaction's changes; `actor` for work that no user asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('yunhe.request', %s, true), set_config('yunhe.origin', %s, true),"
            " set_config('yunhe.actor', %s, true)",
            [request_id, origin, actor],
        )
