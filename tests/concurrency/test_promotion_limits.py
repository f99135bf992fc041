"""Many orders want the last budget and the last uses of a promotion: the limit decides, nobody loses an order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market  # noqa: F401  # the same market
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.platform.access.models import Node
from yunhe.platform.capacity.models import Account
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, cancel_order, create_order
from yunhe.trade.promotions.errors import UsedUp
from yunhe.trade.promotions.models import BUDGET, USES
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

pytestmark = pytest.mark.django_db(transaction=True)
PAID = Decimal(20)
REDUCED = Decimal(18)


def promote(hq: int, **limits):
    draft = PromotionDraft(
        name="九折",
        kind="percent",
        definition={"percent": "10"},
        valid_from=date(2020, 1, 1),
        places=[hq],
        **limits,
    )
    with transaction.atomic():
        one = create_promotion(Node.objects.get(pk=hq), code="P", draft=draft, actor=ACTOR)
        submit_promotion(one, actor=ACTOR, now=timezone.now())
        return publish_promotion(one, actor=ACTOR, now=timezone.now())


def order(dealer: int, sku: int) -> str:
    """Ten bottles at 2.00; who comes too late for the promotion asks once more and pays in full."""
    for _attempt in range(2):
        try:
            with transaction.atomic():
                placed = create_order(
                    node_id=dealer,
                    lines=[NewLine(sku, "bottle", Decimal(10))],
                    actor=ACTOR,
                    now=timezone.now(),
                    submit=True,
                )
        except UsedUp:
            continue
        return str(placed.total.normalize())
    return "refused"


def reserved(kind: str) -> Decimal:
    return sum((a.reserved for a in Account.objects.filter(kind=kind)), Decimal(0))


@pytest.mark.parametrize(
    ("limits", "kind", "held"),
    [({"uses": 3}, USES, Decimal(3)), ({"budget": Decimal(6)}, BUDGET, Decimal(6))],
)
def test_ten_orders_share_three_promotions_and_all_are_placed(market, limits, kind, held):  # noqa: F811
    hq, dealers, skus = market
    promote(hq, **limits)
    done = in_threads(10, lambda n: order(dealers[n], skus[n]), workers=10)
    assert done["refused"] == 0
    assert done[str(REDUCED.normalize())] == 3
    assert done[str(PAID.normalize())] == 7
    assert reserved(kind) == held
    for one in Order.objects.filter(total=REDUCED):
        with transaction.atomic():
            cancel_order(one, reason="", actor=ACTOR, now=timezone.now())
    assert reserved(kind) == 0
