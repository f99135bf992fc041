"""A quota that many orders want at once is never oversold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.test_orders import market
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.channel.network.models import Partner
from yunhe.goods.allocation.errors import IllegalMove, QuotaShort
from yunhe.goods.allocation.models import Allocation, Quota, QuotaRule
from yunhe.goods.allocation.queries import quota_rows
from yunhe.goods.allocation.services import (
    AllocationDraft,
    approve_allocation,
    compute_allocation,
    create_allocation,
    expire_allocation,
    publish_allocation,
    publishing,
)
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.access.models import Node
from yunhe.platform.errors import Conflict
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewLine, cancel_order, create_order, placing

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)


def approved(hq: int, sku: int, supply: int = 50) -> Allocation:
    """Of the supply every dealer of the same tier gets the same: 50 bottles among ten are 5 each."""
    shares = {"name": "均分", "history_part": 0, "tiers": {"growth": "1"}}
    rule, _made = QuotaRule.objects.get_or_create(code="EQ", defaults=shares)
    node, today, now = Node.objects.get(pk=hq), timezone.localdate(), timezone.now()
    draft = AllocationDraft(
        node=node,
        among=node,
        sku=Sku.objects.get(pk=sku),
        rule=rule,
        supply=Decimal(supply),
        unit="bottle",
        starts=today,
        until=today + timedelta(days=7),
    )
    made = create_allocation(draft, actor=ACTOR, now=now)
    for move in (compute_allocation, approve_allocation):
        made = move(made, actor=ACTOR, now=now)
    return made


def divide(hq: int, sku: int, supply: int = 50) -> Allocation:
    """The same, published: the dealers may order."""
    return publish_allocation(approved(hq, sku, supply), actor=ACTOR, now=timezone.now())


def publish_at_once(made: list[Allocation]) -> dict[str, int]:
    """Each allocation published by a thread of its own; what became of it."""

    def publish(number: int) -> str:
        try:
            with transaction.atomic():
                publish_allocation(made[number], actor=ACTOR, now=timezone.now())
        except (Conflict, IllegalMove) as refused:
            return refused.code
        return "published"

    return dict(in_threads(len(made), publish, workers=len(made)))


def test_one_allocation_published_twice_at_once_opens_each_quota_once(market) -> None:
    hq, _dealers, skus = market
    with transaction.atomic():
        made = approved(hq, skus[0])
    assert publish_at_once([made, made]) == {"published": 1, IllegalMove.code: 1}
    assert {quota.left for quota in quota_rows()} == {Decimal(5)}


def test_without_its_lock_the_same_quotas_are_opened_twice(market, monkeypatch) -> None:
    """Both have read that it is approved: what is left to stop the second is the database's key."""
    hq, _dealers, skus = market
    with transaction.atomic():
        made = approved(hq, skus[0])
    replace_lock(
        monkeypatch, (publishing,), "lock_allocation", lambda pk: Allocation.objects.get(pk=pk)
    )
    meet_after(monkeypatch, (publishing,), "lock_allocation")
    with pytest.raises(IntegrityError, match="allocation_quota_once"):
        publish_at_once([made, made])


def test_two_allocations_of_a_product_at_once_leave_one(market, monkeypatch) -> None:
    """Neither saw the other published; the later one is refused in words, not by a fault."""
    hq, _dealers, skus = market
    with transaction.atomic():
        made = [approved(hq, skus[0]), approved(hq, skus[0], supply=100)]
    meet_after(monkeypatch, (publishing,), "_refuse_overlap")
    assert publish_at_once(made) == {"published": 1, "allocation.overlap": 1}
    assert Allocation.objects.filter(status="published").count() == 1


def test_without_the_account_everybody_gets_more_than_the_quota(market, monkeypatch) -> None:
    hq, dealers, skus = market
    with transaction.atomic():
        divide(hq, skus[0])
    monkeypatch.setattr(placing, "hold_offer", lambda _ref, _asking: None)

    def place(number: int) -> str:
        with transaction.atomic():
            create_order(
                node_id=dealers[number % 10],
                lines=[NewLine(skus[0], "bottle", Decimal(2))],
                submit=True,
                actor=ACTOR,
                now=timezone.now(),
            )
        return "taken"

    # five bottles are two orders of two: twenty of the forty sell what is not there to be sold
    assert in_threads(40, place, workers=12) == {"taken": 40}
    assert {quota.left for quota in quota_rows()} == {Decimal(5)}


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


def test_forty_eight_dealers_race_and_what_is_unused_returns(market) -> None:
    """96 bottles are two for each of 48 dealers; each sends three orders of one at once, and the
    allocation is ended in the middle of it: nothing is lost between used and returned."""
    hq, dealers, skus = market
    parent = Node.objects.get(pk=hq)
    for number in range(10, 48):
        node = Node.objects.create(code=f"D{number}", name="经销商", kind="partner", parent=parent)
        Partner.objects.create(node=node, level="dealer", tier="growth")
        set_credit_limit(
            node_id=node.pk, amount=Decimal(10**6), reason="", actor=ACTOR, now=timezone.now()
        )
        dealers.append(node.pk)
    with transaction.atomic():
        made = divide(hq, skus[0], 96)
    assert set(Quota.objects.values_list("quantity", flat=True)) == {Decimal(2)}

    def place(number: int) -> str:
        try:
            with transaction.atomic():
                create_order(
                    node_id=dealers[number % 48],
                    lines=[NewLine(skus[0], "bottle", Decimal(1))],
                    submit=True,
                    actor=ACTOR,
                    now=timezone.now(),
                )
        except QuotaShort:
            return "refused"
        except Conflict as error:
            return error.code
        return "taken"

    assert in_threads(96, place, workers=12) == {"taken": 96}
    assert in_threads(48, place, workers=12) == {"refused": 48}
    for order in Order.objects.filter(node_id__in=dealers[:6]):
        with transaction.atomic():
            cancel_order(order, reason="", actor=ACTOR, now=timezone.now())

    def end_or_place(number: int) -> str:
        if number:
            return place(number % 6)
        with transaction.atomic():
            expire_allocation(made, actor=ACTOR, now=timezone.now())
        return "ended"

    results = in_threads(13, end_or_place, workers=6)
    assert results["ended"] == 1
    # an order that met the end of its quota is told to try again
    assert set(results) <= {"ended", "taken", "refused", "orders.changed"}
    held = {row.node_id: row for row in quota_rows()}
    assert {row.used + row.returned for row in held.values()} == {Decimal(2)}
