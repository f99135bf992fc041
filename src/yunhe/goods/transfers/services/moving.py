"""Transfers: proposed, agreed by both sides, shipped, received, charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import StockShort
from yunhe.goods.stock.queries import lots_in_transit, shelf_of
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_each, pick_from
from yunhe.goods.transfers.choices import TransferStatus
from yunhe.goods.transfers.errors import IllegalMove, TransferRefused
from yunhe.goods.transfers.events import TransferMoved
from yunhe.goods.transfers.locks import lock_transfer
from yunhe.goods.transfers.models import Transfer, TransferLine, TransferStep
from yunhe.goods.transfers.permissions import ANSWER, PROPOSE
from yunhe.goods.transfers.queries import sides_of
from yunhe.goods.transfers.transitions import check_move
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.events.outbox import emit
from yunhe.platform.values import round_money
from yunhe.trade.catalog.models import Sku


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """`quantity` base units of a SKU at the price that both shall agree on."""

    sku_id: int
    quantity: Decimal
    unit_price: Decimal


def propose_transfer(
    sender: Node,
    receiver: Node,
    lines: Sequence[NewLine],
    *,
    note: str = "",
    actor: Principal,
    now: datetime,
) -> Transfer:
    """Headquarters proposes that one partner sends goods to another. Emits TransferMoved.

    Raises NotAllowed, TransferRefused (no partners, the same, no lines, a product twice).
    """
    actor.check(PROPOSE, path=sender.path)
    actor.check(PROPOSE, path=receiver.path)
    partners = Partner.objects.filter(pk__in=[sender.pk, receiver.pk]).count()
    if partners != 2:
        raise TransferRefused(_("Goods are transferred between two different partners."))
    skus = [line.sku_id for line in lines]
    if not lines or len(set(skus)) != len(skus):
        raise TransferRefused(_("Name each product once, and at least one."))
    if any(line.quantity <= 0 or line.unit_price < 0 for line in lines):
        raise TransferRefused(_("Quantities are above zero and prices not below it."))
    transfer = Transfer.objects.create(
        number=f"new-{uuid4().hex[:12]}", sender=sender, receiver=receiver,
        sender_name=sender.name, receiver_name=receiver.name, note=note[:300], created_at=now,
        created_by_id=actor.user_id,
    )  # fmt: skip
    transfer.number = f"TR{timezone.localdate(now):%y%m}{transfer.pk:06d}"
    transfer.save(update_fields=["number"])
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer,
            sender=sender,
            receiver=receiver,
            sku_id=line.sku_id,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in lines
    )
    _record(transfer, "propose", TransferStatus.PROPOSED, actor=actor, now=now)
    return transfer


def move_transfer(
    transfer: Transfer,
    action: str,
    *,
    received: Mapping[int, Decimal] | None = None,
    actor: Principal,
    now: datetime,
) -> Transfer:
    """Take a step for the actor's own side: offer, accept, ship, receive or decline.

    `ship` takes the goods from the sender's stock, first expired first out; `receive` makes what
    arrived (line id -> base units; not named: in full) the receiver's and books the rest as a loss
    in transit; the sender is credited and the receiver charged for what arrived, at the agreed
    price. Emits TransferMoved. Raises NotAllowed, IllegalMove, TransferRefused, StockShort.
    """
    actor.check(ANSWER)
    transfer = lock_transfer(transfer.pk)
    move = check_move(transfer.status, action, number=transfer.number)
    mine = sides_of(transfer, actor)
    if not mine or (move.side != "both" and move.side not in mine):
        raise IllegalMove(_("This step is the other side's."))
    lines = list(transfer.lines.all())
    on = timezone.localdate(now)
    if action == "ship":
        _ship(transfer, lines, on=on, actor=actor, now=now)
    elif action == "receive":
        _receive(transfer, lines, received or {}, on=on, actor=actor, now=now)
    _record(transfer, action, move.target, actor=actor, now=now)
    return transfer


def _ship(
    transfer: Transfer, lines: Sequence[TransferLine], *, on: date, actor: Principal, now: datetime
) -> None:
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
    TransferLine.objects.bulk_update(lines, ["received"])
    _arrive(transfer, lines, on=on, actor=actor, now=now)
    amount = round_money(sum((line.amount for line in lines), Decimal(0)), transfer.currency)
    if amount:
        _charge(transfer, amount, on=on, actor=actor, now=now)


def _arrive(
    transfer: Transfer, lines: Sequence[TransferLine], *, on: date, actor: Principal, now: datetime
) -> None:
    """The lots that were sent arrive in order of their sending; what is missing is lost last."""
    coming = lots_in_transit(transfer.receiver_id, transfer.ref)
    moves = []
    for line in lines:
        arrived = pick_each({line.sku_id: line.received or Decimal(0)}, coming, on=on)
        for at, pick in enumerate(arrived[line.sku_id]):
            moves.append(_leg(transfer, line.sku_id, pick.quantity, f"in|{at}", pick.lot_id))
        missing = line.quantity - (line.received or Decimal(0))
        if missing:
            moves.append(_leg(transfer, line.sku_id, missing, "lost", None))
    record_movements(moves, on=on, actor=actor, now=now)


def _leg(
    transfer: Transfer, sku_id: int, quantity: Decimal, key: str, lot_id: int | None
) -> MovementLine:
    lost = key == "lost"
    return MovementLine(
        sku_id=sku_id,
        quantity=quantity,
        reason=Reason.LOSS if lost else Reason.TRANSFER,
        key=f"{transfer.ref}|{key}|{sku_id}",
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


def _record(
    transfer: Transfer, action: str, status: str, *, actor: Principal, now: datetime
) -> None:
    transfer.status = status
    transfer.save(update_fields=["status"])
    TransferStep.objects.create(
        transfer=transfer,
        sender_id=transfer.sender_id,
        receiver_id=transfer.receiver_id,
        action=action,
        status=status,
        at=now,
        user_id=actor.user_id,
    )
    event = TransferMoved(
        transfer_id=transfer.pk,
        number=transfer.number,
        sender_id=transfer.sender_id,
        receiver_id=transfer.receiver_id,
        action=action,
        status=status,
    )
    emit(event, node_id=transfer.receiver_id, subject=transfer.number)
