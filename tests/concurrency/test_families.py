"""Two parts of a split order are amended at once: unlocked each recounts what the other leaves, and they
stop each other; in turn both are counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR, act_as, ops, shop  # noqa: F401
from tests.integration.trade.orders.test_family import NOW, amend
from tests.integration.trade.orders.test_recounting import place, used

from yunhe.platform.access.models import Node
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewPart, amending, split_order
from yunhe.trade.promotions.models import BUDGET
from yunhe.trade.promotions.services import (
    PromotionDraft,
    create_promotion,
    publish_promotion,
    submit_promotion,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def over_fifty(shop):  # noqa: F811
    """Ten per cent off from 50.00 on."""
    steps = {"measure": "spend", "steps": [{"floor": "50", "percent": "10"}]}
    draft = PromotionDraft(
        name="Autumn",
        kind="threshold",
        definition=steps,
        valid_from=date(2026, 11, 1),
        stacking="additive",
        budget=Decimal(100),
    )
    with transaction.atomic():
        node = Node.objects.get(pk=shop.hq)
        one = create_promotion(node, code="P", draft=draft, actor=ACTOR)
        submit_promotion(one, actor=ACTOR, now=NOW)
        return publish_promotion(one, actor=ACTOR, now=NOW)


@pytest.fixture
def parts(shop, over_fifty):  # noqa: F811
    """Of 30 bottles with ten per cent off two parts of 15: amended to 10 each they earn nothing."""
    with transaction.atomic():
        order = place(shop, ACTOR, shop.line(shop.water, 30), confirm=True)
        half = NewPart(supplier_id=shop.hq, quantities={1: Decimal(15)})
        made = split_order(order, [half, half], actor=ACTOR, now=NOW)
    return [part.pk for part in made]


def to_ten(number: int) -> str:
    try:
        with transaction.atomic():
            amend(Order.objects.get(pk=number), 1, 10, ACTOR)
    except DatabaseError:
        return "stopped"
    return "amended"


def test_unlocked_they_write_each_others_lines_and_stop_each_other(parts, monkeypatch):
    replace_lock(monkeypatch, (amending,), "lock_family", lambda _order: None)
    meet_after(monkeypatch, (amending,), "family_of")
    assert in_threads(2, lambda n: to_ten(parts[n]), workers=2) == {"amended": 1, "stopped": 1}


def test_in_turn_both_count_on_what_the_other_left(parts, over_fifty):
    assert in_threads(2, lambda n: to_ten(parts[n]), workers=2) == {"amended": 2}
    totals = Order.objects.filter(pk__in=parts).values_list("total", flat=True)
    assert list(totals) == [Decimal(20), Decimal(20)]
    assert used(BUDGET, str(over_fifty.pk)) == (0, 0)
