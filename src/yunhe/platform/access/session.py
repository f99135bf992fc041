"""Open a transaction's scope: one statement sets the database role, nodes and user locally."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.principal import ANONYMOUS, HeldRole, Principal
from yunhe.platform.database.elevation import current_role, owner_access, set_role

__all__ = ["current_role", "enter_scope", "owner_access", "scoped", "set_role"]


def enter_scope(user_id: int | None, *, read_only: bool = False) -> Principal:
    """Bind the current transaction to what the user may see; return the principal.

    Must run inside a transaction; the binding ends with it. One statement.
    """
    transaction.get_connection().validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise RuntimeError("a scope is bound to a transaction: open one first")
    with connection.cursor() as cursor:
        cursor.execute("SELECT yunhe_enter(%s, %s)", [user_id, read_only])
        row = cursor.fetchone()
    found = row[0] if isinstance(row[0], dict) else json.loads(row[0])
    if user_id is None or not found["active"]:
        return ANONYMOUS
    held = tuple(HeldRole(**grant) for grant in found["grants"])
    permissions = frozenset().union(*(permissions_of(grant.role) for grant in held))
    return Principal(user_id, found["name"], held, wide=found["wide"], permissions=permissions)


@contextmanager
def scoped(user_id: int | None, *, read_only: bool = False) -> Iterator[Principal]:
    """One transaction under a user's scope, for jobs, commands and tests."""
    with transaction.atomic():
        role = current_role()
        try:
            yield enter_scope(user_id, read_only=read_only)
        finally:
            if not connection.needs_rollback:
                set_role(role)
