"""The demo's chains, minimum prices and waiting price change, on a story of one product."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import polars as pl
import pytest

from yunhe.channel.network.models import Partner
from yunhe.demo.approvals import load_approvals
from yunhe.demo.network import HQ_CODE
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.workflow.models import Approval, Definition
from yunhe.trade.catalog.services import SkuRow, ensure_catalog
from yunhe.trade.pricing.models import CompetitorPrice, PriceChange, RetailFloor
from yunhe.trade.pricing.services import (
    ListDraft,
    PriceEntry,
    create_price_list,
    publish_price_list,
    set_prices,
)
from yunhe.trade.promotions.models import Promotion

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def context(tree, make_user):
    Node.objects.filter(code="HQ").update(code=HQ_CODE)
    headquarters = Node.objects.get(code=HQ_CODE)
    Partner.objects.create(node=tree["D1"], level="dealer", tier="growth")
    Partner.objects.create(node=tree["S1"], level="store")
    make_user("finance", headquarters)
    make_user("director", headquarters)
    make_user("policy_manager", headquarters, "policy")
    make_user("sales_ops", headquarters, "sales")
    row = SkuRow(
        code="K1",
        name="可乐",
        brand=("B", "运河", ""),
        category=(("F", "食品", ""),),
        product=("P", "可乐", ""),
    )
    skus = ensure_catalog([row], actor=SYSTEM)
    made = create_price_list(
        headquarters,
        code="PL-CORE",
        draft=ListDraft(name="核心", level="dealer", valid_from=date(2026, 1, 1)),
        actor=SYSTEM,
    )
    price = PriceEntry(sku_id=skus["K1"], unit="piece", price=Decimal("10.00"))
    set_prices(made, [price], effective=date(2026, 1, 1), actor=SYSTEM, now=NOW)
    publish_price_list(made, actor=SYSTEM)
    lines = pl.DataFrame(
        {
            "price_list": ["PL-MINIMUM"],
            "sku": ["K1"],
            "unit": ["ea"],
            "price": [Decimal("12.00")],
            "valid_from": [date(2026, 1, 1)],
        }
    )
    return SimpleNamespace(
        story=SimpleNamespace(prices=SimpleNamespace(lines=lines)),
        skus=skus,
        today=date(2026, 11, 22),
        at=lambda _day: NOW,
        actor=SYSTEM,
    )


def test_the_step_loads_once(context):
    for _again in range(2):
        load_approvals(context)
    assert Definition.objects.count() == 3
    assert RetailFloor.objects.get().price == 12
    assert CompetitorPrice.objects.count() == 8
    change = PriceChange.objects.get()
    assert (change.state, change.lines.get().price) == ("submitted", Decimal("10.20"))
    approval = Approval.objects.get(kind="pricing.change")
    assert approval.open_steps == ["finance"]
    promotion = Promotion.objects.get()
    asked = Approval.objects.get(kind="promotions.publish")
    assert (promotion.status, asked.open_steps) == ("submitted", ["director"])
    assert asked.requested_by.username == "policy"
