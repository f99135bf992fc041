"""The shop of the orders' tests."""

from __future__ import annotations

from tests.integration.trade.orders.conftest import ACTOR, Shop, shop

__all__ = ["ACTOR", "Shop", "shop"]
