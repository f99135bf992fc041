"""Transfers: agreed by both sides, approved, shipped, received, charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import StockShort
from yunhe.goods.stock.queries import lots_in_transit, shelf_of
from yunhe.goods.stock.services import GoodsLine, MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_each, pick_from, spread
from yunhe.goods.transfers.choices import Approval
from yunhe.goods.transfers.errors import IllegalMove, TransferRefused
from yunhe.goods.transfers.locks import lock_transfer
from yunhe.goods.transfers.models import Transfer, TransferLine
from yunhe.goods.transfers.permissions import ANSWER, APPROVE
from yunhe.goods.transfers.queries import sides_of
from yunhe.goods.transfers.services.steps import check_overseer, record_step
from yunhe.goods.transfers.transitions import BEFORE_SHIPPING, MOVES
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.values import round_money
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.units import Counted, count_faults


def move_transfer(
    transfer: Transfer,
    action: str,
    *,
    received: Mapping[int, Decimal] | None = None,
    actor: Principal,
    now: datetime,
) -> Transfer:
    """Take a step for the actor's own side: offer, give, accept, ship, receive or decline.

    Headquarters may decline too, for neither side.
    `ship` takes the goods from the sender's stock, first expired first out; `receive` makes what
    arrived (line id -> base units; not named: in full) the receiver's and books the rest as a loss
    in transit; the sender is credited and the receiver charged for what arrived, at the agreed
    price. Emits TransferMoved. Raises NotAllowed, IllegalMove (also: not approved yet),
    TransferRefused, StockShort.
    """
    transfer = lock_transfer(transfer.pk)
    move = MOVES.check(transfer.status, action, number=transfer.number)
    if action == "decline" and not actor.is_partner:
        check_overseer(transfer, APPROVE, actor=actor)
    else:
        _check_side(transfer, move.side, actor)
    lines = list(transfer.lines.all())
    on = timezone.localdate(now)
    if action == "ship":
        _ship(transfer, lines, on=on, actor=actor, now=now)
    elif action == "receive":
        _receive(transfer, lines, received or {}, on=on, actor=actor, now=now)
    record_step(transfer, action, move.target, actor=actor, now=now)
    return transfer


def _check_side(transfer: Transfer, side: str, actor: Principal) -> None:
    actor.check(ANSWER)
    mine = sides_of(transfer, actor)
    if not mine or (side != "both" and side not in mine):
        raise IllegalMove(_("This step is the other side's."))


def approve_transfer(transfer: Transfer, *, actor: Principal, now: datetime) -> Transfer:
    """Headquarters approves what the terms ask it to; before that nothing is shipped.

    Emits TransferMoved. Raises NotAllowed, IllegalMove when nothing waits for approval.
    """
    transfer = lock_transfer(transfer.pk)
    check_overseer(transfer, APPROVE, actor=actor)
    if transfer.approval != Approval.WAITING or transfer.status not in BEFORE_SHIPPING:
        raise IllegalMove(_("This transfer does not wait for approval."))
    transfer.approval = Approval.GIVEN
    transfer.save(update_fields=["approval"])
    record_step(transfer, "approve", transfer.status, actor=actor, now=now)
    return transfer


def _ship(
    transfer: Transfer, lines: Sequence[TransferLine], *, on: date, actor: Principal, now: datetime
) -> None:
    if transfer.approval == Approval.WAITING:
        raise IllegalMove(_("Headquarters has not approved this transfer yet."))
    # locks the balances first: two transfers of the last goods must not both find them there
    shelf = shelf_of(
        transfer.sender_id,
        [line.sku_id for line in lines],
        receiver=transfer.receiver_id,
        ref=transfer.ref,
    )
    there = shelf.on_hand
    short = [line for line in lines if line.quantity > there[line.sku_id]]
    if short:
        skus = Sku.objects.in_bulk({line.sku_id for line in short})
        message = _("%(product)s: %(asked)s to send, %(there)s in stock.")
        rows = [
            {
                "sku_id": line.sku_id,
                "message": message
                % {
                    "product": skus[line.sku_id].label,
                    "asked": line.quantity.normalize(),
                    "there": there[line.sku_id].normalize(),
                },
            }
            for line in short
        ]
        raise StockShort(_("There is not enough stock to send."), rows=rows)
    wanted = {line.sku_id: line.quantity for line in lines}
    picks = pick_from(shelf, wanted, on=on)
    moves = [
        MovementLine(
            sku_id=sku_id,
            quantity=pick.quantity,
            reason=Reason.TRANSFER,
            key=f"{transfer.ref}|out|{sku_id}|{at}",
            source=transfer.sender_id,
            target=transfer.receiver_id,
            target_status=StockStatus.IN_TRANSIT,
            ref=transfer.ref,
            lot_id=pick.lot_id,
        )
        for sku_id, found in picks.items()
        for at, pick in enumerate(found)
    ]
    with owner_access("goods leave one partner for another; both have agreed"):
        record_movements(moves, on=on, actor=actor, now=now)


def _receive(
    transfer: Transfer,
    lines: Sequence[TransferLine],
    received: Mapping[int, Decimal],
    *,
    on: date,
    actor: Principal,
    now: datetime,
) -> None:
    for line in lines:
        line.received = received.get(line.pk, line.quantity)
    if any(not 0 <= (line.received or 0) <= line.quantity for line in lines):
        raise TransferRefused(_("Received must be between 0 and what was sent."))
    rows = count_faults(
        Counted(at, line.sku_id, received[line.pk])
        for at, line in enumerate(lines, start=1)
        if line.pk in received
    )
    if rows:
        raise TransferRefused(_("Some lines cannot be received as entered."), rows=rows)
    TransferLine.objects.bulk_update(lines, ["received"])
    _arrive(transfer, lines, on=on, actor=actor, now=now)
    amount = round_money(sum((line.amount for line in lines), Decimal(0)), transfer.currency)
    if amount:
        _charge(transfer, amount, on=on, actor=actor, now=now)


def _arrive(
    transfer: Transfer, lines: Sequence[TransferLine], *, on: date, actor: Principal, now: datetime
) -> None:
    """The lots that were sent arrive first expired first; what is missing is of the last ones."""
    coming = lots_in_transit(transfer.receiver_id, transfer.ref)
    parts = [(line.sku_id, "in", line.received or Decimal(0)) for line in lines]
    parts += [(line.sku_id, "lost", line.quantity - (line.received or 0)) for line in lines]
    goods = [GoodsLine(sku_id=sku, quantity=part, key=key) for sku, key, part in parts if part]
    picks = pick_each({line.sku_id: line.quantity for line in lines}, coming)
    moves = [
        _leg(transfer, line, quantity, at=at, lot_id=lot_id)
        for line, taken in zip(goods, spread(goods, picks), strict=True)
        for at, (lot_id, quantity) in enumerate(taken)
    ]
    record_movements(moves, on=on, actor=actor, now=now)


def _leg(
    transfer: Transfer, line: GoodsLine, quantity: Decimal, *, at: int, lot_id: int | None
) -> MovementLine:
    lost = line.key == "lost"
    return MovementLine(
        sku_id=line.sku_id,
        quantity=quantity,
        reason=Reason.LOSS if lost else Reason.TRANSFER,
        key=f"{transfer.ref}|{line.key}|{at}|{line.sku_id}",
        source=transfer.receiver_id,
        source_status=StockStatus.IN_TRANSIT,
        target=None if lost else transfer.receiver_id,
        ref=transfer.ref,
        lot_id=lot_id,
    )


def _charge(
    transfer: Transfer, amount: Decimal, *, on: date, actor: Principal, now: datetime
) -> None:
    entries = [
        NewEntry(
            node_id=node_id,
            kind=kind,
            amount=amount,
            on=on,
            key=f"{transfer.ref}|{kind}",
            number=f"{transfer.number}-{mark}",
            ref=transfer.ref,
            currency=transfer.currency,
        )
        for node_id, kind, mark in (
            (transfer.sender_id, EntryKind.CREDIT_NOTE, "C"),
            (transfer.receiver_id, EntryKind.INVOICE, "I"),
        )
    ]
    post(entries, actor=actor, now=now)
