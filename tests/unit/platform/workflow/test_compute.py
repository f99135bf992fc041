"""Which chain applies and what a step's decisions amount to."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunhe.platform.workflow.compute import (
    Candidate,
    Decision,
    Seat,
    Step,
    TableEngine,
    choose,
    covers,
    faults_of,
    settle,
)


def agree(person, *others, step="s1"):
    return Decision(step, person, "approved", frozenset({person, *others}))


def refuse(person, step="s1"):
    return Decision(step, person, "rejected", frozenset({person}))


def seats(*people, step="s1"):
    return [Seat(step, person) for person in people]


@pytest.mark.parametrize(
    ("mode", "quorum", "decisions", "outcome"),
    [
        ("any", 1, [], "open"),
        ("any", 1, [agree(1)], "approved"),
        ("any", 1, [refuse(2)], "rejected"),
        ("all", 1, [agree(1), agree(2)], "open"),
        ("all", 1, [agree(1), agree(2), agree(3)], "approved"),
        ("all", 1, [agree(1, 3), agree(2)], "approved"),
        ("all", 1, [agree(1), refuse(2)], "rejected"),
        ("quorum", 2, [agree(1)], "open"),
        ("quorum", 2, [agree(1, 2)], "open"),
        ("quorum", 2, [agree(1), refuse(2)], "open"),
        ("quorum", 2, [agree(1), refuse(2), agree(3)], "approved"),
        ("quorum", 2, [refuse(1), refuse(2)], "rejected"),
    ],
)
def test_what_three_people_decide(mode, quorum, decisions, outcome):
    step = Step("s1", mode, quorum, roles=("finance",))
    for order in permutations(decisions):
        assert settle(step, seats(1, 2, 3), order) == outcome


def test_an_empty_seat_list_stays_open_whatever_the_mode():
    for mode in ("any", "all", "quorum"):
        assert settle(Step("s1", mode, 1), [], []) == "open"


def test_an_escalated_seat_settles_the_step_alone():
    step = Step("s1", "all")
    asked = [*seats(1, 2, 3), Seat("s1", 9, escalated=True)]
    assert settle(step, asked, [agree(9)]) == "approved"
    assert settle(step, asked, [agree(1), refuse(9)]) == "rejected"


def test_the_deepest_place_goes_before_a_named_level():
    chains = [
        Candidate(1, 1),
        Candidate(2, 1, "dealer"),
        Candidate(3, 2, amount_to=Decimal(500)),
        Candidate(4, 2, "store"),
    ]

    def chosen(amount, level=""):
        found = choose(chains, amount=Decimal(amount), level=level)
        return found and found.id

    assert [chosen(499), chosen(500), chosen(500, "dealer"), chosen(1, "store")] == [3, 1, 2, 4]
    assert choose([Candidate(1, 1, "store")], amount=Decimal(1), level="dealer") is None


amounts = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)
chain_sets = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 99),
        depth=st.integers(1, 4),
        level=st.sampled_from(["", "dealer"]),
        amount_from=amounts,
        amount_to=st.none() | amounts,
    ),
    max_size=8,
)


@given(chain_sets, amounts, st.sampled_from(["", "dealer", "store"]))
def test_the_chosen_chain_fits_and_none_that_fits_is_more_specific(chains, amount, level):
    def fits(one):
        upper = one.amount_to is None or amount < one.amount_to
        return one.amount_from <= amount and upper and one.level in ("", level)

    found = choose(chains, amount=amount, level=level)
    fitting = [one for one in chains if fits(one)]
    assert (found is None) == (not fitting)
    if found:
        assert fits(found)
        assert not [
            one
            for one in fitting
            if (one.depth, one.level != "") > (found.depth, found.level != "")
        ]


steps = st.builds(
    dict,
    mode=st.sampled_from(["any", "all", "quorum"]),
    quorum=st.integers(1, 3),
    people=st.sets(st.integers(1, 6), min_size=3, max_size=5),
)


@given(st.lists(steps, min_size=1, max_size=4), st.data())
def test_a_run_ends_asks_each_step_once_in_order_and_forgets_no_refusal(rows, data):
    """People decide at random until nothing is open: the laws hold at every moment."""
    chain = {
        "steps": [
            {"key": f"s{at}", "mode": row["mode"], "quorum": row["quorum"], "roles": ["finance"]}
            for at, row in enumerate(rows)
        ]
    }
    engine, decided, sat, opened = TableEngine(), [], [], []
    for _turn in range(40):
        progress = engine.next_steps(chain, {}, decided, sat)
        assert progress == engine.next_steps(chain, {}, list(reversed(decided)), sat)
        if progress.outcome != "open":
            break
        (key,) = progress.open_steps
        if key not in opened:
            opened.append(key)
            sat += seats(*rows[int(key[1:])]["people"], step=key)
        free = sorted(
            {seat.person for seat in sat if seat.step == key}
            - {one.person for one in decided if one.step == key}
        )
        assert free, "an open step always has somebody left to ask"
        who = data.draw(st.sampled_from(free))
        decided.append(data.draw(st.sampled_from([agree(who, step=key), refuse(who, step=key)])))
    assert progress.outcome in ("approved", "rejected")
    assert not progress.open_steps
    assert opened == [f"s{at}" for at in range(len(opened))]
    if progress.outcome == "approved":
        assert len(opened) == len(rows)
        for at, row in enumerate(rows):
            agreed = [one for one in decided if one.step == f"s{at}" and one.verdict == "approved"]
            needed = {"any": 1, "all": len(row["people"]), "quorum": row["quorum"]}[row["mode"]]
            assert len(agreed) >= needed
    else:
        assert any(one.verdict == "rejected" for one in decided)


def test_faults():
    chain = {
        "steps": [
            {"key": "a", "roles": ["finance"]},
            {"key": "a", "users": [1, 2], "mode": "quorum", "quorum": 3},
            {"key": "b"},
            {"key": "c", "users": [1], "mode": "most"},
        ]
    }
    assert faults_of({"steps": []}) == [(0, "empty")]
    assert faults_of(chain) == [(2, "repeated"), (2, "quorum"), (3, "nobody"), (4, "mode")]


@pytest.mark.parametrize(
    ("mine", "theirs", "covered"),
    [
        ([], [], True),
        ([{"roles": ["finance"]}], [], True),
        ([], [{"roles": ["finance"]}], False),
        ([{"roles": ["a"]}, {"roles": ["b"]}], [{"roles": ["b"]}], True),
        ([{"roles": ["a", "b"]}], [{"roles": ["b", "a"]}], True),
        ([{"roles": ["a", "b"]}], [{"roles": ["a"]}], False),
        ([{"roles": ["a"]}], [{"roles": ["a"], "mode": "all"}], False),
        ([{"roles": ["a"], "quorum": 3}], [{"roles": ["a"], "quorum": 1}], True),
        ([{"roles": ["a"], "mode": "quorum", "quorum": 2}], [{"roles": ["a"]}], False),
        ([{"roles": ["a"]}], [{"roles": ["a"], "users": [7]}], False),
        ([{"roles": ["a"]}], [{"roles": ["a"]}, {"roles": ["a"]}], False),
    ],
)
def test_a_chain_covers_another_when_it_asks_all_of_it(mine, theirs, covered):
    keyed = [
        {"steps": [{"key": f"{name}{at}", **row} for at, row in enumerate(rows)]}
        for name, rows in (("m", mine), ("t", theirs))
    ]
    assert covers(*keyed) is covered
