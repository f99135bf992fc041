"""Lots and shelf lives: writing down what the label says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import LotRefused
from yunhe.goods.stock.models import Lot, ShelfLifeRule
from yunhe.goods.stock.permissions import COUNT, COUNT_OWN, RECORD
from yunhe.goods.stock.queries import shelf_of
from yunhe.goods.stock.services.movements import MovementLine, record_movements
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal


@dataclass(frozen=True, kw_only=True)
class LotLabel:
    """What stands on the goods: the lot's code and its dates, where they are known."""

    sku_id: int
    code: str
    produced_on: date | None = None
    expires_on: date | None = None


def ensure_lots(labels: Sequence[LotLabel], *, actor: Principal) -> dict[tuple[int, str], int]:
    """(SKU id, code) -> lot id; missing lots are opened. Two statements for any number.

    Raises LotRefused naming every lot that is known with other dates, or good until before it was
    made.
    """
    wanted = {(label.sku_id, label.code): label for label in labels}
    faults = [
        {
            "sku_id": label.sku_id,
            "lot": label.code,
            "message": _("A lot cannot expire before it was made."),
        }
        for label in wanted.values()
        if label.produced_on and label.expires_on and label.expires_on < label.produced_on
    ]
    if faults:
        raise LotRefused(_("Some lots cannot be recorded."), rows=faults)
    Lot.objects.bulk_create(
        [
            Lot(
                sku_id=label.sku_id,
                code=label.code,
                produced_on=label.produced_on,
                expires_on=label.expires_on,
            )
            for label in wanted.values()
        ],
        ignore_conflicts=True,
    )
    known = Lot.objects.filter(
        sku_id__in={key[0] for key in wanted}, code__in={key[1] for key in wanted}
    )
    lots = {(lot.sku_id, lot.code): lot for lot in known}
    _check_dates(wanted, lots)
    return {key: lots[key].pk for key in wanted}


def record_lots(
    node_id: int,
    counted: Mapping[int, Mapping[int, Decimal]],
    *,
    ref: str,
    on: date,
    actor: Principal,
    now: datetime,
) -> int:
    """Write down which lots lie at a place: SKU id -> lot id -> base units read off the labels.

    The stock itself stays as it is: goods of lots presumed there are exchanged for those read, over
    the place of count differences. Raises NotAllowed, LotRefused when more is read than lies there.
    Returns the movements written; repeating `ref` changes nothing.
    """
    if not actor.can(COUNT):
        actor.check(COUNT_OWN)
    shelf = shelf_of(node_id, counted, receiver=None, ref=ref)
    if shelf.moved:
        return 0
    lines = []
    for sku_id, lots in sorted(counted.items()):
        total = sum(lots.values(), Decimal(0))
        if total > shelf.on_hand[sku_id] or any(quantity < 0 for quantity in lots.values()):
            raise LotRefused(_("More was read in lots than lies at the place: count it first."))
        presumed = {lot.lot_id: lot.quantity for lot in shelf.lots[sku_id]}
        wanted: dict[int | None, Decimal] = dict(lots.items())
        if total < shelf.on_hand[sku_id]:
            wanted[None] = shelf.on_hand[sku_id] - total
        lines += _exchange(node_id, sku_id, presumed, wanted, ref)
    return len(record_movements(lines, on=on, actor=actor, now=now))


def set_shelf_life(node: Node, days: int, *, actor: Principal) -> ShelfLifeRule | None:
    """Goods shipped to the node and those below stay good for `days`; 0 removes the rule.

    Raises NotAllowed.
    """
    actor.check(RECORD, path=node.path)
    if days <= 0:
        ShelfLifeRule.objects.filter(node=node).delete()
        return None
    rule, _created = ShelfLifeRule.objects.update_or_create(node=node, defaults={"days": days})
    return rule


def _exchange(
    node_id: int,
    sku_id: int,
    presumed: Mapping[int | None, Decimal],
    wanted: Mapping[int | None, Decimal],
    ref: str,
) -> list[MovementLine]:
    lines = []
    for lot_id in sorted({*presumed, *wanted}, key=lambda lot: lot or 0):
        delta = wanted.get(lot_id, Decimal(0)) - presumed.get(lot_id, Decimal(0))
        if delta:
            lines.append(
                MovementLine(
                    sku_id=sku_id,
                    quantity=abs(delta),
                    reason=Reason.COUNT,
                    key=f"{ref}|lots|{sku_id}|{lot_id or ''}",
                    source=node_id if delta < 0 else None,
                    source_status=StockStatus.AVAILABLE,
                    target=node_id if delta > 0 else None,
                    ref=ref,
                    lot_id=lot_id,
                )
            )
    return lines


def _check_dates(
    wanted: Mapping[tuple[int, str], LotLabel], lots: Mapping[tuple[int, str], Lot]
) -> None:
    faults = [
        {
            "sku_id": key[0],
            "lot": key[1],
            "message": _("Lot %(lot)s is known with other dates.") % {"lot": key[1]},
        }
        for key, label in wanted.items()
        if (label.expires_on and label.expires_on != lots[key].expires_on)
        or (label.produced_on and label.produced_on != lots[key].produced_on)
    ]
    if faults:
        raise LotRefused(_("Some lots cannot be recorded."), rows=faults)
