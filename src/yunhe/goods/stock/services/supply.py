"""Goods in and out of supply places: movement and capacity (kind `stock`) change together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.permissions import RECORD
from yunhe.goods.stock.queries import SUPPLY, lots_in_transit, shelf_of, supplies, supply_key
from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_each, pick_from, spread
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity


@dataclass(frozen=True, kw_only=True)
class GoodsLine:
    """`quantity` base units of a SKU; `key` distinguishes two lines of one SKU in a document."""

    sku_id: int
    quantity: Decimal
    key: str = ""
    lot_id: int | None = None


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
            lot_id=line.lot_id,
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

    Lots leave first expired, first out; those too old for the receiver stay (`NoFitLot` when nothing
    else is left). Limit and hold shrink together, so availability is unchanged by the shipment
    itself. `target` None leaves the network. `ref` names the shipment: repeating it changes nothing.
    The calling use case checks its permission. Returns the lines recorded. Raises StockShort,
    NoFitLot, NotHeld.
    """
    shelf = shelf_of(source, (line.sku_id for line in lines), receiver=target, ref=ref)
    if shelf.moved:
        return 0
    picks = pick_from(shelf, _wanted(lines), on=on)
    moves = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=quantity,
            reason=Reason.SHIPMENT,
            key=_key(ref, "out", line) + _part(at),
            source=source,
            target=target,
            target_status=StockStatus.IN_TRANSIT,
            ref=ref,
            lot_id=lot_id,
        )
        for line, parts in zip(lines, spread(lines, picks), strict=True)
        for at, (lot_id, quantity) in enumerate(parts)
    ]
    recorded = record_movements(moves, on=on, actor=actor, now=now)
    if recorded and shelf.supplies:
        gone = _sums((move for move in moves if move.key in recorded), source)
        capacity.release(SUPPLY, hold, gone)
        capacity.adjust_limit(SUPPLY, {key: -quantity for key, quantity in gone.items()})
    return len({move.key.partition(PART)[0] for move in moves if move.key in recorded})


def take_delivery(
    node_id: int, lines: Sequence[GoodsLine], *, ref: str, on: date, actor: Principal, now: datetime
) -> int:
    """Turn goods in transit to a partner into available ones; the calling use case checks rights.

    The lots are those that were shipped under `ref` or its parts (`ref/1`). Repeating it changes
    nothing. Returns the lines recorded.
    """
    picks = pick_each(_wanted(lines), lots_in_transit(node_id, ref))
    moves = [
        MovementLine(
            sku_id=line.sku_id,
            quantity=quantity,
            reason=Reason.ARRIVAL,
            key=_key(ref, "arrival", line) + _part(at),
            source=node_id,
            source_status=StockStatus.IN_TRANSIT,
            target=node_id,
            ref=ref,
            lot_id=lot_id,
        )
        for line, parts in zip(lines, spread(lines, picks), strict=True)
        for at, (lot_id, quantity) in enumerate(parts)
    ]
    recorded = record_movements(moves, on=on, actor=actor, now=now)
    return len({move.key.partition(PART)[0] for move in moves if move.key in recorded})


PART = "|lot"


def _part(at: int) -> str:
    """The first part of a line keeps the line's own key."""
    return f"{PART}{at + 1}" if at else ""


def _wanted(lines: Sequence[GoodsLine]) -> dict[int, Decimal]:
    wanted: dict[int, Decimal] = {}
    for line in lines:
        wanted[line.sku_id] = wanted.get(line.sku_id, Decimal(0)) + line.quantity
    return wanted


def _key(ref: str, way: str, line: GoodsLine) -> str:
    return f"{ref}|{way}|{line.sku_id}|{line.key}"


def _sums(moves: Iterable[MovementLine], node_id: int) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for move in moves:
        key = supply_key(node_id, move.sku_id)
        sums[key] = sums.get(key, Decimal(0)) + move.quantity
    return sums
