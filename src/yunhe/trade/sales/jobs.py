"""What sales does when something happens elsewhere."""

from __future__ import annotations

from django.utils import timezone

from yunhe.platform.access.principal import Principal
from yunhe.platform.events.registry import listen
from yunhe.trade.orders.events import OrderReceived
from yunhe.trade.sales.services import record_order


@listen(OrderReceived)
def record_received_order(event: OrderReceived, *, actor: Principal) -> None:
    """Goods count as sold in (or through) when they arrive; hearing it twice changes nothing."""
    record_order(
        number=event.number,
        buyer_id=event.node_id,
        supplier_id=event.supplier_id,
        lines=event.lines,
        on=event.on,
        currency=event.currency,
        now=timezone.now(),
    )
