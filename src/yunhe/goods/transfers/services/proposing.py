"""Propose a transfer: headquarters to both sides, or one side to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.channel.network.models import Partner
from yunhe.goods.transfers.choices import AGREED_BY, Approval, Proposer
from yunhe.goods.transfers.errors import TransferRefused
from yunhe.goods.transfers.models import Transfer, TransferLine, TransferTerms
from yunhe.goods.transfers.permissions import ASK, PROPOSE, RULES
from yunhe.goods.transfers.queries import Terms, terms_between
from yunhe.goods.transfers.services.steps import record_step
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.trade.catalog.units import Counted, count_faults


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
    """Propose that one partner sends goods to another. Emits TransferMoved.

    Headquarters proposes and both sides answer; a partner offers or asks, has agreed with that, and
    the other side answers. Terms may forbid that, or ask for an approval of headquarters. Raises
    NotAllowed, TransferRefused (no partners, the same, no lines, a product twice, terms).
    """
    proposer = _proposer(sender, receiver, actor)
    _check_partners(sender, receiver)
    _check_lines(lines)
    approval = Approval.NONE
    if proposer != Proposer.HEADQUARTERS:
        approval = _approval(terms_between(sender, receiver), lines)
    transfer = Transfer.objects.create(
        number=f"new-{uuid4().hex[:12]}", sender=sender, receiver=receiver,
        sender_name=sender.name, receiver_name=receiver.name, note=note[:300], created_at=now,
        created_by_id=actor.user_id, proposer=proposer, approval=approval,
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
    record_step(transfer, "propose", AGREED_BY[proposer], actor=actor, now=now)
    return transfer


def _proposer(sender: Node, receiver: Node, actor: Principal) -> Proposer:
    if not actor.is_partner:
        actor.check(PROPOSE, path=sender.path)
        actor.check(PROPOSE, path=receiver.path)
        return Proposer.HEADQUARTERS
    if actor.can(ASK, path=sender.path):
        return Proposer.SENDER
    actor.check(ASK, path=receiver.path)
    return Proposer.RECEIVER


def _check_partners(sender: Node, receiver: Node) -> None:
    with owner_access("a partner does not see the other one's file; that it is one is told alone"):
        partners = Partner.objects.filter(pk__in=[sender.pk, receiver.pk]).count()
    if partners != 2:
        raise TransferRefused(_("Goods are transferred between two different partners."))


def _check_lines(lines: Sequence[NewLine]) -> None:
    skus = [line.sku_id for line in lines]
    if not lines or len(set(skus)) != len(skus):
        raise TransferRefused(_("Name each product once, and at least one."))
    if any(line.quantity <= 0 or line.unit_price < 0 for line in lines):
        raise TransferRefused(_("Quantities are above zero and prices not below it."))
    rows = count_faults(
        Counted(at, line.sku_id, line.quantity) for at, line in enumerate(lines, start=1)
    )
    if rows:
        raise TransferRefused(_("Some lines cannot be transferred."), rows=rows)


def _approval(terms: Terms, lines: Sequence[NewLine]) -> Approval:
    if not terms.partners_propose:
        raise TransferRefused(_("Headquarters alone proposes transfers here."))
    worth = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    asked = terms.approve_from is not None and worth >= terms.approve_from
    return Approval.WAITING if asked else Approval.NONE


def set_terms(
    node: Node, *, partners_propose: bool, approve_from: Decimal | None, actor: Principal
) -> TransferTerms:
    """Say what holds for transfers that partners at or below a node propose. Raises NotAllowed,
    TransferRefused for an amount below zero."""
    actor.check(RULES, path=node.path)
    if approve_from is not None and approve_from < 0:
        raise TransferRefused(_("An amount is not below zero."), field="approve_from")
    terms, _created = TransferTerms.objects.update_or_create(
        node=node,
        defaults={"partners_propose": partners_propose, "approve_from": approve_from},
    )
    return terms


def remove_terms(terms: TransferTerms, *, actor: Principal) -> None:
    """Take the terms of a node away: those of the next one above hold, or none. Raises NotAllowed."""
    actor.check(RULES, path=terms.node.path)
    terms.delete()
