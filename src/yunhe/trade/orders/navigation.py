"""Menu entries of orders."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import principal_of
from yunhe.platform.ui.navigation import NavItem
from yunhe.trade.orders import permissions
from yunhe.trade.orders.queries import count_to_answer, count_waiting


def _waiting(request: HttpRequest) -> int:
    return count_waiting()


def _to_answer(request: HttpRequest) -> int:
    return count_to_answer(principal_of(request).home_id or 0)


ITEMS = [
    NavItem(
        _("Orders"),
        "orders:list",
        "shopping-cart",
        "trade",
        permission=permissions.VIEW,
        order=10,
        counter=_waiting,
    ),
    NavItem(
        _("Order"),
        "orders_portal:catalogue",
        "shopping-cart",
        "order",
        permission=permissions.CREATE,
        order=10,
        face="portal",
    ),
    NavItem(
        _("Orders from stores"),
        "orders_portal:supply",
        "building-store",
        "order",
        permission=permissions.SUPPLY,
        order=25,
        face="portal",
        counter=_to_answer,
    ),
    NavItem(
        _("My orders"),
        "orders_portal:list",
        "list",
        "order",
        permission=permissions.VIEW_OWN,
        order=20,
        face="portal",
    ),
]
