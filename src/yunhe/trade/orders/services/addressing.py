"""Send an order somewhere else."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.outbox import emit
from yunhe.trade.orders.choices import HOLDING, OrderStatus
from yunhe.trade.orders.errors import IllegalMove
from yunhe.trade.orders.events import OrderAmended
from yunhe.trade.orders.locks import lock_orders
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import AMEND
from yunhe.trade.orders.services.placing import address_of
from yunhe.trade.orders.services.steps import facts_of, record_moves


def change_address(order: Order, address_id: int, *, actor: Principal, now: datetime) -> Order:
    """Send what is not shipped yet to another address of the partner; both stand in the history.

    A partner may until the order is confirmed, headquarters until everything is shipped. Emits
    OrderAmended once the order is placed. Raises NotAllowed, IllegalMove, AddressRefused.
    """
    actor.check(AMEND)
    [order] = lock_orders([order.pk])
    if order.status not in (OrderStatus.DRAFT, *HOLDING):
        message = _("Order %(number)s is “%(status)s”: its address cannot be changed any more.")
        words = {"number": order.number, "status": order.get_status_display()}
        raise IllegalMove(message % words)
    early = order.status in (OrderStatus.DRAFT, OrderStatus.SUBMITTED)
    if actor.is_partner and not early:
        raise NotAllowed(_("The order is confirmed: ask your supplier to change it."))
    before, after = order.ship_to or {}, address_of(order.node_id, address_id)
    if before == after:
        return order
    order.ship_to, order.revision = after, order.revision + 1
    order.save(update_fields=["ship_to", "revision"])
    note = f"{_place(before)} → {_place(after)}"
    record_moves([order], "address", order.status, actor=actor, now=now, note=note)
    if order.status != OrderStatus.DRAFT:
        event = OrderAmended(**facts_of(order), before=order.total, what=_("delivery address"))
        emit(event, node_id=order.node_id, subject=order.number)
    return order


def _place(address: dict[str, str]) -> str:
    """Where, without who: the history is read by people who need not know phone numbers."""
    return f"{address['region']}{address['street']}" if address else "–"
