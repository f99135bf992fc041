"""Inspect what came back: stock by condition, credit note, correction of sell-in — in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.returns.compute import Inspected, compute_credit
from yunhe.goods.returns.errors import ReturnRefused
from yunhe.goods.returns.locks import lock_return
from yunhe.goods.returns.models import Return, ReturnLine
from yunhe.goods.returns.queries import PLACES, RETURNS
from yunhe.goods.returns.services.steps import check_side, record_step
from yunhe.goods.returns.transitions import MOVES
from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.queries import SUPPLY, lots_in_transit, supplies, supply_key
from yunhe.goods.stock.services import GoodsLine, MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_each, spread
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.trade.catalog.units import Counted, count_faults
from yunhe.trade.sales.services import FactLine, record_facts


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Base units of a line found damaged and refused; the rest is good."""

    damaged: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)


def inspect_return(
    document: Return,
    findings: Mapping[int, Finding],
    *,
    actor: Principal,
    now: datetime,
) -> Return:
    """Record what was found (line id -> Finding; not named: all good) and settle the return.

    Good goods become the supplier's available stock, which orders may take at once, damaged ones its
    damaged stock; refused ones go back to the partner. Good ones are credited in full, damaged ones by
    the right's percentage; the credited amount is used up of the right and the rest given back; sell-in
    is corrected by negative facts. Between partners the supplier inspects and settles with its buyer:
    nothing is posted, damaged goods are not credited, and its sell-through is corrected.
    Emits ReturnMoved. Raises NotAllowed, IllegalMove, ReturnRefused.
    """
    document = lock_return(document.pk)
    move = MOVES.check(document.status, "inspect", number=document.number)
    check_side(document, move, actor=actor)
    lines = list(document.lines.all())
    _write_findings(lines, findings)
    inspected = [_inspected(line) for line in lines]
    percent = document.right.damaged_percent if document.right else Decimal(0)
    document.credited = compute_credit(inspected, percent, PLACES)
    _move_goods(document, lines, actor=actor, now=now)
    if document.right is not None:
        _settle(document, lines, actor=actor, now=now)
    _record_sales(document, lines, percent / 100, now=now)
    document.inspected_at = now
    record_step(document, "inspect", move.target, "credited", "inspected_at")
    return document


def _write_findings(lines: Sequence[ReturnLine], findings: Mapping[int, Finding]) -> None:
    rows = count_faults(
        Counted(at, line.sku_id, part)
        for at, line in enumerate(lines, start=1)
        if (found := findings.get(line.pk))
        for part in (found.damaged, found.refused)
    )
    if rows:
        raise ReturnRefused(_("Some lines cannot be returned."), rows=rows)
    for line in lines:
        found = findings.get(line.pk, Finding())
        line.damaged, line.refused = found.damaged, found.refused
        line.good = line.quantity - found.damaged - found.refused
        if min(line.good, line.damaged, line.refused) < 0:
            message = _("Damaged and refused together are at most what came back.")
            raise ReturnRefused(message, rows=[{"sku_id": line.sku_id, "message": message}])
    ReturnLine.objects.bulk_update(lines, ["good", "damaged", "refused"])


def _inspected(line: ReturnLine) -> Inspected:
    zero = Decimal(0)
    return Inspected(line.good or zero, line.damaged or zero, line.refused or zero, line.unit_price)


def _move_goods(
    document: Return, lines: Sequence[ReturnLine], *, actor: Principal, now: datetime
) -> None:
    supplier, partner = document.supplier_id, document.node_id
    kinds = {
        "good": (supplier, StockStatus.AVAILABLE),
        "damaged": (supplier, StockStatus.DAMAGED),
        "refused": (partner, StockStatus.AVAILABLE),
    }
    goods = [
        GoodsLine(sku_id=line.sku_id, quantity=quantity, key=kind)
        for line in lines
        for kind, quantity in zip(kinds, (line.good, line.damaged, line.refused), strict=True)
        if quantity
    ]
    # which lot was damaged nobody writes down: the lots are shared out in the order of their expiry
    coming = lots_in_transit(supplier, document.ref)
    picks = pick_each({line.sku_id: line.quantity for line in lines}, coming)
    moves = [
        MovementLine(
            sku_id=part.sku_id,
            quantity=quantity,
            reason=Reason.RETURN,
            key=f"{document.ref}|{part.key}|{at}|{part.sku_id}",
            source=supplier,
            source_status=StockStatus.IN_TRANSIT,
            target=kinds[part.key][0],
            target_status=kinds[part.key][1],
            ref=document.ref,
            lot_id=lot_id,
        )
        for part, taken in zip(goods, spread(goods, picks), strict=True)
        for at, (lot_id, quantity) in enumerate(taken)
    ]
    with owner_access("refused goods go back to the partner, the others stay with the supplier"):
        record_movements(moves, on=timezone.localdate(now), actor=actor, now=now)
    if supplies(supplier):
        grown = {supply_key(supplier, line.sku_id): line.good for line in lines if line.good}
        if grown:
            capacity.adjust_limit(SUPPLY, grown, node_id=supplier)


def _settle(
    document: Return, lines: Sequence[ReturnLine], *, actor: Principal, now: datetime
) -> None:
    on = timezone.localdate(now)
    credited = document.credited or Decimal(0)
    if credited:
        capacity.commit(RETURNS, document.ref, {document.hold_key: credited})
    capacity.release(RETURNS, document.ref)
    if not credited:
        return
    entry = NewEntry(
        node_id=document.node_id,
        kind=EntryKind.CREDIT_NOTE,
        amount=credited,
        on=on,
        key=f"{document.ref}|credit",
        number=f"{document.number}-C",
        ref=document.ref,
        currency=document.currency,
    )
    post([entry], actor=actor, now=now)


def _record_sales(
    document: Return, lines: Sequence[ReturnLine], share: Decimal, *, now: datetime
) -> None:
    """Sell-in of the partner less what came back; between partners sell-through of the supplier."""
    through = document.between_partners
    on = timezone.localdate(now)
    facts = [
        FactLine(
            line_key=f"{document.number}|{line.sku_id}",
            node_id=document.supplier_id if through else document.node_id,
            counterparty_id=document.node_id if through else None,
            sku_id=line.sku_id,
            on=on,
            quantity=-((line.good or Decimal(0)) + (line.damaged or Decimal(0))),
            amount=-((line.good or Decimal(0)) + (line.damaged or Decimal(0)) * share)
            * line.unit_price,
            document=document.number,
        )
        for line in lines
        if (line.good or 0) + (line.damaged or 0)
    ]
    flow, source = ("sell_through", "sell_through:returns") if through else ("sell_in", "returns")
    record_facts(facts, flow=flow, source=source, now=now, currency=document.currency)
