"""A quota that many orders want at once is never oversold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.goods.allocation.errors import QuotaShort
from yunhe.goods.allocation.models import QuotaRule
from yunhe.goods.allocation.queries import quota_rows
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    compute_allocation,
    create_allocation,
    publish_allocation,
)
from yunhe.platform.access.models import Node
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.services import NewLine, create_order

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)


def divide(hq: int, sku: int) -> None:
    """50 bottles among ten equal dealers: 5 each."""
    rule = QuotaRule.objects.create(code="EQ", name="均分", history_part=0, tiers={"growth": "1"})
    node, today, now = Node.objects.get(pk=hq), timezone.localdate(), timezone.now()
    draft = AllocationDraft(
        node=node,
        among=node,
        sku=Sku.objects.get(pk=sku),
        rule=rule,
        supply=Decimal(50),
        unit="bottle",
        starts=today,
        until=today + timedelta(days=7),
    )
    made = create_allocation(draft, actor=ACTOR, now=now)
    for move in (compute_allocation, approve_allocation, publish_allocation):
        made = move(made, actor=ACTOR, now=now)


def test_forty_orders_want_five_bottles_each_of_ten_dealers(market) -> None:
    hq, dealers, skus = market
    with transaction.atomic():
        divide(hq, skus[0])

    def place(number: int) -> str:
        try:
            with transaction.atomic():
                create_order(
                    node_id=dealers[number % 10],
                    lines=[NewLine(skus[0], "bottle", Decimal(2))],
                    submit=True,
                    actor=ACTOR,
                    now=timezone.now(),
                )
        except QuotaShort:
            return "refused"
        return "taken"

    results = in_threads(40, place, workers=12)
    # five bottles are two orders of two; the third and fourth order of each dealer are refused
    assert results == {"taken": 20, "refused": 20}
    assert {quota.left for quota in quota_rows()} == {Decimal(1)}
