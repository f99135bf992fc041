"""Each side's allocation with a published quota, and a shipment received with a claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.integration.channel.world import SYSTEM

from yunhe.channel.network.models import Partner
from yunhe.goods.allocation.models import QuotaRule
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    compute_allocation,
    create_allocation,
    publish_allocation,
)
from yunhe.goods.schedule.models import Promise, ScheduledProduction
from yunhe.goods.shipping.models import Shipment
from yunhe.goods.shipping.services import (
    Receipt,
    create_shipment,
    pack_shipment,
    receive_shipment,
    ship_shipment,
)
from yunhe.platform.connectors.services import Outgoing, queue_message
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.services import NewLine, create_order
from yunhe.trade.purchasing.models import PurchaseLine, PurchaseOrder, SupplierLink
from yunhe.trade.purchasing.suppliers import SupplierSimulator
from yunhe.trade.sourcing.models import Part, PartCredit, SourcingRule, SupplyPoint


def divide_and_ship(sides: Iterable[Any], sku_id: int, now: datetime) -> dict[str, int]:
    """Write both for every side; returns the records that they share."""
    tiers = {"core": "3", "growth": "2", "observation": "1"}
    rule = QuotaRule.objects.create(code="FAIR", name="公平", history_part=0, tiers=tiers)
    for side in sides:
        _divide(side, rule, Sku.objects.get(pk=sku_id), now)
        _ship(side, sku_id, now)
    named = SourcingRule.objects.create(code="NEAR", name="就近", kind="nearest", preferred=True)
    for side in sides:
        _dispatch(side, sku_id, now)
        _make_and_push(side, sku_id, now)
    return {"allocation_rule": rule.pk, "sourcing_rule": named.pk}


def _dispatch(side: Any, sku_id: int, now: datetime) -> None:
    """The region serves its own province alone; the dealer is to serve an order of its store."""
    province = f"{side.number}10000"
    Partner.objects.filter(node__in=(side.dealer, side.store)).update(province=province)
    point = SupplyPoint.objects.create(node=side.region, province=province, provinces=[province])
    placed = create_order(
        node_id=side.dealer.pk,
        lines=[NewLine(sku_id, "piece", Decimal(2))],
        submit=True,
        actor=SYSTEM,
        now=now,
        note=side.mark,
    )
    part = Part.objects.create(
        order_id=placed.order_id,
        node=side.store,
        supplier=side.dealer,
        state="offered",
        answer_by=now + timedelta(days=1),
        remark=side.mark,
        created_at=now,
    )
    credit = PartCredit.objects.create(
        part=part,
        node=side.dealer,
        cause="shipped",
        shipment=1,
        number=f"{placed.number}-1-S",
        on=timezone.localdate(now),
        currency="CNY",
        goods=Decimal(20),
        fee=Decimal(1),
        created_at=now,
    )
    side.records |= {"supply_point": point.pk, "part": part.pk}
    side.texts |= {placed.number, credit.number}


def _make_and_push(side: Any, sku_id: int, now: datetime) -> None:
    """Production at the region, a promise to the dealer, and a purchase order for its order."""
    line = ScheduledProduction.objects.create(
        node=side.region, sku_id=sku_id, on=timezone.localdate(now), quantity=5, ref=side.mark
    )
    SupplierLink.objects.create(
        node=side.region, connector=SupplierSimulator.code, account=side.mark
    )
    outgoing = Outgoing(
        node_id=side.region.pk,
        connector=SupplierSimulator.code,
        kind="x12.850",
        key=f"PO-{side.mark}",
        subject=f"PO-{side.mark}",
        body=side.mark,
    )
    purchase = PurchaseOrder.objects.create(
        order_id=side.records["order"],
        node=side.region,
        number=f"PO-{side.mark}",
        connector=SupplierSimulator.code,
        message=queue_message(outgoing, now=now),
        created_at=now,
    )
    bought = OrderLine.objects.filter(order=side.records["order"])[0]
    PurchaseLine.objects.create(
        purchase=purchase, line=bought, sku_id=bought.sku_id, unit=bought.unit, row=1, quantity=1
    )
    Promise.objects.create(
        node=side.region,
        sku_id=sku_id,
        partner=side.dealer,
        on=timezone.localdate(now),
        quantity=1,
        ref=f"order:{side.records['order']}",
    )
    side.records |= {
        "production": line.pk,
        "purchase": purchase.pk,
        "message_out": purchase.message_id,
    }


def _divide(side: Any, rule: QuotaRule, sku: Sku, now: datetime) -> None:
    today = timezone.localdate(now)
    draft = AllocationDraft(
        node=side.region,
        among=side.region,
        sku=sku,
        rule=rule,
        supply=Decimal(120),
        unit="case",
        starts=today,
        until=today + timedelta(days=30),
        note=side.mark,
    )
    made = create_allocation(draft, actor=SYSTEM, now=now)
    for move in (compute_allocation, approve_allocation, publish_allocation):
        made = move(made, actor=SYSTEM, now=now)
    side.records |= {"allocation": made.pk, "allocation_line": made.lines.get().pk}


def _ship(side: Any, sku_id: int, now: datetime) -> None:
    """To the dealer, and from the dealer to its store; one of two packages arrives."""
    ours = _received(side, side.dealer.pk, sku_id, now)
    sold = _received(side, side.store.pk, sku_id, now)
    side.records |= {
        "shipment": ours.pk,
        "claim": ours.claims.get().pk,
        "claim_supplied": sold.claims.get().pk,
    }


def _received(side: Any, node_id: int, sku_id: int, now: datetime) -> Shipment:
    placed = create_order(
        node_id=node_id,
        lines=[NewLine(sku_id, "piece", Decimal(10))],
        submit=True,
        confirm=True,
        actor=SYSTEM,
        now=now,
        note=side.mark,
    )
    order = Order.objects.get(pk=placed.order_id)
    shipment = create_shipment(order, actor=SYSTEM, now=now)
    shipment = pack_shipment(shipment, packages=2, actor=SYSTEM, now=now)
    shipment = ship_shipment(shipment, carrier="own", actor=SYSTEM, now=now)
    scanned = [shipment.packages.all()[0].sscc]
    receipt = Receipt(scanned=scanned, receiver=side.mark, note=side.mark)
    shipment = receive_shipment(shipment, receipt, actor=SYSTEM, now=now)
    side.texts |= {order.number, shipment.number}
    return shipment
