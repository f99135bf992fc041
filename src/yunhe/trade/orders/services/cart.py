"""The portal's cart: one draft a person and partner, changed product by product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yunhe.platform.access.principal import Principal
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import cart_of, order_for
from yunhe.trade.orders.services.deciding import cancel_order
from yunhe.trade.orders.services.drafts import change_draft
from yunhe.trade.orders.services.offering import paid_lines
from yunhe.trade.orders.services.placing import NewLine, create_order


@dataclass(frozen=True)
class Wish:
    """How much of a product the cart shall hold; a quantity of zero takes it out."""

    unit: str
    quantity: Decimal


def put_in_cart(
    wishes: Mapping[int, Wish], *, node_id: int, actor: Principal, now: datetime
) -> Order | None:
    """Set the quantities of some products, leaving the others; None when the cart is empty then.

    Raises as `create_order`.
    """
    cart = cart_of(actor, node_id)
    held = (
        {line.sku_id: Wish(line.unit, line.quantity) for line in cart.lines.all()} if cart else {}
    )
    wanted = {sku_id: wish for sku_id, wish in (held | dict(wishes)).items() if wish.quantity > 0}
    lines = [NewLine(sku_id, wish.unit, wish.quantity) for sku_id, wish in wanted.items()]
    if cart and not lines:
        cancel_order(cart, reason="", actor=actor, now=now)
        return None
    if cart:
        return change_draft(cart, lines=lines, actor=actor, now=now)
    if not lines:
        return None
    placed = create_order(node_id=node_id, lines=lines, actor=actor, now=now, source=Source.PORTAL)
    return order_for(placed.order_id)


def order_again(order: Order, *, actor: Principal, now: datetime) -> Order | None:
    """Put the lines of an earlier order into the cart. Raises as `create_order`."""
    wishes = {line.sku_id: Wish(line.unit, line.quantity) for line in paid_lines(order.lines.all())}
    return put_in_cart(wishes, node_id=order.node_id, actor=actor, now=now)
