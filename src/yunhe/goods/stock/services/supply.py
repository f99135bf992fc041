"""Goods in and out of supply places: movement and capacity (kind `stock`) change together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.permissions import RECORD
from yunhe.goods.stock.queries import SUPPLY, supplies, supply_key
from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity


@dataclass(frozen=True, kw_only=True)
class GoodsLine:
    """`quantity` base units of a SKU; `key` distinguishes two lines of one SKU in a document."""

    sku_id: int
    quantity: Decimal
    key: str = ""


def receive_goods(
    node_id: int, lines: Sequence[GoodsLine], *, ref: str, on: date, actor: Principal, now: datetime
) -> int:
    """Take goods from outside (production, supplier) into a place; what may be promised grows.

    `ref` names the document: receiving it twice changes nothing. Returns the lines recorded.
    Raises NotAllowed, MovementRefused.
    """
    actor.check(RECORD)
    moves = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=line.quantity,
            reason=Reason.RECEIPT,
            key=_key(ref, "in", line),
            target=node_id,
            ref=ref,
        )
        for line in lines
    ]
    recorded = record_movements(moves, on=on, actor=actor, now=now)
    if supplies(node_id):
        grown = _sums((move for move in moves if move.key in recorded), node_id)
        capacity.adjust_limit(SUPPLY, grown, node_id=node_id)
    return len(recorded)


def ship_goods(
    source: int,
    target: int | None,
    lines: Sequence[GoodsLine],
    *,
    hold: str,
    ref: str,
    on: date,
    actor: Principal,
    now: datetime,
) -> int:
    """Send goods that `hold` has reserved from a supply place to a partner's stock in transit.

    Limit and hold shrink together, so availability is unchanged by the shipment itself. `target`
    None leaves the network. `ref` names the shipment: repeating it changes nothing. The calling use
    case checks its permission. Returns the lines recorded. Raises StockShort, NotHeld.
    """
    moves = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=line.quantity,
            reason=Reason.SHIPMENT,
            key=_key(ref, "out", line),
            source=source,
            target=target,
            target_status=StockStatus.IN_TRANSIT,
            ref=ref,
        )
        for line in lines
    ]
    recorded = record_movements(moves, on=on, actor=actor, now=now)
    if recorded and supplies(source):
        gone = _sums((move for move in moves if move.key in recorded), source)
        capacity.release(SUPPLY, hold, gone)
        capacity.adjust_limit(SUPPLY, {key: -quantity for key, quantity in gone.items()})
    return len(recorded)


def take_delivery(
    node_id: int, lines: Sequence[GoodsLine], *, ref: str, on: date, actor: Principal, now: datetime
) -> int:
    """Turn goods in transit to a partner into available ones; the calling use case checks rights.

    `ref` names the receipt: repeating it changes nothing. Returns the lines recorded.
    """
    moves = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=line.quantity,
            reason=Reason.ARRIVAL,
            key=_key(ref, "arrival", line),
            source=node_id,
            source_status=StockStatus.IN_TRANSIT,
            target=node_id,
            ref=ref,
        )
        for line in lines
    ]
    return len(record_movements(moves, on=on, actor=actor, now=now))


def _key(ref: str, way: str, line: GoodsLine) -> str:
    return f"{ref}|{way}|{line.sku_id}|{line.key}"


def _sums(moves: Iterable[MovementLine], node_id: int) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for move in moves:
        key = supply_key(node_id, move.sku_id)
        sums[key] = sums.get(key, Decimal(0)) + move.quantity
    return sums
