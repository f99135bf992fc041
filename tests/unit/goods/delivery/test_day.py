"""A truck's run by hand, and laws: the checker agrees with the solver, costs sum, last in first out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunhe.goods.delivery.compute.assignment import (
    FULL,
    NO_PLACE,
    UNIT,
    WINDOW,
    build_problem,
    compute_assignment,
    compute_runs,
    explain_impossible,
    move_drop,
    share_of_capacity,
)
from yunhe.goods.delivery.compute.day import (
    Day,
    Drop,
    Place,
    Truck,
    Violation,
    compute_distance,
    compute_exact_cost,
    compute_expected,
    compute_loading,
    compute_offset,
    compute_run,
    compute_ways,
)
from yunhe.goods.delivery.compute.solver import solve_iterations

DEPOT = Place(31.2, 121.4)
HOUR = 3600


def at(hour: int, minute: int = 0, second: int = 0) -> int:
    return hour * HOUR + minute * 60 + second


def drop(key: int, north: float, **more) -> Drop:
    values = {"load": (1, 0, 0), "earliest": 0, "latest": at(24), "service": 600} | more
    return Drop(key=key, place=Place(31.2 + north, 121.4), **values)


def truck(**more) -> Truck:
    values = {
        "key": 1,
        "capacity": (40, None, None),
        "earliest": at(8),
        "latest": at(18),
        "fixed": Decimal(100),
        "per_km": Decimal("2.50"),
        "per_hour": Decimal(36),
    }
    return Truck(**(values | more))


def make_day(trucks: list[Truck], drops: list[Drop], kmh: int = 60) -> Day:
    ways = compute_ways(DEPOT, drops, detour=Decimal(1), speed_kmh=kmh)
    return Day(DEPOT, trucks, drops, ways)


def test_a_tenth_of_a_degree_north() -> None:
    # 6,371,008.8 m × π ÷ 1800 = 11,119.5 m
    assert compute_distance(DEPOT, Place(31.3, 121.4)) == pytest.approx(11_119.5, abs=0.1)
    assert compute_offset(DEPOT, Place(31.3, 121.4)) == (0.0, 11.12)


def test_the_worked_example_of_the_docs() -> None:
    """docs/algorithms/routes.md: A takes goods until 8:28:32, B from 9:00."""
    drops = [drop(1, 0.1, latest=at(8, 28, 32)), drop(2, 0.2, earliest=at(9))]
    run = compute_run(truck(), drops, make_day([], drops).ways)
    assert (run.start, run.end) == (at(8, 17, 24), at(9, 32, 15))
    assert [(c.arrive, c.begin, c.leave) for c in run.calls] == [
        (at(8, 28, 32), at(8, 28, 32), at(8, 38, 32)),
        (at(8, 49, 40), at(9), at(9, 10)),
    ]
    assert (run.distance, run.duration, run.load) == (44_479, 4491, (2, 0, 0))
    assert (run.cost, run.violations) == (Decimal("256.11"), ())


def test_without_a_window_it_leaves_at_once() -> None:
    drops = [drop(1, 0.1)]
    run = compute_run(truck(), drops, make_day([], drops).ways)
    assert (run.start, run.end) == (at(8), at(8) + 668 + 600 + 668)


def test_everything_that_is_broken_is_named_with_its_amount() -> None:
    heavy = drop(1, 0.1, load=(41, 2000, 0), latest=at(8))
    slow = truck(capacity=(40, 1500, None), latest=at(8, 20), longest=1000)
    run = compute_run(slow, [heavy], make_day([], [heavy]).ways)
    assert set(run.violations) == {
        Violation("overload", 1, dimension="cases"),
        Violation("overload", 500, dimension="grams"),
        Violation("late", 668, key=1),
        Violation("overtime", 668 + 600 + 668 - 1200),
        Violation("too_long", 668 + 600 + 668 - 1000),
    }
    assert share_of_capacity(run, slow) == pytest.approx(2000 / 1500)


def test_an_empty_truck_stays_at_home() -> None:
    run = compute_run(truck(), [], make_day([], []).ways)
    assert (run.cost, run.duration, run.distance) == (0, 0, 0)


def test_why_a_drop_stays() -> None:
    drops = [
        Drop(1, None, (1, 0, 0), 0, at(24), 0),
        drop(2, 0.1, latest=at(7)),
        drop(3, 0.1, load=(41, 0, 0)),
        drop(4, 0.1, load=(1, 9_000, 0)),
        drop(5, 0.1),
    ]
    day = make_day([truck(capacity=(40, 8_000, None))], drops)
    assert explain_impossible(day) == {
        1: NO_PLACE,
        2: WINDOW,
        3: "too_big_cases",
        4: "too_big_grams",
    }
    assert compute_assignment(day, seconds=0.2).routes == {1: (5,)}
    assert explain_impossible(make_day([], drops[4:])) == {5: FULL}


def test_what_does_not_fit_into_the_fleet_stays_as_full() -> None:
    drops = [drop(key, 0.1 * key, load=(30, 0, 0)) for key in (1, 2)]
    found = compute_assignment(make_day([truck()], drops), seconds=0.3)
    assert set(found.unserved.values()) == {FULL}
    assert [len(stops) for stops in found.routes.values()] == [1]


def test_a_drop_is_moved_within_between_and_off() -> None:
    routes = {1: (1, 2, 3), 2: (4,)}
    assert move_drop(routes, 3, truck=1, position=0) == {1: (3, 1, 2), 2: (4,)}
    assert move_drop(routes, 2, truck=2, position=9) == {1: (1, 3), 2: (4, 2)}
    assert move_drop(routes, 4, truck=None, position=0) == {1: (1, 2, 3), 2: ()}
    assert move_drop(routes, 9, truck=2, position=0) == {1: (1, 2, 3), 2: (9, 4)}


def test_expected_times_follow_from_the_last_stop_and_now() -> None:
    drops = [drop(1, 0.1), drop(2, 0.2, earliest=at(9))]
    ways = make_day([], drops).ways
    assert compute_expected(drops, ways, left=at(8), at=None, now=at(8)) == {
        1: at(8) + 668,
        2: at(8) + 668 + 600 + 668,
    }
    # it should have been at A at 8:11:08; at 8:30 it is expected now
    late = compute_expected(drops, ways, left=at(8), at=None, now=at(8, 30))
    assert late == {1: at(8, 30), 2: at(8, 30) + 600 + 668}
    assert compute_expected(drops[1:], ways, left=at(8, 40), at=1, now=at(8, 41)) == {
        2: at(8, 40) + 668
    }


@given(st.lists(st.integers(), unique=True))
def test_last_in_first_out(keys: list[int]) -> None:
    loaded = compute_loading(keys)
    unloaded = [loaded.pop() for _turn in range(len(loaded))]
    assert unloaded == keys


places = st.tuples(st.integers(-30, 30), st.integers(-30, 30))
money = st.integers(0, 9999).map(lambda cents: Decimal(cents) / 100)


@st.composite
def days(draw) -> Day:
    """Up to seven drops and three trucks of one or two kinds; windows and capacities may be tight."""
    drops = []
    for key in range(1, draw(st.integers(2, 8))):
        north, east = draw(places)
        opens = draw(st.integers(6, 14)) * HOUR
        drops.append(
            Drop(
                key=key,
                place=Place(31.2 + north / 100, 121.4 + east / 100),
                load=(draw(st.integers(1, 30)), draw(st.integers(0, 9)) * 1000, 0),
                earliest=opens,
                latest=opens + draw(st.integers(1, 8)) * HOUR,
                service=draw(st.integers(0, 1800)),
            )
        )
    price = {"fixed": draw(money), "per_km": draw(money), "per_hour": draw(money)}
    kinds = [truck(**price), truck(capacity=(25, 20_000, None), longest=5 * HOUR, **price)]
    trucks = [
        Truck(
            **{name: getattr(kinds[at % 2], name) for name in kinds[0].__slots__ if name != "key"},
            key=100 + at,
        )
        for at in range(draw(st.integers(1, 3)))
    ]
    return make_day(trucks, drops, kmh=40)


@settings(max_examples=40, deadline=None)
@given(days())
def test_the_checker_agrees_with_the_solver(day: Day) -> None:
    """What the solver calls feasible breaks nothing, and its cost is the sum of the exact costs."""
    possible = [d for d in day.drops if d.key not in explain_impossible(day)]
    if not possible:
        return
    problem = build_problem(day, possible, list(day.trucks), [1] * len(day.trucks))
    solved = solve_iterations(problem, iterations=60)
    routes = {
        day.trucks[route.fleet].key: tuple(possible[visit].key for visit in route.visits)
        for route in solved.routes
    }
    runs = compute_runs(day, routes)
    assert solved.feasible == all(not run.violations for run in runs.values())
    exact = sum(
        compute_exact_cost(each, distance=runs[each.key].distance, duration=runs[each.key].duration)
        for each in day.trucks
        if runs[each.key].calls
    )
    assert exact * UNIT == pytest.approx(solved.cost, abs=len(day.trucks))


@settings(max_examples=40, deadline=None)
@given(days(), st.randoms(use_true_random=False))
def test_a_later_start_never_ends_later_nor_breaks_more(day: Day, random) -> None:
    """Against the plain drive from the first minute: same end, no new lateness, not longer."""
    order = list(day.drops)
    random.shuffle(order)
    run = compute_run(day.trucks[0], order, day.ways)
    clock, place, late = day.trucks[0].earliest, 0, 0
    for each in order:
        there = day.ways.index[each.key]
        begin = max(clock + day.ways.seconds[place][there], each.earliest)
        late += begin > each.latest
        clock, place = begin + each.service, there
    end = clock + day.ways.seconds[place][0]
    assert run.end == end
    assert run.duration <= end - day.trucks[0].earliest
    assert sum(v.kind == "late" for v in run.violations) == late
