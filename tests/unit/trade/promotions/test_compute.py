"""The worked tables of docs/algorithms/promotions.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from yunhe.trade.promotions.compute import (
    AmountOff,
    Bundle,
    BuyGet,
    GiftChoice,
    Line,
    MixMatch,
    PercentOff,
    Promotion,
    Selector,
    Threshold,
    ThresholdStep,
    compute,
)
from yunhe.trade.promotions.compute.rules import Gift, Measure, MixReward

CASE = {"bottle": Decimal(1), "case": Decimal(12)}


def line(row, amount, *, sku=None, quantity=1, **more):
    return Line(row, sku or row, Decimal(quantity), Decimal(amount), **more)


def promo(rule, number=1, **more):
    return Promotion(number, f"P{number}", rule, **more)


def discounts(result):
    return [one.discount for one in result.lines]


ODD = ["5.60", "8.92", "44.91", "217.26", "2400"]


def test_a_full_discount_leaves_exactly_nothing():
    lines = [line(row, amount, tax_rate=Decimal("0.15")) for row, amount in enumerate(ODD, 1)]
    plain = compute(lines, [])
    assert (plain.net, plain.tax, plain.gross) == (
        Decimal("2676.69"),
        Decimal("401.50"),
        Decimal("3078.19"),
    )
    free = compute(lines, [promo(PercentOff(Decimal(100)))])
    assert [one.gross for one in free.lines] == [Decimal(0)] * 5
    assert (free.net, free.tax, free.gross) == (Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))
    assert str(free.gross) == "0.00"


def test_a_percentage_is_rounded_once():
    lines = [line(row, "0.05") for row in (1, 2, 3)]
    result = compute(lines, [promo(PercentOff(Decimal(10)))])
    assert discounts(result) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]


@pytest.mark.parametrize(
    ("cases", "free", "lacks"), [(9, 0, 1), (10, 1, 10), (15, 1, 5), (20, 2, 10), (31, 3, 9)]
)
def test_buy_ten_get_one(cases, free, lacks):
    lines = [line(1, cases * 120, sku=7, quantity=cases * 12, factors=CASE)]
    result = compute(lines, [promo(BuyGet(10, 1, unit="case"))])
    assert sum(one.quantity for one in result.free) == free
    assert result.discount == 0
    [message] = result.messages
    assert (message.code, message.figures["lacks"]) == ("missing", lacks)
    if free:
        [goods] = result.free
        assert (goods.sku, goods.unit, goods.value) == (7, "case", Decimal(120) * free)


def test_together_the_cheapest_is_free():
    lines = [
        line(1, 60, sku=1, quantity=6),
        line(2, 20, sku=2, quantity=4),
        line(3, 90, sku=3, quantity=1),
    ]
    result = compute(
        lines,
        [promo(BuyGet(5, 1, together=True, most=1), selector=Selector(skus=frozenset({1, 2})))],
    )
    [goods] = result.free
    assert (goods.sku, goods.quantity, goods.value, goods.rows) == (2, 1, Decimal(5), (1, 2))
    assert result.messages == ()


def test_a_bundle_costs_its_price():
    lines = [line(1, 50, sku=1, quantity=5), line(2, 60, sku=2, quantity=2)]
    rule = Bundle(((1, Decimal(2)), (2, Decimal(1))), Decimal(40))
    result = compute(lines, [promo(rule, selector=Selector(skus=frozenset({1, 2})))])
    assert discounts(result) == [Decimal(8), Decimal(12)]
    assert result.messages[0].figures == {
        "kind": "bundle",
        "unit": "",
        "sku-1": Decimal(1),
        "sku-2": Decimal(1),
    }


def mixed(reward, value):
    lines = [
        line(1, 30, quantity=1),
        line(2, 40, quantity=2),
        line(3, 20, quantity=2),
        line(4, 5, quantity=1),
    ]
    return compute(lines, [promo(MixMatch(3, reward, Decimal(value)))])


def test_mix_and_match():
    assert discounts(mixed(MixReward.CHEAPEST, 1)) == [0, Decimal(20), 0, Decimal(5)]
    assert mixed(MixReward.PRICE, 45).discount == 25
    assert mixed(MixReward.PERCENT, 10).discount == Decimal("9.5")


@pytest.mark.parametrize(
    ("spend", "off", "lacks"),
    [("999.99", 0, "0.01"), ("2999.99", 30, "0.01"), ("3000", 120, None)],
)
def test_threshold(spend, off, lacks):
    steps = (
        ThresholdStep(Decimal(1000), amount=Decimal(30)),
        ThresholdStep(Decimal(3000), amount=Decimal(120)),
    )
    result = compute([line(1, spend)], [promo(Threshold(Measure.SPEND, steps))])
    assert result.discount == off
    assert [message.figures["lacks"] for message in result.messages] == (
        [Decimal(lacks)] if lacks else []
    )


def test_each_full_thousand():
    steps = (ThresholdStep(Decimal(1000), amount=Decimal(50)),)
    result = compute([line(1, 3500)], [promo(Threshold(Measure.SPEND, steps, repeat=True))])
    assert (result.discount, result.messages[0].figures["lacks"]) == (150, 500)


def test_amounts():
    lines = [line(1, 30, sku=1, quantity=24, factors=CASE), line(2, 10, sku=2, quantity=3)]
    assert discounts(
        compute(lines, [promo(AmountOff(Decimal(4), per_unit=True, unit="case"))])
    ) == [8, 0]
    assert discounts(compute(lines, [promo(AmountOff(Decimal(4)))])) == [3, 1]
    assert compute(lines, [promo(AmountOff(Decimal(99)))]).net == 0


def test_a_gift_is_chosen():
    rule = GiftChoice(
        Measure.SPEND, Decimal(100), (Gift(8, Decimal(1), value=Decimal(5)), Gift(9, Decimal(2)))
    )
    offered = compute([line(1, 250)], [promo(rule)])
    assert ([one.times for one in offered.choices], offered.free) == ([1], ())
    assert [message.code for message in offered.messages] == ["choose"]
    taken = compute([line(1, 250)], [promo(rule)], choices={1: [1]})
    assert [(one.sku, one.quantity) for one in taken.free] == [(9, 2)]
    assert compute([line(1, 99)], [promo(rule)]).messages[0].figures["lacks"] == 1


@pytest.mark.parametrize(("sequential", "net"), [(False, 70), (True, 72)])
def test_additive_and_sequential(sequential, net):
    first = promo(PercentOff(Decimal(10)), priority=1)
    second = promo(PercentOff(Decimal(20)), number=2, sequential=sequential)
    assert compute([line(1, 100)], [second, first]).net == net


def test_best_of():
    lines = [line(row, 100) for row in (1, 2, 3)]
    stack = promo(PercentOff(Decimal(10)), number=1)
    east = promo(
        PercentOff(Decimal(15)), number=2, exclusive=True, selector=Selector(skus=frozenset({1, 2}))
    )
    far = promo(
        PercentOff(Decimal(25)), number=3, exclusive=True, selector=Selector(skus=frozenset({2, 3}))
    )
    result = compute(lines, [stack, east, far])
    assert discounts(result) == [15, 25, 25]
    assert [(one.code, one.promotion_id) for one in result.messages] == [("beaten", 1)]


def test_a_weak_exclusive_does_not_make_dearer():
    weak = promo(PercentOff(Decimal(5)), number=2, exclusive=True, priority=9)
    assert compute([line(1, 100)], [promo(PercentOff(Decimal(10))), weak]).discount == 10


def test_limits():
    rule = PercentOff(Decimal(10))
    assert compute([line(1, 100)], [promo(rule, most=Decimal(3))]).discount == 3
    assert compute([line(1, 100)], [promo(rule, budget_left=Decimal(10))]).discount == 10
    short = compute([line(1, 100)], [promo(rule, budget_left=Decimal("9.99"))])
    assert (short.discount, short.messages[0].code) == (0, "budget")
    used = compute([line(1, 100)], [promo(rule, partner_uses_left=0)])
    assert (used.discount, used.messages[0].code) == (0, "uses")


def test_every_step_is_told():
    first = promo(PercentOff(Decimal(10)), priority=1)
    second = promo(AmountOff(Decimal(5)), number=2)
    [told] = compute([line(1, 100)], [first, second]).lines
    assert [(one.promotion_id, one.base, one.off, one.after) for one in told.steps] == [
        (1, 100, 10, 90),
        (2, 100, 5, 85),
    ]
