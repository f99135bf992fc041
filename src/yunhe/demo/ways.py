"""Loading steps of shipments and returns, derived: a few in every state, for the demo's dealer and others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.demo.context import DERIVED_NOTE, Context
from yunhe.goods.returns.choices import Period
from yunhe.goods.returns.models import Return, RotationRight
from yunhe.goods.returns.queries import room_of
from yunhe.goods.returns.services import (
    AskedLine,
    Finding,
    RightTerms,
    grant_right,
    inspect_return,
    move_return,
    request_return,
)
from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.services import (
    Receipt,
    create_shipment,
    decide_claim,
    pack_shipment,
    poll_carriers,
    receive_shipment,
    ship_shipment,
)
from yunhe.goods.stock.queries import available
from yunhe.platform.access.models import Grant
from yunhe.platform.access.session import scoped
from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, create_order
from yunhe.trade.sales.models import SalesFact

STATES = ("picking", "packed", "shipped", "shipped", "received", "short", "damaged", "settled")
LINES, CASES, PACKAGES = 4, 2, 3
RIGHTS, CONTRACT = 8, "经销合同 2026"
RETURNS = ("requested", "approved", "shipped", "credited", "rejected")


def load_shipments(context: Context) -> None:
    """Orders of the demo's dealer on their way in every state; two of them with claims."""
    if Shipment.objects.exists():
        return
    owner = Grant.objects.get(user__username="dealer")
    for at, state in enumerate(STATES):
        order = _order(context, owner.node_id, at)
        if order is not None:
            _send(context, order, state, owner.user_id, days=len(STATES) - at)
    dispatch_all()  # what was received becomes sell-in


def _order(context: Context, node_id: int, at: int) -> Order | None:
    """Cases of what the dealer buys most and the warehouse has; None when there is too little."""
    skus = _bought(node_id, cases=True)
    chosen = [*skus[at:], *skus[:at]][:LINES]
    supplier = context.nodes["HQ"]
    there = available(supplier, [fact.sku_id for fact in chosen])
    lines = [
        NewLine(fact.sku_id, "case", Decimal(CASES))
        for fact in chosen
        if there[fact.sku_id] >= CASES * _case(fact)
    ]
    if not lines:
        return None
    placed = create_order(
        node_id=node_id,
        lines=lines,
        submit=True,
        confirm=True,
        key=f"demo-way-{at}",
        actor=context.actor,
        now=timezone.now(),
    )
    order = Order.objects.get(pk=placed.order_id)
    return order if order.status == "confirmed" else None


def _case(fact: SalesFact) -> Decimal:
    pack = fact.sku.packs.filter(unit="case").first()
    return Decimal(pack.factor) if pack else Decimal(1)


def _bought(node_id: int, *, cases: bool = False) -> list[SalesFact]:
    """A purchase of each product that the partner bought in the last months, by product."""
    facts = SalesFact.objects.filter(
        flow="sell_in", node_id=node_id, quantity__gt=0, amount__gt=0, sku__status="active"
    )
    if cases:
        facts = facts.filter(sku__packs__unit="case")
    found = {fact.sku_id: fact for fact in facts.select_related("sku").order_by("on", "pk")}
    return [found[sku_id] for sku_id in sorted(found)]


def _send(context: Context, order: Order, state: str, user_id: int, *, days: int) -> None:
    now = timezone.now()
    left = now - dt.timedelta(hours=14 * days)
    shipment = create_shipment(order, actor=context.actor, now=now)
    if state == "picking":
        return
    shipment = pack_shipment(shipment, packages=PACKAGES, actor=context.actor, now=now)
    if state == "packed":
        return
    shipment = ship_shipment(shipment, carrier="simulator", actor=context.actor, now=left)
    poll_carriers(now=now)
    if state == "shipped":
        return
    codes = [package.sscc for package in shipment.packages.all()]
    line = shipment.lines.first()
    damaged = {line.pk: Decimal(3)} if line and state in ("damaged", "settled") else {}
    receipt = Receipt(
        scanned=codes[:-1] if state == "short" else codes,
        damaged=damaged,
        receiver="陈师傅",
        note="" if state == "received" else DERIVED_NOTE,
    )
    with scoped(user_id) as actor:
        receive_shipment(shipment, receipt, actor=actor, now=now)
    if state == "settled":
        claim = Claim.objects.get(shipment=shipment)
        decide_claim(claim, accept=True, answer=DERIVED_NOTE, actor=context.actor, now=now)


def load_returns(context: Context) -> None:
    """Rights of the largest dealers; returns of the demo's dealer and others in every state."""
    if RotationRight.objects.exists():
        return
    own = Grant.objects.get(user__username="dealer")
    dealers = Partner.objects.filter(level=Level.DEALER).exclude(pk=own.node_id)
    others = list(dealers.select_related("node").order_by("node__code")[: RIGHTS - 1])
    year = context.today.replace(month=1, day=1)
    terms = RightTerms(
        contract=CONTRACT,
        percent=Decimal(3),
        period=Period.YEAR,
        valid_from=year,
        damaged_percent=Decimal(30),
    )
    rights = [
        grant_right(node, terms, actor=context.actor)
        for node in (own.node, *(partner.node for partner in others))
    ]
    owners = dict(
        Grant.objects.filter(node_id__in=[right.node_id for right in rights]).values_list(
            "node_id", "user_id"
        )
    )
    for at, state in enumerate(RETURNS):
        _return(context, rights[0], state, owners[own.node_id], at)
    for at, right in enumerate(rights[1:4]):
        if right.node_id in owners:
            _return(context, right, RETURNS[at], owners[right.node_id], at)


def _return(context: Context, right: RotationRight, state: str, user_id: int, at: int) -> None:
    lines = _lines(right, at)
    if not lines:
        return
    asked = context.at(context.today - dt.timedelta(days=9 - at), 15)
    with scoped(user_id) as actor:
        made = request_return(
            right, lines, reason=DERIVED_NOTE, key=f"demo-{at}", actor=actor, now=asked
        )
    if state == "requested":
        return
    answer = "reject" if state == "rejected" else "approve"
    made = move_return(made, answer, actor=context.actor, now=asked + dt.timedelta(days=1))
    if state in ("approved", "rejected"):
        return
    with scoped(user_id) as actor:
        made = move_return(made, "ship", actor=actor, now=asked + dt.timedelta(days=2))
    if state == "credited":
        _inspect(context, made, now=asked + dt.timedelta(days=4))


def _inspect(context: Context, made: Return, *, now: dt.datetime) -> None:
    """One unit of the first line is damaged."""
    first = made.lines.order_by("pk").first()
    findings = {first.pk: Finding(damaged=Decimal(1))} if first else {}
    inspect_return(made, findings, actor=context.actor, now=now)


def _lines(right: RotationRight, at: int) -> Sequence[AskedLine]:
    """Two products that lie there and whose value fits into what is left of the right."""
    facts = _bought(right.node_id)
    there = available(right.node_id, [fact.sku_id for fact in facts])
    room = room_of(right, timezone.localdate()).left / 4
    lines: list[AskedLine] = []
    for fact in [*facts[at * 2 :], *facts[: at * 2]]:
        quantity = min(Decimal(6), there[fact.sku_id])
        worth = quantity * fact.amount / fact.quantity
        if quantity >= 2 and worth <= room:
            lines.append(AskedLine(sku_id=fact.sku_id, quantity=quantity.to_integral_value()))
            room -= worth
        if len(lines) == 2:
            break
    return lines
