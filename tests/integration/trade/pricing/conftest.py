"""A small catalogue and partners with levels and tiers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.services import PartnerRow, ensure_partners
from yunhe.platform.access.principal import system_principal
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    create_price_list,
    publish_price_list,
    set_prices,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SYSTEM = system_principal("test")


@pytest.fixture
def partners(tree):
    rows = [
        PartnerRow(code=code, name=tree[code].name, parent_code=parent, level=level, tier=tier)
        for code, parent, level, tier in [
            ("D1", "R1", Level.DEALER, Tier.CORE),
            ("D2", "R2", Level.DEALER, Tier.GROWTH),
            ("S1", "D1", Level.STORE, Tier.GROWTH),
            ("S2", "D2", Level.STORE, Tier.GROWTH),
        ]
    ]
    ensure_partners(rows, actor=SYSTEM, now=NOW)
    return tree


@pytest.fixture
def skus(db):
    return ensure_catalog(
        [
            SkuRow(
                code=code,
                name=code,
                brand=("B", "运河", ""),
                category=(("F", "食品", ""),),
                product=("P", "可乐", ""),
                base_unit="bottle",
                packs=(PackRow(unit="case", factor=12),),
            )
            for code in ("A", "B", "C")
        ],
        actor=SYSTEM,
    )


@pytest.fixture
def price_list(partners):
    """`price_list("HQ", {sku: price}, level="dealer")`: a published list with bottle prices."""

    def make(place, prices, *, code=None, publish=True, **terms):
        code = code or f"{place}-{'-'.join(map(str, terms.values())) or 'general'}"
        draft = ListDraft(name=code, valid_from=date(2026, 1, 1), **terms)
        made = create_price_list(partners[place], code=code, draft=draft, actor=SYSTEM)
        entries = [
            PriceEntry(sku_id=sku, unit="bottle", price=Decimal(price))
            for sku, price in prices.items()
        ]
        set_prices(made, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=NOW)
        return publish_price_list(made, actor=SYSTEM) if publish else made

    return make
