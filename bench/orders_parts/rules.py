"""What stands on the way of every order in the benchmark: promotions, a quota, approval, a licence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

SPECIAL = 20
SCARCE = 4


def add_rules(hq: Any, skus: list[int]) -> list[int]:
    """Put them in force; returns the products that they concern: each order has one of these.

    The first four are scarce, six more have ten percent off, ten more are bought ten to get one within
    a budget. Orders from 1,500 on get one percent off. Orders from a million on would need approval,
    and products of another category a licence: both are asked of every order.
    """
    special = skus[:SPECIAL]
    _promotions(hq, special)
    _quotas(hq, special[:SCARCE])
    _approval(hq)
    _licence()
    return special


def _promotions(hq: Any, special: list[int]) -> None:
    from django.utils import timezone

    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.promotions.services import (
        PromotionDraft,
        create_promotion,
        publish_promotion,
        submit_promotion,
    )

    actor, now = system_principal("bench"), timezone.now()
    terms: list[dict[str, Any]] = [
        {"kind": "percent", "definition": {"percent": "10"}, "selector": {"skus": special[4:10]}},
        {
            "kind": "buy_get",
            "definition": {"buy": 10, "get": 1},
            "selector": {"skus": special[10:]},
            "budget": Decimal(10**9),
        },
        {
            "kind": "threshold",
            "definition": {"measure": "spend", "steps": [{"floor": "1500", "percent": "1"}]},
        },
    ]
    for term in terms:
        draft = PromotionDraft(
            name=term["kind"], stacking="additive", valid_from=timezone.localdate(now), **term
        )
        made = create_promotion(hq, code=term["kind"].upper(), draft=draft, actor=actor)
        submit_promotion(made, actor=actor, now=now)
        publish_promotion(made, actor=actor, now=now)


def _quotas(hq: Any, scarce: list[int]) -> None:
    from django.utils import timezone

    from yunhe.goods.allocation.models import QuotaRule
    from yunhe.goods.allocation.services import (
        AllocationDraft,
        approve_allocation,
        compute_allocation,
        create_allocation,
        publish_allocation,
    )
    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.catalog.models import Sku

    actor, now = system_principal("bench"), timezone.now()
    rule = QuotaRule.objects.create(code="EQ", name="均分", history_part=0, tiers={"growth": "1"})
    for sku in Sku.objects.filter(pk__in=scarce):
        draft = AllocationDraft(
            node=hq,
            among=hq,
            sku=sku,
            rule=rule,
            supply=Decimal(10**8),
            unit="bottle",
            starts=timezone.localdate(now) - timedelta(days=1),
            until=timezone.localdate(now) + timedelta(days=30),
        )
        made = create_allocation(draft, actor=actor, now=now)
        for move in (compute_allocation, approve_allocation, publish_allocation):
            made = move(made, actor=actor, now=now)


def _approval(hq: Any) -> None:
    from yunhe.platform.access.principal import system_principal
    from yunhe.platform.workflow.services import ChainDraft, save_chain

    step = {"key": "ops", "name": "销售运营", "roles": ["sales_ops"]}
    draft = ChainDraft(
        kind="orders.order", name="大额订单", amount_from=Decimal(10**6), steps=(step,)
    )
    save_chain(hq, draft=draft, actor=system_principal("bench"))


def _licence() -> None:
    from datetime import date

    from yunhe.trade.catalog.models import Category
    from yunhe.trade.compliance.models import Rule

    other = Category.objects.create(code="ALCOHOL", name="酒类")
    Rule.objects.create(
        code="ALC",
        name="酒类需许可证",
        category=other,
        demand="licence",
        licence_kind="alcohol",
        starts_on=date(2020, 1, 1),
    )
