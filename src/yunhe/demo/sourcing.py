"""Loading step of sourcing: two branch warehouses, one of them served by a simulated supplier's system,
rules, scheduled production, orders in parts.

Warehouses, their stock, rules and the schedule are derived; products, dealers and orders are those of
the demo.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from yunhe.channel.network.services.dossier import create_unit
from yunhe.demo.context import Context
from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.goods.schedule.services import PlanLine, plan_production, start_production
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.stock.models import StockBalance
from yunhe.goods.stock.queries import available
from yunhe.goods.stock.services import GoodsLine, open_place, receive_goods
from yunhe.platform.access.models import Node
from yunhe.platform.errors import DomainError
from yunhe.trade.orders.choices import OrderStatus, Source
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, create_order
from yunhe.trade.purchasing.models import SupplierLink
from yunhe.trade.purchasing.services import ensure_purchase
from yunhe.trade.purchasing.suppliers import SupplierSimulator
from yunhe.trade.sourcing.models import SourcingRule, SupplyPoint
from yunhe.trade.sourcing.services import HandShare, source_order

WAREHOUSES = (
    ("WH-EAST", "华东分仓（推算）", "East branch warehouse (derived)", "320000"),
    ("WH-SOUTH", "华南分仓（推算）", "South branch warehouse (derived)", "440000"),
)
HQ_PROVINCE = "310000"
PART = Decimal("0.4")
MORE = Decimal(24)
PLAN = "演示排产（推算）"


def load_sourcing(context: Context) -> None:
    """Repeatable: what is there is left alone."""
    if SourcingRule.objects.exists():
        return
    root = Node.objects.get(parent=None)
    SupplyPoint.objects.create(node=root, province=HQ_PROVINCE)
    branches = [_warehouse(context, root, facts) for facts in WAREHOUSES]
    _rules([root, *branches])
    SupplierLink.objects.create(node=branches[0], connector=SupplierSimulator.code, account="DEMO")
    orders = list(
        Order.objects.filter(status=OrderStatus.CONFIRMED, shipments=0, parent=None)
        .order_by("-id")
        .prefetch_related("lines__sku")[:12]
    )
    _stock(context, branches, orders)
    _schedule(context, root, orders)
    _split(context, orders)
    _wait(context)
    _dispatch(context)
    for order in Order.objects.filter(supplier=branches[0]).select_related("node"):
        ensure_purchase(order, now=timezone.now())


def _warehouse(context: Context, root: Node, facts: tuple[str, str, str, str]) -> Node:
    code, name, name_en, province = facts
    node = create_unit(
        root, code=code, name=name, name_en=name_en, actor=context.actor, now=timezone.now()
    )
    open_place(node, supplies=True, actor=context.actor)
    SupplyPoint.objects.create(node=node, province=province)
    return node


def _rules(places: list[Node]) -> None:
    named = [place.pk for place in places]
    for values in (
        {
            "code": "NEAREST",
            "name": "就近发货",
            "name_en": "Nearest first",
            "preferred": True,
            "fee_percent": 2,
        },
        {"code": "FEWEST", "name": "少发几次", "name_en": "Fewest shipments"},
        {"code": "PRIORITY", "name": "总仓优先", "name_en": "Headquarters first", "places": named},
        {"code": "MOST_STOCK", "name": "库存多者先发", "name_en": "Most stock first"},
        {
            "code": "WEIGHTED",
            "name": "距离与发货次数兼顾",
            "name_en": "Distance and shipments weighed",
            "distance": 3,
            "parcel": 1,
        },
    ):
        SourcingRule.objects.create(kind=str(values["code"]).lower(), **values)


def _stock(context: Context, branches: list[Node], orders: list[Order]) -> None:
    """Each branch has a part of what one of the last orders asks for, in whole units of its lines."""
    for node in branches:
        wanted: dict[int, Decimal] = {}
        for order in orders:
            for line in order.lines.all():
                step = line.base_quantity / line.quantity
                units = int(line.quantity * PART) or 1
                wanted[line.sku_id] = max(wanted.get(line.sku_id, Decimal(0)), units * step)
        goods = [GoodsLine(sku_id=sku, quantity=count) for sku, count in wanted.items()]
        receive_goods(
            node.pk,
            goods,
            ref=f"demo:{node.code}",
            on=context.today - timedelta(days=3),
            actor=context.actor,
            now=timezone.now(),
        )


def _schedule(context: Context, root: Node, orders: list[Order]) -> None:
    """The products of the last orders are made in the next weeks; one line is begun already."""
    skus = sorted({line.sku_id for order in orders for line in order.lines.all()})[:8]
    now = timezone.now()
    lines = [
        PlanLine(
            sku_id=sku,
            on=context.today + timedelta(days=4 + 3 * at),
            quantity=Decimal(240),
            confirmed=at < 4,
            ref=PLAN,
        )
        for at, sku in enumerate(skus)
    ]
    plan_production(root, lines, actor=context.actor, now=now)
    if first := ScheduledProduction.objects.filter(ref=PLAN).order_by("on").first():
        start_production(first, actor=context.actor, now=now)


def _split(context: Context, orders: list[Order]) -> None:
    """The two newest orders that several places serve better than one."""
    split = 0
    for order in orders:
        try:
            with transaction.atomic():
                source_order(order, actor=context.actor, now=timezone.now())
        except DomainError:
            continue
        split += 1
        if split == 2:
            return


def _wait(context: Context) -> None:
    """A dealer orders more of a product than there is: what is missing is promised from production."""
    places = list(SupplyPoint.objects.values_list("node_id", flat=True))
    dealer = Node.objects.filter(partner__level="dealer").order_by("code")[0]
    for line in ScheduledProduction.objects.filter(ref=PLAN, started_at=None).order_by("on"):
        there = sum((available(node, [line.sku_id])[line.sku_id] for node in places), Decimal(0))
        wanted = NewLine(line.sku_id, line.sku.base_unit, there + MORE)
        try:
            with transaction.atomic():
                made = create_order(
                    node_id=dealer.pk,
                    lines=[wanted],
                    source=Source.DERIVED,
                    actor=context.actor,
                    now=timezone.now(),
                )
                order = Order.objects.get(pk=made.order_id)
                source_order(order, actor=context.actor, now=timezone.now())
        except DomainError:
            continue
        return


def _dispatch(context: Context) -> None:
    """A dealer serves a line of a neighbour's order from its own shelf, once it has agreed."""
    ours = Order.objects.filter(
        status=OrderStatus.CONFIRMED, shipments=0, parent=None, between_partners=False
    )
    picked = Shipment.objects.values("order")
    waiting = ours.exclude(pk__in=picked).filter(node__partner__level="dealer")
    for order in waiting.select_related("node").prefetch_related("lines").order_by("-id"):
        neighbours = Node.objects.filter(partner__level="dealer", parent=order.node.parent_id)
        others = neighbours.exclude(pk=order.node_id).select_related("partner")
        for dealer in others.order_by("code"):
            if _serves(context, dealer, order):
                return


def _serves(context: Context, dealer: Node, order: Order) -> bool:
    """Whether the dealer has the goods of one of the lines; the others stay where they were."""
    rows = StockBalance.objects.filter(node=dealer, status="available")
    held = dict(rows.values_list("sku_id", "quantity"))
    lines = list(order.lines.all())
    able = [line for line in lines if line.base_quantity <= held.get(line.sku_id, 0)]
    if not able or min(held.values()) < 0:
        return False
    shares = [
        HandShare(
            row=line.row,
            node_id=dealer.pk if line is able[0] else order.supplier_id,
            units=line.quantity,
        )
        for line in lines
    ]
    try:
        with transaction.atomic():
            SupplyPoint.objects.create(node=dealer, province=dealer.partner.province)
            source_order(order, shares=shares, actor=context.actor, now=timezone.now())
    except DomainError:
        return False
    return True
