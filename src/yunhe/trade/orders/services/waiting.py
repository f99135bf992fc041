"""Goods were produced: orders that waited for them get their stock, those promised first before the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from yunhe.goods.schedule.queries import promised_refs
from yunhe.goods.schedule.services import fulfil_promises
from yunhe.goods.stock.queries import SUPPLY, supply_key
from yunhe.platform.access.principal import Principal
from yunhe.platform.capacity import services as capacity
from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.events.outbox import Emission, emit_all
from yunhe.trade.orders.choices import HOLDING
from yunhe.trade.orders.events import OrderStocked
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import id_of
from yunhe.trade.orders.services.steps import facts_of, record_moves


def stock_waiting(
    place_id: int, sku_ids: Collection[int], *, actor: Principal, now: datetime
) -> list[Order]:
    """Reserve stock for waiting orders, in the order in which they were promised; those that got it.

    Each gets all its goods or none; the promise ends when the stock is held. Two statements an order
    beside eight. Runs under the owner role. Emits OrderStocked.
    """
    refs = promised_refs(place_id, sku_ids)
    waiting = Order.objects.filter(
        pk__in=[id_of(ref) for ref in refs], awaiting=True, status__in=HOLDING
    )
    orders = {order.ref: order for order in lock_orders(waiting.values_list("pk", flat=True))}
    wanted = {ref: _wanted(orders[ref]) for ref in refs if ref in orders}
    capacity.lock_accounts(SUPPLY, sorted({key for keys in wanted.values() for key in keys}))
    stocked = []
    for ref, amounts in wanted.items():
        try:
            capacity.reserve(SUPPLY, amounts, ref=ref)
        except CapacityExceeded:
            continue
        fulfil_promises(ref, now=now)
        stocked.append(orders[ref])
    if stocked:
        Order.objects.filter(pk__in=[order.pk for order in stocked]).update(awaiting=False)
        for order in stocked:
            order.awaiting = False
            record_moves([order], "stocked", order.status, actor=actor, now=now)
        emit_all(
            Emission(OrderStocked(**facts_of(order)), order.node_id, order.number)
            for order in stocked
        )
    return stocked


def _wanted(order: Order) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for line in order.lines.all():
        key = supply_key(order.supplier_id, line.sku_id)
        amounts[key] = amounts.get(key, Decimal(0)) + line.open_quantity
    return {key: quantity for key, quantity in amounts.items() if quantity}
