"""Open a transaction's scope: one statement sets the database role, nodes and user locally."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.principal import ANONYMOUS, HeldRole, Principal
from yunhe.platform.database.elevation import (
    current_role,
    owner_access,
    return_to,
    set_role,
)
from yunhe.platform.database.prepared import prepared_cursor

__all__ = ["current_role", "enter_scope", "owner_access", "scoped", "set_role"]


_ENTER = "SELECT yunhe_enter(%s::bigint, %s)"
_ENTER_FROM = f"""
{_ENTER}, set_config('yunhe.request', %s, true), set_config('yunhe.origin', %s, true),
       set_config('yunhe.actor', '', true)
"""


@dataclass(frozen=True)
class Origin:
    """Which request changes something, from which address: what the audit trail keeps."""

    request_id: str
    address: str


def enter_scope(
    user_id: int | None, *, read_only: bool = False, origin: Origin | None = None
) -> Principal:
    """Bind the current transaction to what the user may see; return the principal.

    With an `origin` the changes of the transaction carry it. Must run inside a transaction; the
    binding ends with it. One statement.
    """
    transaction.get_connection().validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise RuntimeError("a scope is bound to a transaction: open one first")
    with prepared_cursor() as cursor:
        if origin is None:
            cursor.execute(_ENTER, [user_id, read_only])
        else:
            cursor.execute(_ENTER_FROM, [user_id, read_only, origin.request_id, origin.address])
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
            return_to(role)
