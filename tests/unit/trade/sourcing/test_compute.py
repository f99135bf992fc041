"""Splits by hand calculation, by laws, and against every possible split."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yunhe.trade.sourcing.compute import Need, Place, Share, Weights, compute_split

TEA, WATER = 1, 2
NEAREST, FEWEST = Weights(distance=1), Weights(fewest=True)


def place(place_id: int, km: int, rank: int = 0, refused: dict[int, str] | None = None, **stock):
    named = {"tea": TEA, "water": WATER}
    held = {named[name]: Decimal(quantity) for name, quantity in stock.items()}
    return Place(place_id, rank, km, held, refused or {})


def shares(split) -> list[tuple[int, int, int]]:
    return [(share.row, share.place_id, share.units) for share in split.shares]


def test_the_nearest_gives_all_it_has_and_the_next_the_rest():
    needs = [Need(1, TEA, 50, Decimal(1))]
    places = [place(7, 900, tea=100), place(8, 200, tea=30)]
    split = compute_split(needs, places, NEAREST)
    assert (shares(split), dict(split.short), split.exact) == ([(1, 8, 30), (1, 7, 20)], {}, True)


def test_a_case_is_never_broken_between_two_places():
    needs = [Need(1, TEA, 3, Decimal(12))]
    places = [place(7, 1, tea=23), place(8, 2, tea=13)]
    split = compute_split(needs, places, NEAREST)
    assert (shares(split), dict(split.short)) == ([(1, 7, 1), (1, 8, 1)], {1: 1})


def test_fewest_takes_one_far_place_where_nearest_takes_two():
    needs = [Need(1, TEA, 10, Decimal(1)), Need(2, WATER, 5, Decimal(1))]
    places = [place(7, 100, tea=10), place(8, 200, water=5), place(9, 900, tea=10, water=5)]
    assert compute_split(needs, places, NEAREST).place_ids == [7, 8]
    assert compute_split(needs, places, FEWEST).place_ids == [9]


def test_the_order_of_the_list_and_the_largest_stock():
    needs = [Need(1, TEA, 10, Decimal(1))]
    places = [place(7, 1, rank=2, tea=40), place(8, 2, rank=0, tea=10), place(9, 3, rank=1, tea=50)]
    assert shares(compute_split(needs, places, Weights(rank=1))) == [(1, 8, 10)]
    assert shares(compute_split(needs, places, Weights(stock=1))) == [(1, 9, 10)]


def test_a_place_that_may_not_serve_is_passed_over():
    needs = [Need(1, TEA, 10, Decimal(1))]
    places = [place(7, 1, refused={TEA: "brand"}, tea=40), place(8, 2, tea=4)]
    split = compute_split(needs, places, NEAREST)
    assert (shares(split), dict(split.short)) == ([(1, 8, 4)], {1: 6})


def test_weights_trade_a_further_shipment_against_distance():
    """Far alone: 10 units × 1000. Near and far: 8 × 100 + 2 × 1000, and one shipment more, which costs
    its weight for 10 units shared between 2 places: with weight 1, 5000, it is not worth it."""
    needs = [Need(1, TEA, 10, Decimal(1))]
    places = [place(7, 100, tea=8), place(8, 1000, tea=10)]
    assert compute_split(needs, places, Weights(distance=1, parcel=1)).place_ids == [7, 8]
    assert compute_split(needs, places, Weights(distance=1, parcel=2)).place_ids == [8]


quantities = st.integers(0, 5)
weights = st.one_of(
    st.just(NEAREST),
    st.just(FEWEST),
    st.just(Weights(stock=1)),
    st.just(Weights(rank=1)),
    st.builds(
        Weights,
        distance=st.integers(0, 3),
        stock=st.integers(0, 3),
        rank=st.integers(0, 3),
        parcel=st.integers(1, 3),
    ),
)


@st.composite
def markets(draw, most_places: int = 4, most_lines: int = 4):
    lines = draw(st.integers(1, most_lines))
    needs = [
        Need(row, row, draw(st.integers(1, 4)), Decimal(draw(st.sampled_from([1, 2]))))
        for row in range(1, lines + 1)
    ]
    places = [
        Place(
            at + 10,
            draw(st.integers(0, 3)),
            draw(st.integers(0, 900)),
            {need.sku_id: Decimal(draw(quantities)) for need in needs},
            {need.sku_id: "x" for need in needs if draw(st.integers(0, 5)) == 0},
        )
        for at in range(draw(st.integers(1, most_places)))
    ]
    return needs, places


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(markets(6, 6), weights)
def test_every_unit_is_served_once_or_short_and_never_more_than_there_is(market, weight):
    needs, places = market
    split = compute_split(needs, places, weight)
    for need in needs:
        served = sum(share.units for share in split.shares if share.row == need.row)
        assert served + split.short.get(need.row, 0) == need.units
    for where in places:
        for need in needs:
            taken = sum(
                share.units * need.step
                for share in split.shares
                if (share.row, share.place_id) == (need.row, where.place_id)
            )
            assert taken <= where.stock[need.sku_id]
            assert not (taken and need.sku_id in where.refused)
    assert all(share.units > 0 for share in split.shares)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(markets(6, 6), weights)
def test_nothing_is_short_that_a_place_still_has(market, weight):
    needs, places = market
    split = compute_split(needs, places, weight)
    for need in needs:
        able = sum(
            int(where.stock[need.sku_id] // need.step)
            for where in places
            if need.sku_id not in where.refused
        )
        assert split.short.get(need.row, 0) == max(need.units - able, 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(markets(3, 3))
def test_fewest_uses_as_few_places_as_any_split_that_serves_as_much(market):
    needs, places = market
    split = compute_split(needs, places, FEWEST)
    assert split.exact
    best = min(_every_split(needs, places), key=lambda one: (one[0], one[1]))
    missing = sum(need.step * split.short.get(need.row, 0) for need in needs)
    assert (missing, len(set(split.place_ids))) == best[:2]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(markets(3, 3), st.integers(1, 3), st.integers(1, 4))
def test_weighted_costs_as_little_as_any_split_that_serves_as_much(market, distance, parcel):
    needs, places = market
    split = compute_split(needs, places, Weights(distance=distance, parcel=parcel))
    far = max(where.distance for where in places) or 1
    useful = [
        where
        for where in places
        if any(
            need.sku_id not in where.refused and where.stock[need.sku_id] >= need.step
            for need in needs
        )
    ]
    total = sum(need.units for need in needs)

    def cost(taken: list[Share]) -> int:
        near = {where.place_id: distance * (1000 * where.distance // far) for where in places}
        way = sum(near[share.place_id] * share.units for share in taken)
        used = len({share.place_id for share in taken})
        return way * max(len(useful), 1) + parcel * 1000 * total * used

    best = min((missing, cost(taken)) for missing, _used, taken in _every_split(needs, places))
    missing = sum(need.step * split.short.get(need.row, 0) for need in needs)
    assert split.exact
    assert (missing, cost(list(split.shares))) == best


def _every_split(needs, places):
    """(base units not served, places used, shares) of every way to serve the lines."""
    choices = []
    for need in needs:
        able = [
            0 if need.sku_id in where.refused else int(where.stock[need.sku_id] // need.step)
            for where in places
        ]
        ways = product(*(range(min(need.units, most) + 1) for most in able))
        choices.append([way for way in ways if sum(way) <= need.units])
    for picked in product(*choices):
        taken = [
            Share(need.row, where.place_id, units)
            for need, way in zip(needs, picked, strict=True)
            for where, units in zip(places, way, strict=True)
            if units
        ]
        missing = sum(
            (need.step * (need.units - sum(way)) for need, way in zip(needs, picked, strict=True)),
            Decimal(0),
        )
        yield missing, len({share.place_id for share in taken}), taken
