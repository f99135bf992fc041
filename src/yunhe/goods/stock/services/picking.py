"""Which lots a document takes: first expired, first out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from yunhe.goods.stock.compute import LotStock, Pick, Picks, compute_picks
from yunhe.goods.stock.errors import NoFitLot
from yunhe.goods.stock.queries import Shelf, shelf_of
from yunhe.platform.values import to_text
from yunhe.trade.catalog.models import Sku


class Goods(Protocol):
    """A line of a document, in base units."""

    @property
    def sku_id(self) -> int: ...
    @property
    def quantity(self) -> Decimal: ...


def pick_fefo(
    node_id: int, wanted: Mapping[int, Decimal], *, receiver: int | None = None, on: date
) -> dict[int, tuple[Pick, ...]]:
    """SKU id -> lots to take at a node on a day, for a pick list; one statement.

    Expired lots, and lots with fewer good days than the receiver's rules ask for, are passed over.
    The balances stay locked until the transaction ends. Raises NoFitLot.
    """
    shelf = shelf_of(node_id, wanted, receiver=receiver, ref="")
    return pick_from(shelf, wanted, on=on)


def pick_from(
    shelf: Shelf, wanted: Mapping[int, Decimal], *, on: date
) -> dict[int, tuple[Pick, ...]]:
    """As `pick_fefo` from what was read. What is not there at all is taken without a lot.

    So that the movement itself refuses it with the quantities. Raises NoFitLot when enough lies
    there but too little of it is fit.
    """
    found = {
        sku_id: compute_picks(quantity, shelf.lots[sku_id], on=on, keep_days=shelf.keep_days)
        for sku_id, quantity in wanted.items()
    }
    unfit = {sku_id: picks for sku_id, picks in found.items() if picks.short and picks.unfit}
    if unfit:
        raise _no_fit_lot(unfit, wanted, shelf.keep_days)
    return {sku_id: _with_rest(picks) for sku_id, picks in found.items()}


def pick_each(
    wanted: Mapping[int, Decimal], lots: Mapping[int, Sequence[LotStock]]
) -> dict[int, tuple[Pick, ...]]:
    """Take lots whatever their age, first expired first out; what no lot covers has none."""
    return {
        sku_id: _with_rest(compute_picks(quantity, lots.get(sku_id, ()), on=date.min))
        for sku_id, quantity in wanted.items()
    }


def spread(
    lines: Sequence[Goods], picks: Mapping[int, Sequence[Pick]]
) -> list[list[tuple[int | None, Decimal]]]:
    """Share the picked lots of each SKU among its lines in order: (lot id, quantity) by line."""
    left = {sku_id: list(found) for sku_id, found in picks.items()}
    parts: list[list[tuple[int | None, Decimal]]] = []
    for line in lines:
        rest = line.quantity
        mine: list[tuple[int | None, Decimal]] = []
        stack = left[line.sku_id]
        while stack and rest > 0:
            pick = stack.pop(0)
            taken = min(rest, pick.quantity)
            mine.append((pick.lot_id, taken))
            rest -= taken
            if pick.quantity > taken:
                stack.insert(0, Pick(pick.lot_id, pick.quantity - taken))
        # a line of zero or less is refused by the movement itself, which names it
        parts.append(mine or [(None, line.quantity)])
    return parts


def _with_rest(picks: Picks) -> tuple[Pick, ...]:
    return (*picks.picks, Pick(None, picks.short)) if picks.short else picks.picks


def _no_fit_lot(
    unfit: Mapping[int, Picks], wanted: Mapping[int, Decimal], keep_days: int
) -> NoFitLot:
    skus = Sku.objects.in_bulk(list(unfit))
    message = _(
        "%(product)s: %(asked)s wanted, only %(fit)s stays good for %(days)s more days;"
        " %(unfit)s is too old."
    )
    rows = []
    for sku_id, picks in unfit.items():
        words = {
            "product": skus[sku_id].label,
            "asked": to_text(wanted[sku_id]),
            "fit": to_text(wanted[sku_id] - picks.short),
            "days": keep_days,
            "unfit": to_text(picks.unfit),
        }
        rows.append({"sku_id": sku_id, "sku": skus[sku_id].code, "message": message % words})
    return NoFitLot(_("The lots in stock are too old to be shipped to this partner."), rows=rows)
