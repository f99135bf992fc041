"""Reads of transfers, their terms, and who could help whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.db.models import QuerySet

from yunhe.channel.network.models import Partner
from yunhe.goods.transfers.choices import AlertKind
from yunhe.goods.transfers.compute import Proposal, Side, compute_proposals
from yunhe.goods.transfers.models import (
    StockAlert,
    Transfer,
    TransferLine,
    TransferTerms,
)
from yunhe.goods.transfers.places import POINTS
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.orders.queries import NodeLabel
from yunhe.trade.sales.queries import prices_paid


@dataclass(frozen=True)
class Terms:
    """What holds for a transfer that a partner proposes."""

    partners_propose: bool = True
    approve_from: Decimal | None = None


def list_terms() -> QuerySet[TransferTerms]:
    """Terms of transfers in scope with their nodes."""
    return TransferTerms.objects.select_related("node").order_by("node__path")


def terms_between(sender: Node, receiver: Node) -> Terms:
    """The stricter of the terms nearest to each side. One statement."""
    with owner_access("the other side's terms hold as well"):
        known = list(list_terms())
    found = [
        max(
            (each for each in known if f"{side.path}.".startswith(f"{each.node.path}.")),
            key=lambda each: len(str(each.node.path)),
            default=None,
        )
        for side in (sender, receiver)
    ]
    named = [each for each in found if each is not None]
    amounts = [each.approve_from for each in named if each.approve_from is not None]
    return Terms(all(each.partners_propose for each in named), min(amounts, default=None))


def priced(rows: str, node_id: int, *, on: date) -> str:
    """Lines of code and quantity with the price that the partner last paid; 0 when it never bought.
    What has a price already is left alone. Two statements."""
    lines = [line.split() for line in rows.splitlines() if line.strip()]
    ids = ids_by_code(parts[0] for parts in lines)
    prices = prices_paid({node_id}, set(ids.values()), on=on)
    return "\n".join(
        " ".join(parts if len(parts) != 2 else [*parts, _price(prices, node_id, ids, parts[0])])
        for parts in lines
    )


def _price(
    prices: Mapping[tuple[int, int], Decimal], node_id: int, ids: Mapping[str, int], code: str
) -> str:
    return f"{prices.get((node_id, ids.get(code, 0)), Decimal(0)):.2f}"


def partner_by_code(code: str) -> Node | None:
    """An active partner by its code, whoever asks: partners know each other's codes from their papers."""
    with owner_access("a partner names another by its code; only code and name are told"):
        found = Partner.objects.select_related("node").filter(node__code=code, node__active=True)
        partner = found.first()
    return partner.node if partner else None


def list_transfers() -> QuerySet[Transfer]:
    """Transfers of which either side is in scope, with both sides' names, the latest first."""
    sides = {"sender_label": NodeLabel("sender_id"), "receiver_label": NodeLabel("receiver_id")}
    return Transfer.objects.annotate(**sides).order_by("-pk")


def transfer_for(transfer_id: int) -> Transfer:
    """A transfer in scope with its sides. Raises NotFound."""
    found = list_transfers().filter(pk=transfer_id).first()
    if found is None:
        raise NotFound()
    return found


def lines_of(transfer: Transfer) -> QuerySet[TransferLine]:
    """The lines of a transfer with their products."""
    return transfer.lines.select_related("sku")


def sides_of(transfer: Transfer, actor: Principal) -> set[str]:
    """On which sides of a transfer the actor's own nodes stand; headquarters on neither."""
    if not actor.is_partner:
        return set()
    sides = {"sender": transfer.sender_id, "receiver": transfer.receiver_id}
    paths = dict(Node.objects.filter(pk__in=sides.values()).values_list("pk", "path"))
    roots = [f"{node.path}." for node in actor.held]
    held = {pk for pk, path in paths.items() if any(f"{path}.".startswith(r) for r in roots)}
    return {side for side, node_id in sides.items() if node_id in held}


@dataclass(frozen=True)
class Offered:
    """A product of a proposal at the price the sender paid for a base unit."""

    sku: Sku
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True)
class ProposalRow:
    """What one partner could send to another, `km` apart; `worth` at the sender's prices."""

    pk: str
    sender: Node
    receiver: Node
    km: int | None
    goods: tuple[Offered, ...]

    @property
    def worth(self) -> Decimal:
        return sum((each.quantity * each.price for each in self.goods), Decimal(0))


def list_proposals(*, on: date) -> list[ProposalRow]:
    """Who could help whom, by the last alerts in scope: a row a pair, the nearest pairs first.

    Whole base units alone; partners of one level. Five statements.
    """
    found = compute_proposals(*_sides())
    nodes = Node.objects.in_bulk({each for p in found for each in (p.sender, p.receiver)})
    skus = Sku.objects.in_bulk({p.sku_id for p in found})
    prices = prices_paid({p.sender for p in found}, set(skus), on=on)
    pairs: dict[tuple[int, int], list[Proposal]] = {}
    for proposal in found:
        if proposal.quantity >= 1:
            pairs.setdefault((proposal.sender, proposal.receiver), []).append(proposal)
    rows = [
        ProposalRow(
            pk=f"{sender}-{receiver}",
            sender=nodes[sender],
            receiver=nodes[receiver],
            km=goods[0].km,
            goods=tuple(
                Offered(
                    skus[each.sku_id],
                    each.quantity.to_integral_value(ROUND_DOWN),
                    prices.get((sender, each.sku_id), Decimal(0)),
                )
                for each in goods
            ),
        )
        for (sender, receiver), goods in pairs.items()
    ]
    return sorted(rows, key=lambda row: (row.km is None, row.km or 0, -row.worth, row.pk))


def _sides() -> tuple[list[Side], list[Side]]:
    """Who has too much and who too little, by the last alerts."""
    alerts = list(StockAlert.objects.filter(amount__gt=0).order_by("pk"))
    partners = Partner.objects.in_bulk({alert.node_id for alert in alerts})

    def side(node_id: int, sku_id: int, amount: Decimal) -> Side:
        partner = partners[node_id]
        return Side(node_id, sku_id, amount, POINTS.get(partner.province), partner.level)

    rich: dict[tuple[int, int], Decimal] = {}
    for alert in alerts:
        if alert.kind != AlertKind.LOW:
            key = (alert.node_id, alert.sku_id)
            rich[key] = max(rich.get(key, Decimal(0)), alert.amount)
    surplus = [side(node_id, sku_id, amount) for (node_id, sku_id), amount in rich.items()]
    shortage = [side(a.node_id, a.sku_id, a.amount) for a in alerts if a.kind == AlertKind.LOW]
    return surplus, shortage
