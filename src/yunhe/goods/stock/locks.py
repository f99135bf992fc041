"""The only place of stock that locks; balances are locked by the movements' trigger, in key order."""

from __future__ import annotations

from django.db import connection

_COUNT_SPACE = 20_260_001


def lock_counts(node_id: int) -> None:
    """One count at a time per node, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_COUNT_SPACE, node_id % 2**31])
