"""Reserve, commit, release: one statement each, whatever the number of keys.

A reference (`order:17`) holds quantities of accounts (kind `stock`, key `3:1024`). Limits are kept
by a CHECK in the database and by locks in key order; nobody else compares a balance and then writes.
Take several kinds in one transaction in alphabetical order of kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from yunhe.platform.capacity.errors import CapacityExceeded, NotHeld, Shortage
from yunhe.platform.database.prepared import prepared_cursor

Amounts = Mapping[str, Decimal | int]
Limits = Mapping[str, Decimal | int | None]
NodeOf = int | None | Callable[[str], int | None]
_MARKS = {
    "capacity_set_limits": "%s, %s::text[], %s::numeric[], %s::bigint[], %s",
    "capacity_adjust_limits": "%s, %s::text[], %s::numeric[], %s::bigint[]",
    "capacity_reserve": "%s::text, %s::text, %s::text[], %s::numeric[]",
    "capacity_settle": "%s, %s, %s, %s::text[], %s::numeric[]",
}
"""Empty lists and lists of None carry no type of their own."""


def open_account(
    kind: str, key: str, limit: Decimal | int | None = Decimal(0), *, node_id: int | None
) -> None:
    """Make sure the account exists and has this limit (None: unlimited). As `set_limits`."""
    set_limits(kind, {key: limit}, node_id=node_id)


def set_limit(kind: str, key: str, limit: Decimal | int | None, *, node_id: int | None) -> None:
    """Set one limit; None is unlimited. Raises CapacityExceeded when more is already used."""
    set_limits(kind, {key: limit}, node_id=node_id)


def set_limits(kind: str, limits: Limits, *, node_id: NodeOf, floor: bool = False) -> None:
    """Set limits, opening missing accounts on `node_id` (an id, or a function of the key).

    Raises CapacityExceeded naming the keys of which more is already reserved and committed; with
    `floor` such a limit becomes what is used instead, so that nothing more can be taken.
    """
    keys, values = _columns(limits)
    _refuse(kind, _call("capacity_set_limits", kind, keys, values, _nodes(keys, node_id), floor))


def adjust_limit(kind: str, deltas: Amounts, *, node_id: NodeOf = None) -> None:
    """Raise or lower limits by deltas (goods came or left, a budget grew).

    Raises CapacityExceeded naming the keys whose use would no longer fit.
    """
    keys, values = _columns(deltas)
    _refuse(kind, _call("capacity_adjust_limits", kind, keys, values, _nodes(keys, node_id)))


def reserve(kind: str, amounts: Amounts, *, ref: str) -> None:
    """Let `ref` hold exactly these amounts of these keys: all of them or nothing.

    Idempotent: a repetition changes nothing, a smaller amount gives the rest back, keys not named
    stay as they are. An account that was never opened has nothing to give.
    Raises CapacityExceeded naming every short key with asked and available.
    """
    keys, values = _columns(amounts)
    _refuse(kind, _call("capacity_reserve", kind, ref, keys, values))


def reserve_all(wanted: Mapping[str, Amounts], *, ref: str) -> None:
    """As `reserve`, for several kinds in one statement, taken in alphabetical order of kind.
    No kind named is no statement.

    Raises CapacityExceeded for the first kind that is short; the caller's transaction must then end,
    since a later kind may have been taken.
    """
    kinds = sorted(wanted)
    if not kinds:
        return
    parts: list[str] = []
    arguments: list[Any] = []
    for kind in kinds:
        parts.append(f"SELECT %s::text, s.* FROM capacity_reserve({_MARKS['capacity_reserve']}) s")  # noqa: S608
        arguments += [kind, kind, ref, *_columns(wanted[kind])]
    with prepared_cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), arguments)
        rows = cursor.fetchall()
    for kind in kinds:
        _refuse(kind, [row[1:] for row in rows if row[0] == kind])


def hold_exactly(wanted: Mapping[str, Amounts], *, ref: str) -> None:
    """Let `ref` reserve exactly these amounts of these kinds and nothing else, in one statement.

    What it has committed stays; every key it reserved and that is not named goes back. Raises as
    `reserve_all`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM capacity_hold_exactly(%s, %s::text[], %s::text[], %s::numeric[])",
            [ref, *_rows(wanted)],
        )
        rows = cursor.fetchall()
    if rows:
        raise CapacityExceeded(rows[0][0], [Shortage(*row[1:]) for row in rows])


def hand_over(
    ref: str, wanted: Mapping[str, Mapping[str, Amounts]], *, kept: Sequence[str] = ()
) -> None:
    """Give back what `ref` reserves, except of the kinds `kept`, and let others hold theirs instead.

    `wanted` is reference -> kind -> key -> amount. One statement; nobody else can take in between.
    Raises CapacityExceeded for the first kind that is short; the caller's transaction must then end.
    """
    rows = [
        (other, *row) for other, kinds in wanted.items() for row in zip(*_rows(kinds), strict=True)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT short_kind, short_key, asked, available FROM capacity_hand_over("
            "%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[])",
            [ref, list(kept), *columns],
        )
        short = cursor.fetchall()
    if short:
        raise CapacityExceeded(
            short[0][0], [Shortage(*row[1:]) for row in short if row[0] == short[0][0]]
        )


def held(kind: str, ref: str) -> dict[str, Decimal]:
    """What `ref` reserves of a kind, by key; without rights on the rows. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM capacity_held(%s, %s)", [kind, ref])
        return dict(cursor.fetchall())


def lock_accounts(kind: str, keys: Sequence[str]) -> None:
    """Lock accounts in key order until the transaction ends, before several references take in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT capacity_lock(%s, %s::text[])", [kind, sorted(keys)])


def release_every(ref: str) -> None:
    """Give back everything `ref` reserves, of every kind. Idempotent; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT capacity_release_every(%s)", [ref])


def commit_held(wanted: Mapping[str, Amounts], *, ref: str) -> None:
    """Turn up to these amounts into committed, as far as `ref` reserves them. One statement."""
    _settle_held("commit", wanted, ref)


def release_held(wanted: Mapping[str, Amounts], *, ref: str) -> None:
    """Give up to these amounts back, as far as `ref` reserves them. One statement."""
    _settle_held("release", wanted, ref)


def commit(kind: str, ref: str, amounts: Amounts | None = None) -> None:
    """Turn what is reserved into committed: all of it (idempotent), or these amounts.

    Raises NotHeld when `ref` has reserved less.
    """
    _settle("commit", kind, ref, amounts)


def release(kind: str, ref: str, amounts: Amounts | None = None) -> None:
    """Give reserved amounts back: all that `ref` still reserves (idempotent), or these.

    Raises NotHeld when `ref` has reserved less.
    """
    _settle("release", kind, ref, amounts)


def refund(kind: str, ref: str, amounts: Amounts | None = None) -> None:
    """Give committed amounts back (a payment frees credit): all of `ref`, or these.

    Raises NotHeld when `ref` has committed less.
    """
    _settle("refund", kind, ref, amounts)


def refund_each(kind: str, amounts: Mapping[tuple[str, str], Decimal]) -> None:
    """Give committed amounts of many references back: (key, ref) -> amount, in one statement.

    A reference that has committed less gives what it has: a payment is never refused for it.
    """
    rows = [(key, ref, amounts[key, ref]) for key, ref in sorted(amounts)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT capacity_refund_each(%s, %s::text[], %s::text[], %s::numeric[])",
            [kind, *(list(column) for column in zip(*rows, strict=True))],
        )


def available(kind: str, keys: Sequence[str]) -> dict[str, Decimal | None]:
    """What is left by key: None is unlimited, an unknown key is 0. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM capacity_available(%s, %s)", [kind, list(keys)])
        found = dict(cursor.fetchall())
    return {key: found.get(key, Decimal(0)) for key in keys}


def _settle(move: str, kind: str, ref: str, amounts: Amounts | None) -> None:
    keys, values = (None, None) if amounts is None else _columns(amounts)
    short = _call("capacity_settle", move, kind, ref, keys, values)
    if short:
        key, asked, held = short[0]
        message = _("%(ref)s holds %(held)s of %(key)s, not %(asked)s.")
        raise NotHeld(message % {"ref": ref, "key": key, "held": held, "asked": asked})


def _settle_held(move: str, wanted: Mapping[str, Amounts], ref: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT capacity_settle_held(%s, %s, %s::text[], %s::text[], %s::numeric[])",
            [move, ref, *_rows(wanted)],
        )


def _rows(wanted: Mapping[str, Amounts]) -> tuple[list[str], list[str], list[Any]]:
    """Kinds, keys and amounts as three columns."""
    rows = [(kind, key, wanted[kind][key]) for kind in sorted(wanted) for key in wanted[kind]]
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


def _call(function: str, *arguments: Any) -> list[tuple[str, Decimal, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({_MARKS[function]})", arguments)  # noqa: S608  # own names
        return cursor.fetchall()


def _columns(amounts: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    """Sorted by key, so that one statement locks in the same order as the next."""
    keys = sorted(amounts)
    return keys, [amounts[key] for key in keys]


def _nodes(keys: list[str], node_id: NodeOf) -> list[int | None]:
    return [node_id(key) if callable(node_id) else node_id for key in keys]


def _refuse(kind: str, short: list[tuple[str, Decimal, Decimal]]) -> None:
    if short:
        raise CapacityExceeded(kind, [Shortage(*row) for row in short])
