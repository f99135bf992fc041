"""The only place of the network that locks rows."""

from __future__ import annotations

from django.db import connection

from yunhe.platform.access.models import Node

_FOUNDING = 7_201


def lock_node(node_id: int) -> Node:
    """The node's row, locked until the transaction ends."""
    return Node.objects.select_for_update(no_key=True).get(pk=node_id)


def lock_founding() -> None:
    """One first account at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOUNDING])
