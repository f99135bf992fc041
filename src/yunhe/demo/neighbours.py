"""Loading steps of stock alerts and transfers between dealers; the rules are invented, the rest is derived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from yunhe.channel.network.choices import Level, Tier
from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.goods.stock.errors import StockShort
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.queries import ProposalRow, Wish, list_proposals, suggest_safety
from yunhe.goods.transfers.services import (
    NewLine,
    move_transfer,
    propose_transfer,
    refresh_alerts,
    set_rule,
    set_safety,
)
from yunhe.goods.transfers.transitions import MOVES
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.roles import Role
from yunhe.platform.access.session import scoped

LINES = 3
SAFE, WISH = 15, Wish(Decimal("0.95"), 5)
WAYS = (
    ("offer", "accept", "ship", "receive"),
    ("offer", "accept", "ship"),
    ("offer", "accept"),
    ("offer",),
    (),
    ("decline",),
)
"""How far each transfer of the demo has come."""


def load_alerts(context: Context) -> None:
    """A rule for everybody, a milder one for stores, a stricter one for core dealers, safety stock of the
    demo's own dealer and store; then a first look."""
    root = Node.objects.get(parent=None)
    set_rule(root, limits=Limits(7, 60, 45, 30), actor=context.actor)
    set_rule(root, level=Level.STORE, limits=Limits(3, 0, 90, 14), actor=context.actor)
    set_rule(root, tier=Tier.CORE, limits=Limits(10, 45, 30, 45), actor=context.actor)
    _keep_safe(context)
    refresh_alerts(on=context.today, actor=context.actor, now=context.at(context.today, 6))


def _keep_safe(context: Context) -> None:
    """What the sales suggest for the products that sell best."""
    for grant in Grant.objects.filter(user__username__in=["dealer", "store"]).select_related(
        "node"
    ):
        found = suggest_safety(grant.node, WISH, on=context.today)
        best = sorted(found, key=lambda row: (-row.daily, row.sku.code))[:SAFE]
        wanted = {row.sku.pk: row.suggested for row in best}
        set_safety(grant.node, wanted, actor=context.actor)


def load_transfers(context: Context) -> None:
    """The nearest neighbours who can help each other, those of the demo's dealer first."""
    if Transfer.objects.exists():
        return
    owners = dict(Grant.objects.filter(role=Role.DEALER_OWNER).values_list("node_id", "user_id"))
    own = Grant.objects.get(user__username="dealer").node_id
    whole = [
        row
        for row in list_proposals(on=context.today)
        if row.sender.pk in owners and row.receiver.pk in owners
    ]
    chosen = _spread(whole, own)
    for row, way in zip(chosen, WAYS, strict=False):
        _go(context, row, way, owners)


def _spread(rows: Sequence[ProposalRow], own: int) -> list[ProposalRow]:
    """The demo's dealer receives one and sends one among the first."""
    incoming = [row for row in rows if row.receiver.pk == own][:2]
    outgoing = [row for row in rows if row.sender.pk == own][:2]
    others = [row for row in rows if own not in (row.sender.pk, row.receiver.pk)]
    return [*others[:1], *incoming[:1], *outgoing[:1], *incoming[1:], *outgoing[1:], *others[1:]]


def _go(context: Context, row: ProposalRow, way: tuple[str, ...], owners: dict[int, int]) -> None:
    lines = [
        NewLine(sku_id=each.sku.pk, quantity=each.quantity, unit_price=each.price)
        for each in row.goods[:LINES]
    ]
    started = context.at(context.today - dt.timedelta(days=len(way) + 1), 10)
    transfer = propose_transfer(
        row.sender, row.receiver, lines, note=DERIVED_NOTE, actor=context.actor, now=started
    )
    for step, action in enumerate(way, start=1):
        side = row.receiver if MOVES[action].side == "receiver" else row.sender
        try:
            with scoped(owners[side.pk]) as actor:
                now = started + dt.timedelta(days=step)
                move_transfer(transfer, action, actor=actor, now=now)
        except StockShort:
            return  # the lots are too old to be sent on: it waits
