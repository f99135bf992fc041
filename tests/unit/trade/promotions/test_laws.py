"""Laws of the kernel, and an oracle that works unit by unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

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

SKUS = (1, 2, 3)
PRICES = {1: Decimal("3.35"), 2: Decimal("10.00"), 3: Decimal("0.07")}
CASE = {"case": Decimal(4)}

percents = st.integers(0, 100).map(Decimal)
small = st.integers(1, 6)
cents = st.integers(1, 4000).map(lambda value: Decimal(value) / 100)
units = st.sampled_from(["", "case"])


def basket_lines(quantities):
    return [
        Line(
            row,
            sku,
            Decimal(quantity),
            PRICES[sku] * quantity,
            tax_rate=Decimal("0.13"),
            factors=CASE,
        )
        for row, (sku, quantity) in enumerate(quantities, 1)
    ]


baskets = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 30)), min_size=1, max_size=6)
measures = st.sampled_from(list(Measure))


def steps(floor, more, amount, extra):
    return (
        ThresholdStep(floor, amount=amount),
        ThresholdStep(floor + more, amount=amount + extra),
    )


thresholds = st.builds(
    Threshold, measures, st.builds(steps, cents, cents, cents, cents), units, st.booleans()
)
mixes = st.one_of(
    st.builds(MixMatch, small, st.just(MixReward.PRICE), cents, units),
    st.builds(MixMatch, small, st.just(MixReward.PERCENT), percents, units),
    st.builds(MixMatch, st.integers(2, 5), st.just(MixReward.CHEAPEST), st.just(Decimal(1)), units),
)
buys = st.builds(BuyGet, small, small, units, st.booleans())
bundles = st.builds(
    lambda one, two, price: Bundle(((1, Decimal(one)), (2, Decimal(two))), price),
    small,
    small,
    cents,
)
gifts = st.builds(GiftChoice, measures, cents, st.just((Gift(9, Decimal(1), value=Decimal(2)),)))
rules = st.one_of(
    st.builds(PercentOff, percents),
    st.builds(AmountOff, cents, st.booleans(), units),
    thresholds,
    buys,
    bundles,
    mixes,
    gifts,
)
selectors = st.sets(st.sampled_from(SKUS)).map(lambda skus: Selector(skus=frozenset(skus)))
terms = st.tuples(rules, selectors, st.booleans(), st.booleans(), st.integers(0, 2))


def offers(found):
    return [
        Promotion(at, f"P{at}", rule, selector, "", exclusive, sequential, priority)
        for at, (rule, selector, exclusive, sequential, priority) in enumerate(found, 1)
    ]


promotions = st.lists(terms, max_size=4).map(offers)


@settings(max_examples=300, deadline=None)
@given(baskets, promotions)
def test_sums_are_exact_and_nothing_is_negative(basket, active):
    lines = basket_lines(basket)
    result = compute(lines, active, choices={one.id: [0] for one in active})
    assert sum(one.discount for one in result.lines) == sum(one.off for one in result.applied)
    assert 0 <= result.net <= result.amount == sum(line.amount for line in lines)
    for line in result.lines:
        assert min(line.net, line.discount, line.tax) >= 0
        assert line.discount == line.discount.quantize(Decimal("0.01"))
        assert sum(step.off for step in line.steps) == line.discount
    assert result.tax == (result.net * Decimal("0.13")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert all(goods.quantity == int(goods.quantity) for goods in result.free)


@settings(max_examples=150, deadline=None)
@given(baskets, promotions, st.randoms())
def test_the_order_of_lines_and_promotions_does_not_matter(basket, active, random):
    lines = basket_lines(basket)
    straight = compute(lines, active)
    mixed, others = list(lines), list(active)
    random.shuffle(mixed)
    random.shuffle(others)
    again = compute(mixed, others)
    assert {line.row: line for line in again.lines} == {line.row: line for line in straight.lines}
    assert (again.free, again.applied) == (straight.free, straight.applied)


@settings(max_examples=150, deadline=None)
@given(baskets, st.lists(terms, max_size=3))
def test_splitting_a_line_changes_nothing(basket, found):
    # stackable additive: a sequential base depends on how cents fell before
    active = [replace(one, exclusive=False, sequential=False) for one in offers(found)][:1]
    whole = compute(basket_lines(basket), active)
    halves = [part for sku, quantity in basket for part in ((sku, quantity), (sku, quantity))]
    twice = compute(basket_lines([(sku, quantity * 2) for sku, quantity in basket]), active)
    split = compute(basket_lines(halves), active)
    assert (split.discount, split.net, split.tax) == (twice.discount, twice.net, twice.tax)
    assert sum(one.quantity for one in split.free) == sum(one.quantity for one in twice.free)
    assert whole.amount * 2 == split.amount


@settings(max_examples=200, deadline=None)
@given(baskets, rules, selectors, st.integers(1, 20), st.data())
def test_more_units_never_give_less(basket, rule, selector, more, data):
    active = [Promotion(1, "P", rule, selector)]
    at = data.draw(st.integers(0, len(basket) - 1))
    sku, quantity = basket[at]
    larger = [*basket[:at], (sku, quantity + more), *basket[at + 1 :]]
    before = compute(basket_lines(basket), active)
    after = compute(basket_lines(larger), active)
    assert after.discount >= before.discount
    assert sum(one.quantity for one in after.free) >= sum(one.quantity for one in before.free)


@settings(max_examples=150, deadline=None)
@given(baskets, promotions)
def test_an_exclusive_promotion_never_lowers_the_benefit(basket, active):
    lines = basket_lines(basket)
    stackable = [one for one in active if not one.exclusive]
    assert compute(lines, active).benefit >= compute(lines, stackable).benefit


@settings(max_examples=150, deadline=None)
@given(baskets, st.lists(rules, min_size=1, max_size=4))
def test_the_best_of_promotions_for_everything_is_the_best(basket, found):
    lines = basket_lines(basket)
    active = [
        Promotion(at, f"P{at}", rule, exclusive=True)
        for at, rule in enumerate(found, 1)
        if isinstance(rule, PercentOff | Threshold)
    ]
    alone = [compute(lines, [one]).benefit for one in active]
    assert compute(lines, active).benefit == max(alone, default=0)


def cut(exact):
    return Decimal((exact * 100 + Fraction(1, 2)).__floor__()) / 100


def oracle(basket, rule, selector):  # noqa: PLR0911, PLR0912  # one branch a kind
    """Discount and free units, from a list of single units, without any formula of the kernel."""
    chosen = [
        (sku, quantity) for sku, quantity in basket if not selector.skus or sku in selector.skus
    ]
    loose = sorted((PRICES[sku], sku) for sku, quantity in chosen for _ in range(quantity))
    have = {sku: sum(1 for _, other in loose if other == sku) for sku in SKUS}
    spend = sum(price for price, _ in loose)
    unit = getattr(rule, "unit", "")
    packs = {sku: count // 4 if unit else count for sku, count in have.items()}
    size = 4 if unit else 1
    if isinstance(rule, PercentOff):
        return sum(Fraction(price) * Fraction(rule.percent) / 100 for price, _ in loose), 0
    if isinstance(rule, AmountOff):
        if not rule.per_unit:
            return Fraction(min(rule.amount, spend)), 0
        return sum(
            Fraction(min(rule.amount * packs[sku], PRICES[sku] * have[sku])) for sku in SKUS
        ), 0
    if isinstance(rule, Threshold):
        measured = spend if rule.measure is Measure.SPEND else sum(packs.values())
        low, high = rule.steps
        if measured >= high.floor:
            times = 1
            while rule.repeat and high.floor * (times + 1) <= measured:
                times += 1
            return Fraction(min(high.amount * times, spend)), 0
        return Fraction(min(low.amount, spend)) if measured >= low.floor else Fraction(0), 0
    if isinstance(rule, BuyGet):
        counts = [sum(packs.values())] if rule.together else packs.values()
        free = 0
        for count in counts:
            left = count
            while left >= rule.buy:
                left, free = left - rule.buy, free + rule.get
        return Fraction(0), free
    if isinstance(rule, Bundle):
        off = Fraction(0)
        while all(have[sku] >= quantity for sku, quantity in rule.parts):
            have = have | {sku: have[sku] - quantity for sku, quantity in rule.parts}
            off += max(
                Fraction(sum(PRICES[sku] * q for sku, q in rule.parts) - rule.price), Fraction(0)
            )
        return off, 0
    if isinstance(rule, MixMatch):
        stock = sorted(
            (PRICES[sku] * size for sku, count in packs.items() for _ in range(int(count))),
            reverse=True,
        )
        off = Fraction(0)
        while len(stock) >= rule.size:
            group, stock = stock[: rule.size], stock[rule.size :]
            if rule.reward is MixReward.CHEAPEST:
                off += Fraction(min(group))
            elif rule.reward is MixReward.PERCENT:
                off += Fraction(sum(group)) * Fraction(rule.value) / 100
            else:
                off += max(Fraction(sum(group) - rule.value), Fraction(0))
        return off, 0
    raise AssertionError(rule)


@settings(max_examples=600, deadline=None)
@given(
    baskets,
    st.one_of(
        st.builds(PercentOff, percents),
        st.builds(AmountOff, cents, st.booleans(), units),
        thresholds,
        buys,
        bundles,
        mixes,
    ),
    selectors,
)
def test_the_oracle_agrees(basket, rule, selector):
    result = compute(basket_lines(basket), [Promotion(1, "P", rule, selector)])
    off, free = oracle(basket, rule, selector)
    assert result.discount == cut(off)
    assert sum(one.quantity for one in result.free) == free
