"""A small catalogue with prices, partners, and promotions as wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.services import PartnerRow, ensure_partners
from yunhe.platform.access.principal import system_principal
from yunhe.trade.catalog.models import Brand, Category, PackUnit, Product, Sku
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    create_price_list,
    publish_price_list,
    set_prices,
)
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
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
def skus(partners):
    """A, B, C at 10, 20, 5 a bottle everywhere; a case has 12 bottles."""
    food = Category.objects.create(code="F", name="食品")
    drinks = Category.objects.create(code="W", name="饮料", parent=food)
    brand = Brand.objects.create(code="B", name="运河")
    product = Product.objects.create(code="P", name="可乐", brand=brand, category=drinks)
    found = {}
    for code in ("A", "B", "C"):
        sku = Sku.objects.create(code=code, name=f"{code}水", product=product, base_unit="bottle")
        PackUnit.objects.create(sku=sku, unit="case", factor=12)
        found[code] = sku.pk
    draft = ListDraft(name="general", valid_from=date(2026, 1, 1))
    prices = create_price_list(partners["HQ"], code="G", draft=draft, actor=SYSTEM)
    entries = [
        PriceEntry(sku_id=found[code], unit="bottle", price=Decimal(price))
        for code, price in (("A", 10), ("B", 20), ("C", 5))
    ]
    set_prices(prices, entries, effective=date(2026, 1, 1), actor=SYSTEM, now=NOW)
    publish_price_list(prices, actor=SYSTEM)
    return found


@pytest.fixture
def promotion(skus, partners):
    """`promotion("HQ", kind="percent", definition={"percent": "10"})`: a published promotion."""
    made = []

    def make(place="HQ", *, publish=True, **terms):
        defaults = {
            "name": f"P{len(made) + 1}",
            "kind": "percent",
            "definition": {"percent": "10"},
            "valid_from": date(2026, 11, 1),
            "places": [partners[place].pk],
        }
        draft = PromotionDraft(**defaults | terms)
        found = create_promotion(
            partners["HQ"], code=f"P{len(made) + 1}", draft=draft, actor=SYSTEM
        )
        made.append(found)
        if publish:
            submit_promotion(found, actor=SYSTEM, now=NOW)
            found = publish_promotion(found, actor=SYSTEM, now=NOW)
        return found

    return make


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in the language of the source."""
    with translation.override("en"):
        yield
