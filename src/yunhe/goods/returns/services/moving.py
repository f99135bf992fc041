"""Approve, reject, send back; end what was approved and never sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.returns.choices import ReturnStatus
from yunhe.goods.returns.locks import lock_return
from yunhe.goods.returns.models import Return
from yunhe.goods.returns.queries import RETURNS
from yunhe.goods.returns.services.steps import check_side, record_step
from yunhe.goods.returns.transitions import MOVES
from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.goods.stock.errors import StockShort
from yunhe.goods.stock.queries import shelf_of
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.goods.stock.services.picking import pick_each
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.capacity import services as capacity
from yunhe.platform.errors import NotAllowed, NotFound

ACTIONS = ("approve", "reject", "cancel", "ship")


def move_return(document: Return, action: str, *, actor: Principal, now: datetime) -> Return:
    """Approve, reject or cancel a request, or send approved goods back.

    Approving says until which day the goods are to be sent. Rejecting and cancelling give the right
    back: the partner cancels until it has sent the goods, headquarters rejects what was approved and
    never sent. Sending takes the goods from the partner's stock into transit to the supplier. Who
    asked does not approve. Emits ReturnMoved.
    Raises NotFound (another action), NotAllowed, IllegalMove, StockShort.
    """
    if action not in ACTIONS:
        raise NotFound()
    document = lock_return(document.pk)
    move = MOVES.check(document.status, action, number=document.number)
    check_side(document, move, actor=actor)
    if action == "ship":
        _send_back(document, actor=actor, now=now)
        document.shipped_at = now
        record_step(document, action, move.target, "shipped_at")
        return document
    if action == "approve" and actor.user_id and actor.user_id == document.requested_by_id:
        raise NotAllowed(_("Somebody else approves what you asked for."))
    if action == "approve":
        document.send_by = timezone.localdate(now) + timedelta(days=document.send_days)
    else:
        _give_back(document)
    document.answered_at = now
    record_step(document, action, move.target, "answered_at", "send_by")
    return document


def expire_due(*, now: datetime) -> int:
    """End approved returns whose last day to send has passed; how many.

    What they hold of their rights is free again. Emits ReturnMoved for each.
    """
    due = Return.objects.filter(status=ReturnStatus.APPROVED, send_by__lt=timezone.localdate(now))
    count = 0
    for return_id in due.order_by("pk").values_list("pk", flat=True):
        document = lock_return(return_id)
        if document.status != ReturnStatus.APPROVED:  # sent or taken back meanwhile
            continue
        move = MOVES.check(document.status, "expire", number=document.number)
        _give_back(document)
        record_step(document, move.action, move.target)
        count += 1
    return count


def _give_back(document: Return) -> None:
    if not document.between_partners:
        capacity.release(RETURNS, document.ref)


def _send_back(document: Return, *, actor: Principal, now: datetime) -> None:
    lines = list(document.lines.select_related("sku"))
    # locks the balances: two returns of the last goods must not both find them there
    skus = [line.sku_id for line in lines]
    shelf = shelf_of(document.node_id, skus, receiver=None, ref=document.ref)
    there = shelf.on_hand
    rows = [
        {
            "sku_id": line.sku_id,
            "message": _("%(product)s: %(asked)s to send, %(there)s in stock.")
            % {
                "product": line.sku.label,
                "asked": line.quantity.normalize(),
                "there": there[line.sku_id].normalize(),
            },
        }
        for line in lines
        if line.quantity > there[line.sku_id]
    ]
    if rows:
        raise StockShort(_("There is not enough stock to send."), rows=rows)
    # what expires first goes back first: that is what returns are for
    picks = pick_each({line.sku_id: line.quantity for line in lines}, shelf.lots)
    moves = [
        MovementLine(
            sku_id=sku_id,
            quantity=pick.quantity,
            reason=Reason.RETURN,
            key=f"{document.ref}|back|{at}|{sku_id}",
            source=document.node_id,
            target=document.supplier_id,
            target_status=StockStatus.IN_TRANSIT,
            ref=document.ref,
            lot_id=pick.lot_id,
        )
        for sku_id, taken in picks.items()
        for at, pick in enumerate(taken)
    ]
    with owner_access("goods leave the partner for its supplier; the return was approved"):
        record_movements(moves, on=timezone.localdate(now), actor=actor, now=now)
