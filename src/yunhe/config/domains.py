"""The rooms of the house, lowest first: the order in which they may know each other.

A domain may import those above it in this list, never those below (checked by import-linter and
by the foreign-key-direction test).
"""

from __future__ import annotations

PLATFORM = (
    "yunhe.platform.ui",
    "yunhe.platform.accounts",
    "yunhe.platform.access",
    "yunhe.platform.events",
    "yunhe.platform.jobs",
    "yunhe.platform.api",
    "yunhe.platform.audit",
    "yunhe.platform.capacity",
    "yunhe.platform.files",
    "yunhe.platform.notifications",
    "yunhe.platform.workflow",
    "yunhe.platform.connectors",
    "yunhe.platform.intake",
    "yunhe.platform.metrics",
    "yunhe.platform.ops",
)
CHANNEL = (
    "yunhe.channel.network",
    "yunhe.channel.policies",
)
FLOWS = (
    "yunhe.trade.catalog",
    "yunhe.trade.compliance",
    "yunhe.trade.pricing",
    "yunhe.trade.promotions",
    "yunhe.goods.stock",
    "yunhe.money.ledger",
    "yunhe.goods.schedule",
    "yunhe.trade.orders",
    "yunhe.trade.blankets",
    "yunhe.trade.sales",
    "yunhe.money.rebates",
    "yunhe.goods.reports",
    "yunhe.goods.transfers",
    "yunhe.trade.sourcing",
    "yunhe.goods.allocation",
    "yunhe.goods.shipping",
    "yunhe.trade.purchasing",
    "yunhe.goods.delivery",
    "yunhe.goods.returns",
)
INSIGHT = ("yunhe.insight.cockpit",)

DOMAINS = PLATFORM + CHANNEL + FLOWS + INSIGHT
