"""Writes of orders, by use case."""

from __future__ import annotations

from yunhe.trade.orders.services.cart import Wish, order_again, put_in_cart
from yunhe.trade.orders.services.deciding import (
    cancel_order,
    close_order,
    confirm_order,
    confirm_orders,
)
from yunhe.trade.orders.services.drafts import change_draft, submit_order
from yunhe.trade.orders.services.placing import NewLine, Placed, create_order
from yunhe.trade.orders.services.receiving import credit_missing, receive_order
from yunhe.trade.orders.services.shipping import ship_order

__all__ = [
    "NewLine",
    "Placed",
    "Wish",
    "cancel_order",
    "change_draft",
    "close_order",
    "confirm_order",
    "confirm_orders",
    "create_order",
    "credit_missing",
    "order_again",
    "put_in_cart",
    "receive_order",
    "ship_order",
    "submit_order",
]
