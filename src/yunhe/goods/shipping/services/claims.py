"""Decide claims: what is accepted becomes a credit note."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.goods.shipping.choices import ClaimKind, ClaimStatus
from yunhe.goods.shipping.errors import IllegalMove
from yunhe.goods.shipping.locks import lock_claim
from yunhe.goods.shipping.models import Claim
from yunhe.goods.shipping.permissions import DECIDE, SUPPLY
from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.services import NewEntry, post
from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.services import credit_missing, sells


def decide_claim(
    claim: Claim, *, accept: bool, answer: str, actor: Principal, now: datetime
) -> Claim:
    """Accept, which posts a credit note once, or reject with a reason. A short claim credits all that
    is missing from its order; a damage claim its own amount.

    Claims for what a dealer sold to a partner are the dealer's to decide and to settle: nothing is
    posted here. Raises NotAllowed, IllegalMove when it was decided, DomainError for a rejection
    without reason.
    """
    claim = lock_claim(claim.pk)
    order = claim.shipment.order
    actor.check(SUPPLY if sells(order, actor) else DECIDE)
    ours = not order.between_partners
    if claim.status != ClaimStatus.OPEN:
        raise IllegalMove(_("This claim was decided."))
    if not accept and not answer.strip():
        message = _("Say why it is rejected; the partner reads it.")
        raise DomainError(message, code="shipping.answer", field="answer")
    if accept and ours and claim.kind == ClaimKind.SHORT:
        _credit_short(claim, actor=actor, now=now)
    elif accept and ours and claim.amount:
        _credit_damage(claim, actor=actor, now=now)
    claim.status = ClaimStatus.ACCEPTED if accept else ClaimStatus.REJECTED
    claim.answer, claim.decided_at, claim.decided_by_id = answer.strip(), now, actor.user_id
    claim.save(update_fields=["status", "answer", "decided_at", "decided_by"])
    return claim


def _credit_short(claim: Claim, *, actor: Principal, now: datetime) -> None:
    """The order's own credit note, which is posted once whoever asks for it."""
    order = claim.shipment.order
    if order.status not in (OrderStatus.RECEIVED, OrderStatus.CLOSED):
        message = _("Other shipments of the order are still on their way; wait for them.")
        raise IllegalMove(message)
    credit_missing(order, actor=actor, now=now)


def _credit_damage(claim: Claim, *, actor: Principal, now: datetime) -> None:
    entry = NewEntry(
        node_id=claim.node_id,
        kind=EntryKind.CREDIT_NOTE,
        amount=claim.amount,
        on=timezone.localdate(now),
        key=f"claim|{claim.pk}",
        number=f"{claim.shipment.number}-D",
        ref=claim.shipment.order.ref,
    )
    post([entry], actor=actor, now=now)
