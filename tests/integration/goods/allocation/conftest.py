"""The shop of the orders' tests with 46 dealers more, and a rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.integration.trade.orders.conftest import ACTOR, Shop, shop

from yunhe.channel.network.models import Partner
from yunhe.goods.allocation.models import Allocation, QuotaRule
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    compute_allocation,
    create_allocation,
    publish_allocation,
)
from yunhe.platform.access.models import Node, NodeKind

__all__ = ["ACTOR", "Shop", "shop"]


@pytest.fixture
def rule(db: None) -> QuotaRule:
    """Tiers alone: core 3, growth 2, observation 1; one case for everybody."""
    return QuotaRule.objects.create(
        code="FAIR",
        name="公平分配",
        name_en="Fair",
        tier_part=100,
        history_part=0,
        tiers={"core": "3", "growth": "2", "observation": "1"},
        floor_lots=1,
    )


@pytest.fixture
def make_allocation(shop: Shop, rule: QuotaRule) -> Callable[..., Allocation]:
    """`make_allocation(supply)`: of tea, in cases of 12, among all dealers, for a month."""

    def make(
        supply: int, *, publish: bool = False, unit: str = "case", ahead: int = 0
    ) -> Allocation:
        hq = Node.objects.get(pk=shop.hq)
        today = timezone.localdate() + timedelta(days=ahead)
        draft = AllocationDraft(
            node=hq,
            among=hq,
            sku=shop.tea,
            rule=rule,
            supply=Decimal(supply),
            unit=unit,
            starts=today,
            until=today + timedelta(days=30),
        )
        now = timezone.now()
        made = create_allocation(draft, actor=ACTOR, now=now)
        made = compute_allocation(made, actor=ACTOR, now=now)
        if publish:
            made = approve_allocation(made, actor=ACTOR, now=now)
            made = publish_allocation(made, actor=ACTOR, now=now)
        return made

    return make


@pytest.fixture
def many(shop: Shop) -> list[int]:
    """46 dealers more: a third of each tier."""
    region = Node.objects.get(code="R1")
    made = []
    for at in range(46):
        node = Node.objects.create(
            code=f"X{at:02}", parent=region, name=f"经销商{at}", kind=NodeKind.PARTNER
        )
        tier = ("core", "growth", "observation")[at % 3]
        Partner.objects.create(node=node, level="dealer", tier=tier)
        made.append(node.pk)
    return made
