"""Writes of orders, by use case."""

from __future__ import annotations

from yunhe.trade.orders.services.addressing import change_address
from yunhe.trade.orders.services.amending import (
    amend_order,
    close_short,
    is_amendable,
    reopen_order,
    reprice_order,
    substitute_line,
)
from yunhe.trade.orders.services.cart import Wish, copy_order, order_again, put_in_cart
from yunhe.trade.orders.services.deciding import (
    cancel_order,
    close_order,
    confirm_order,
    confirm_orders,
)
from yunhe.trade.orders.services.drafts import (
    Details,
    change_draft,
    park_draft,
    price_draft,
    submit_order,
    take_up_draft,
)
from yunhe.trade.orders.services.many import ManyPlaced, place_orders
from yunhe.trade.orders.services.offering_many import NewOrder
from yunhe.trade.orders.services.picking import AskedGift
from yunhe.trade.orders.services.placing import NewLine, Placed, create_order, line_faults
from yunhe.trade.orders.services.receiving import credit_missing, receive_order
from yunhe.trade.orders.services.repricing import PriceChange, price_changes
from yunhe.trade.orders.services.shelf import (
    delete_template,
    save_template,
    set_favourite,
    use_template,
)
from yunhe.trade.orders.services.shipping import check_stocked, ship_order
from yunhe.trade.orders.services.splitting import NewPart, split_order
from yunhe.trade.orders.services.steps import sells
from yunhe.trade.orders.services.terms import NewTerms, set_order_terms
from yunhe.trade.orders.services.waiting import stock_waiting

__all__ = [
    "AskedGift",
    "Details",
    "ManyPlaced",
    "NewLine",
    "NewOrder",
    "NewPart",
    "NewTerms",
    "Placed",
    "PriceChange",
    "Wish",
    "amend_order",
    "cancel_order",
    "change_address",
    "change_draft",
    "check_stocked",
    "close_order",
    "close_short",
    "confirm_order",
    "confirm_orders",
    "copy_order",
    "create_order",
    "credit_missing",
    "delete_template",
    "is_amendable",
    "line_faults",
    "order_again",
    "park_draft",
    "place_orders",
    "price_changes",
    "price_draft",
    "put_in_cart",
    "receive_order",
    "reopen_order",
    "reprice_order",
    "save_template",
    "sells",
    "set_favourite",
    "set_order_terms",
    "ship_order",
    "split_order",
    "stock_waiting",
    "submit_order",
    "substitute_line",
    "take_up_draft",
    "use_template",
]
