"""Which lots are there and which leave first; arithmetic on values, no Django.

FEFO: first expired, first out. Goods whose lot nobody wrote down leave last, because nothing says
that they expire earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class LotStock:
    """`quantity` base units of a lot (None: nobody wrote it down); `expires_on` is the last good day."""

    lot_id: int | None
    quantity: Decimal
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Take `quantity` base units from a lot."""

    lot_id: int | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Picks:
    """What to take, `short` what no fit lot covers, `unfit` what lies there but is too old."""

    picks: tuple[Pick, ...]
    short: Decimal
    unfit: Decimal


def _by_expiry(lot: LotStock) -> tuple[bool, bool, date, int]:
    known = lot.expires_on is not None
    return lot.lot_id is None, not known, lot.expires_on or date.max, lot.lot_id or 0


def compute_lots_left(on_hand: Decimal, lots: Iterable[LotStock]) -> list[LotStock]:
    """The lots presumed to be there, first to expire first; their quantities sum to `on_hand`.

    `lots` are the sums of the movements that named a lot. What left without naming one (a till does
    not read lots) is presumed to be the earliest to expire; what came without one stands last, with
    lot None. A balance below zero holds no lots.
    """
    held = sorted((lot for lot in lots if lot.quantity > 0 and lot.lot_id), key=_by_expiry)
    surplus = sum((lot.quantity for lot in held), NONE) - max(on_hand, NONE)
    left = []
    for lot in held:
        gone = min(max(surplus, NONE), lot.quantity)
        surplus -= gone
        if lot.quantity > gone:
            left.append(replace(lot, quantity=lot.quantity - gone))
    if surplus < 0:
        left.append(LotStock(None, -surplus))
    return left


def compute_picks(
    wanted: Decimal, lots: Sequence[LotStock], *, on: date, keep_days: int = 0
) -> Picks:
    """Take `wanted` base units, first to expire first, on day `on`.

    A lot is fit when it is still good on `on` + `keep_days` (the receiver's minimum remaining shelf
    life) — and on `on` itself. Lots without an expiry are always fit.
    """
    last_needed = on + timedelta(days=max(keep_days, 0))
    rest, unfit = wanted, NONE
    picks = []
    for lot in sorted(lots, key=_by_expiry):
        if lot.expires_on is not None and lot.expires_on < last_needed:
            unfit += lot.quantity
        elif rest > 0 and lot.quantity > 0:
            taken = min(rest, lot.quantity)
            picks.append(Pick(lot.lot_id, taken))
            rest -= taken
    return Picks(tuple(picks), max(rest, NONE), unfit)
