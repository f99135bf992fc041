"""The one way goods move: any number of lines in one statement, balances included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import StockStatus
from yunhe.goods.stock.errors import MovementRefused, StockShort
from yunhe.goods.stock.models import StockBalance
from yunhe.platform.access.principal import Principal


@dataclass(frozen=True, kw_only=True)
class MovementLine:
    """`quantity` base units leave the source (None: from outside) and reach the target (None: outside).

    `key` identifies the line for good: the same key moves goods once.
    """

    sku_id: int
    quantity: Decimal
    reason: str
    key: str
    source: int | None = None
    source_status: str = StockStatus.AVAILABLE
    target: int | None = None
    target_status: str = StockStatus.AVAILABLE
    ref: str = ""
    corrects: int | None = None
    lot_id: int | None = None


_INSERT = """
INSERT INTO stock_movement (sku_id, quantity, reason, key, source_id, source_status, target_id,
                            target_status, ref, corrects_id, lot_id, "on", recorded_at, recorded_by_id)
SELECT line.*, %s, %s, %s
  FROM unnest(%s::bigint[], %s::numeric[], %s::text[], %s::text[], %s::bigint[], %s::text[],
              %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS line
    ON CONFLICT (key) DO NOTHING
RETURNING key
"""


def record_movements(
    lines: Sequence[MovementLine], *, on: date, actor: Principal, now: datetime
) -> set[str]:
    """Write movements and move the balances with them; return the keys written now.

    Keys that exist already are skipped, so a repetition is harmless. Row-level security lets a
    partner's people move goods only among their own nodes; the calling use case checks its own
    permission. Raises MovementRefused (quantity or sides) and StockShort naming what is missing
    where a place may not go below zero; then nothing is written.
    """
    _check(lines)
    if not lines:
        return set()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, [on, now, actor.user_id, *_columns(lines)])
            return {row[0] for row in cursor.fetchall()}
    except IntegrityError as error:
        if "stock_balance_not_negative" not in str(error):
            raise
        raise _shortage(lines) from error


def _columns(lines: Sequence[MovementLine]) -> list[list[object]]:
    return [
        [line.sku_id for line in lines],
        [line.quantity for line in lines],
        [line.reason for line in lines],
        [line.key for line in lines],
        [line.source for line in lines],
        [line.source_status if line.source else "" for line in lines],
        [line.target for line in lines],
        [line.target_status if line.target else "" for line in lines],
        [line.ref for line in lines],
        [line.corrects for line in lines],
        [line.lot_id for line in lines],
    ]


def _check(lines: Sequence[MovementLine]) -> None:
    faults = [
        {
            "row": at,
            "sku_id": line.sku_id,
            "message": str(_("A quantity above zero and two sides.")),
        }
        for at, line in enumerate(lines, start=1)
        if line.quantity <= 0
        or (line.source, line.source_status) == (line.target, line.target_status)
        or line.source is line.target is None
    ]
    if faults:
        raise MovementRefused(_("Some movements cannot be recorded."), rows=faults)


def _shortage(lines: Sequence[MovementLine]) -> StockShort:
    """Name the keys of which more would leave than is there."""
    leaving: dict[tuple[int, int, str], Decimal] = {}
    for line in lines:
        if line.source is not None:
            key = (line.source, line.sku_id, line.source_status)
            leaving[key] = leaving.get(key, Decimal(0)) + line.quantity
        if line.target is not None:
            key = (line.target, line.sku_id, line.target_status)
            leaving[key] = leaving.get(key, Decimal(0)) - line.quantity
    held = {
        (b.node_id, b.sku_id, b.status): b.quantity
        for b in StockBalance.objects.filter(
            node_id__in={key[0] for key in leaving}, sku_id__in={key[1] for key in leaving}
        )
    }
    rows = [
        {
            "node_id": key[0],
            "sku_id": key[1],
            "status": key[2],
            "asked": str(asked),
            "available": str(held.get(key, Decimal(0))),
            "message": str(
                _("asked %(asked)s, available %(available)s")
                % {"asked": asked, "available": held.get(key, Decimal(0))}
            ),
        }
        for key, asked in leaving.items()
        if asked > held.get(key, Decimal(0))
    ]
    return StockShort(_("There is not enough stock."), rows=rows)
