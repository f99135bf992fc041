"""The portal's cart: one draft a person and partner, changed product by product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.errors import DraftChanged, IllegalMove
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import cart_of, draft_token, order_for
from yunhe.trade.orders.services.deciding import cancel_order
from yunhe.trade.orders.services.drafts import Details, change_draft
from yunhe.trade.orders.services.offering import paid_lines
from yunhe.trade.orders.services.placing import NewLine, create_order


@dataclass(frozen=True)
class Wish:
    """How much of a product the cart shall hold; a quantity of zero takes it out."""

    unit: str
    quantity: Decimal


def put_in_cart(
    wishes: Mapping[int, Wish],
    *,
    node_id: int,
    actor: Principal,
    now: datetime,
    seen: str | None = None,
    details: Details | None = None,
) -> Order | None:
    """Set the quantities of some products, leaving the others; None when the cart is empty then.

    `seen` is the `draft_token` of the cart that the page showed. Raises as `create_order`, and
    DraftChanged when the cart is another now.
    """
    cart = cart_of(actor, node_id)
    if seen is not None and seen != draft_token(cart):
        raise DraftChanged(
            _(
                "The cart was changed on another device since this page was opened. Nothing was "
                "saved: check the quantities and send them again."
            )
        )
    held = (
        {line.sku_id: Wish(line.unit, line.quantity) for line in cart.lines.all()} if cart else {}
    )
    wanted = {sku_id: wish for sku_id, wish in (held | dict(wishes)).items() if wish.quantity > 0}
    lines = [NewLine(sku_id, wish.unit, wish.quantity) for sku_id, wish in wanted.items()]
    if cart and not lines:
        cancel_order(cart, reason="", actor=actor, now=now)
        return None
    if cart:
        return change_draft(cart, lines=lines, details=details, actor=actor, now=now)
    if not lines:
        return None
    told = details or Details()
    placed = create_order(
        node_id=node_id,
        lines=lines,
        actor=actor,
        now=now,
        source=Source.PORTAL,
        note=told.note,
        wanted_on=told.wanted_on,
        address_id=told.address_id,
        choices=told.choices,
    )
    return order_for(placed.order_id)


def copy_order(order: Order, *, actor: Principal, now: datetime) -> Order:
    """A new draft with the lines of an order, of its kind and under its agreement, priced today; free goods
    come anew when it is submitted. The cart stays as it is.

    Raises as `create_order`.
    """
    placed = create_order(
        node_id=order.node_id,
        lines=[
            NewLine(line.sku_id, line.unit, line.quantity) for line in paid_lines(order.lines.all())
        ],
        actor=actor,
        now=now,
        kind=order.kind,
        reason=order.reason,
        agreement=order.agreement,
        choices=order.choices,
    )
    return order_for(placed.order_id)


def order_again(order: Order, *, actor: Principal, now: datetime) -> Order | None:
    """Put the lines of an earlier order into the cart.

    Raises as `create_order`, and IllegalMove for a call-off: the cart has list prices.
    """
    if order.agreement:
        message = _(
            "Order %(number)s was called off from blanket order %(frame)s: call the goods off from "
            "there, the cart has list prices."
        )
        raise IllegalMove(message % {"number": order.number, "frame": order.agreement})
    wishes = {line.sku_id: Wish(line.unit, line.quantity) for line in paid_lines(order.lines.all())}
    return put_in_cart(wishes, node_id=order.node_id, actor=actor, now=now)
