"""Name the source of changes that no request makes; a request's own is named by its scope."""

from __future__ import annotations

from django.db import connection


def name_origin(*, request_id: str, origin: str, actor: str = "") -> None:
    """Name the source of the transaction's changes; `actor` for work that no user asked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('yunhe.request', %s, true), set_config('yunhe.origin', %s, true),"
            " set_config('yunhe.actor', %s, true)",
            [request_id, origin, actor],
        )
