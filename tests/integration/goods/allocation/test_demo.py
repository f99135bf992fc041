"""The demo's quotas, from the shop's own products."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.demo.context import Context
from yunhe.demo.scarce import load_allocations, load_running_quota
from yunhe.goods.allocation.models import Allocation, Quota, QuotaRule
from yunhe.goods.allocation.queries import quota_rows
from yunhe.trade.sales.services import FactLine, record_facts

from .conftest import Shop

pytestmark = pytest.mark.django_db


def test_it_loads_once(shop: Shop) -> None:
    fact = FactLine(
        line_key="1",
        node_id=shop.dealer,
        sku_id=shop.tea.pk,
        on=date(2026, 11, 1),
        quantity=Decimal(600),
        amount=Decimal(2100),
        document="x",
    )
    record_facts([fact], flow="sell_in", source="test", now=timezone.now())
    context = Context(timezone.localdate(), print)
    for _again in range(2):
        load_allocations(context)
    assert Allocation.objects.get().status == "published"
    assert sum(Quota.objects.values_list("quantity", flat=True)) == 200 * 12


def test_a_running_quota_has_orders_on_it(shop: Shop, rule: QuotaRule) -> None:
    fact = FactLine(
        line_key="1",
        node_id=shop.dealer,
        sku_id=shop.tea.pk,
        on=date(2026, 11, 1),
        quantity=Decimal(600),
        amount=Decimal(2100),
        document="x",
    )
    record_facts([fact], flow="sell_in", source="test", now=timezone.now())
    load_running_quota(Context(timezone.localdate(), print))
    assert Quota.objects.get(node_id=shop.dealer).period.lower < timezone.localdate()
    assert quota_rows().get(node_id=shop.dealer).used > 0
