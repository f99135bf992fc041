"""The only place where the ledger takes locks: one per partner, in order of their ids."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

_LEDGER = 0x1ED6E5


def lock_partners(node_ids: Iterable[int]) -> None:
    """Postings of a partner happen one after another until the transaction ends."""
    ordered = sorted(set(node_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, (id %% 2147483647)::int)"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS p (id, place) ORDER BY place",
            [_LEDGER, ordered],
        )
