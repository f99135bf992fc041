"""Loading steps of scarce goods and shipments. Quotas and shipments are derived; products, dealers
and orders are those of the demo."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from yunhe.demo.context import Context
from yunhe.goods.allocation.models import Allocation, QuotaRule
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    compute_allocation,
    create_allocation,
    publish_allocation,
)
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import create_shipment, pack_shipment
from yunhe.goods.stock.errors import NoFitLot
from yunhe.platform.access.models import Node
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.models import Order
from yunhe.trade.sales.models import SalesFact

CASES, DAYS, SHIPMENTS = 200, 30, 3
NOTE = "演示数据，由系统推算 (derived)"


def load_allocations(context: Context) -> None:
    """Two rules; the best-selling product that comes in cases is divided, for the next month: one
    division published, and one of the second best only computed."""
    if Allocation.objects.exists():
        return
    fair, _made = QuotaRule.objects.get_or_create(
        code="FAIR",
        defaults={
            "name": "层级与历史各半，保底一箱",
            "name_en": "Tier and history in equal parts, one case for everybody",
            "tiers": {"core": "3", "growth": "2", "observation": "1"},
            "floor_lots": 1,
        },
    )
    QuotaRule.objects.get_or_create(
        code="TIER",
        defaults={
            "name": "仅按层级",
            "name_en": "Tier alone",
            "history_part": 0,
            "tiers": {"core": "5", "growth": "3", "observation": "1"},
            "most_percent": 20,
        },
    )
    best = (
        SalesFact.objects.filter(flow="sell_in", sku__packs__unit="case")
        .values_list("sku_id")
        .annotate(total=Sum("quantity"))
        .order_by("-total", "sku_id")[:2]
    )
    for (sku_id, _total), publish in zip(best, (True, False), strict=False):
        _divide(context, Sku.objects.get(pk=sku_id), fair, publish=publish)


def _divide(context: Context, sku: Sku, rule: QuotaRule, *, publish: bool) -> None:
    root = Node.objects.get(parent=None)
    now = timezone.now()
    starts = context.today + timedelta(days=1)
    draft = AllocationDraft(
        node=root,
        among=root,
        sku=sku,
        rule=rule,
        supply=CASES * Decimal(sku.packs.get(unit="case").factor),
        unit="case",
        starts=starts,
        until=starts + timedelta(days=DAYS),
        note=NOTE,
    )
    made = create_allocation(draft, actor=context.actor, now=now)
    made = compute_allocation(made, actor=context.actor, now=now)
    if publish:
        made = approve_allocation(made, actor=context.actor, now=now)
        publish_allocation(made, actor=context.actor, now=now)


def load_shipments(context: Context) -> None:
    """The first confirmed orders are being picked; the last of them is packed."""
    if Shipment.objects.exists():
        return
    now = timezone.now()
    waiting = Order.objects.filter(status=OrderStatus.CONFIRMED).order_by("id")[:SHIPMENTS]
    shipment = None
    for order in waiting:
        try:
            with transaction.atomic():
                shipment = create_shipment(order, actor=context.actor, now=now)
        except NoFitLot:
            continue  # such an order waits for fresh goods
    if shipment is not None:
        pack_shipment(shipment, packages=4, actor=context.actor, now=now)
