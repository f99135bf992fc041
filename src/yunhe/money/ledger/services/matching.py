"""Apply credits to debts after a posting, and tell the credit accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from yunhe.money.ledger.compute import Item, Match, compute_matches
from yunhe.platform.capacity import services as capacity

CREDIT = "credit"

_OPEN = """
SELECT entry_id, node_id, entity_id, ref, holds_credit, due_on, open_amount FROM ledger_openitem
 WHERE node_id = ANY (%s) AND open_amount <> 0
"""
_APPLY = """
WITH applied AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[])
        AS m (node_id, debt_id, credit_id, amount)
), kept AS (
    INSERT INTO ledger_match (node_id, debt_id, credit_id, amount, recorded_at)
    SELECT node_id, debt_id, credit_id, amount, %s FROM applied
)
UPDATE ledger_openitem i SET open_amount = i.open_amount - change.amount
  FROM (SELECT debt_id AS entry_id, sum(amount) AS amount FROM applied GROUP BY 1
        UNION ALL SELECT credit_id, -sum(amount) FROM applied GROUP BY 1) AS change
 WHERE i.entry_id = change.entry_id
"""
_USABLE = """
SELECT n.id, CASE WHEN l.id IS NOT NULL AND l.amount IS NULL THEN NULL
                  ELSE greatest(coalesce(l.amount, 0) - coalesce(i.net, 0), 0) END
  FROM unnest(%s::bigint[]) AS n (id)
  LEFT JOIN LATERAL (SELECT c.id, c.amount FROM ledger_creditlimit c WHERE c.node_id = n.id
                      ORDER BY c.id DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT sum(o.open_amount) AS net FROM ledger_openitem o
                      WHERE o.node_id = n.id AND o.open_amount <> 0
                        AND NOT (o.holds_credit AND o.open_amount > 0)) i ON true
"""


@dataclass(frozen=True)
class _Open:
    item: Item
    node_id: int
    entity_id: int
    ref: str
    holds_credit: bool


def credit_key(node_id: int) -> str:
    """Key of a partner's capacity account of kind `credit`."""
    return str(node_id)


def match_open_items(node_ids: Sequence[int], *, now: datetime) -> None:
    """Apply credits to debts of these partners; what paid documents held of the credit is freed."""
    rows = _open_items(node_ids)
    by_id = {row.item.id: row for row in rows}
    groups: dict[tuple[int, int], list[Item]] = defaultdict(list)
    for row in rows:
        groups[row.node_id, row.entity_id].append(row.item)
    matches = [match for items in groups.values() for match in compute_matches(items)]
    if matches:
        _write(matches, by_id, now)
        _free_credit(matches, by_id)


def _open_items(node_ids: Sequence[int]) -> list[_Open]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [list(node_ids)])
        return [
            _Open(Item(entry_id, due_on, amount), node_id, entity_id, ref, holds)
            for entry_id, node_id, entity_id, ref, holds, due_on, amount in cursor.fetchall()
        ]


def _write(matches: Sequence[Match], by_id: dict[int, _Open], now: datetime) -> None:
    columns: list[list[Any]] = [
        [by_id[match.debt_id].node_id for match in matches],
        [match.debt_id for match in matches],
        [match.credit_id for match in matches],
        [match.amount for match in matches],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, [*columns, now])


def _free_credit(matches: Sequence[Match], by_id: dict[int, _Open]) -> None:
    freed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for match in matches:
        debt = by_id[match.debt_id]
        if debt.holds_credit:
            freed[credit_key(debt.node_id), debt.ref] += match.amount
    if freed:
        capacity.refund_each(CREDIT, freed)


def refresh_limits(node_ids: Sequence[int]) -> None:
    """Bring the partners' usable credit up to date with their open items.

    Usable is the limit, less debts that no document holds credit for, plus advances not applied
    yet; never less than what is used, since a posting cannot be refused for lack of credit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_USABLE, [list(node_ids)])
        usable = {credit_key(node_id): amount for node_id, amount in cursor.fetchall()}
    capacity.set_limits(CREDIT, usable, node_id=int, floor=True)
