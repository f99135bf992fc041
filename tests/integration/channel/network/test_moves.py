"""Moves in the tree: placements, paths, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yunhe.channel.network.choices import Level
from yunhe.channel.network.errors import MoveConflict, PlacementRefused
from yunhe.channel.network.models import NodePlacement, Partner
from yunhe.channel.network.queries import dealer_of, dealers_of, partners_below
from yunhe.channel.network.services import (
    PartnerRow,
    apply_due_moves,
    cancel_move,
    ensure_partners,
    move_node,
)
from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SYSTEM = system_principal("test")


@pytest.fixture
def partners(tree):
    rows = [
        PartnerRow(code=code, name=tree[code].name, parent_code=parent, level=level)
        for code, parent, level in [
            ("D1", "R1", Level.DEALER),
            ("D2", "R2", Level.DEALER),
            ("S1", "D1", Level.STORE),
            ("S2", "D2", Level.STORE),
        ]
    ]
    ensure_partners(rows, actor=SYSTEM, now=NOW)
    return tree


def periods(node):
    found = NodePlacement.objects.filter(node=node).order_by("period")
    return [(p.parent.code, p.period.lower, p.period.upper, p.applied) for p in found]


def test_a_move_today_carries_the_subtree_and_closes_the_old_placement(partners):
    d1, r2 = partners["D1"], partners["R2"]
    NodePlacement.objects.filter(node=d1).update(period=(date(2026, 1, 1), None))
    move_node(d1, r2, effective=TODAY, actor=SYSTEM, now=NOW, reason="新大区")
    assert periods(d1) == [
        ("R1", date(2026, 1, 1), TODAY, True),
        ("R2", TODAY, None, True),
    ]
    store = Node.objects.get(code="S1")
    assert store.path == f"{partners['HQ'].pk}.{r2.pk}.{d1.pk}.{store.pk}"


def test_a_future_move_waits_for_its_day(partners):
    d1, r2 = partners["D1"], partners["R2"]
    move_node(d1, r2, effective=date(2026, 12, 1), actor=SYSTEM, now=NOW)
    assert Node.objects.get(code="D1").parent_id == partners["R1"].pk
    assert apply_due_moves(actor=SYSTEM, now=NOW) == 0
    assert apply_due_moves(actor=SYSTEM, now=datetime(2026, 11, 30, 15, 59, tzinfo=UTC)) == 0
    # 16:00 UTC is midnight in Shanghai
    assert apply_due_moves(actor=SYSTEM, now=datetime(2026, 11, 30, 16, tzinfo=UTC)) == 1
    assert Node.objects.get(code="D1").parent_id == r2.pk
    assert apply_due_moves(actor=SYSTEM, now=datetime(2026, 12, 2, tzinfo=UTC)) == 0


def test_a_waiting_move_blocks_another_until_cancelled(partners):
    d1, r2 = partners["D1"], partners["R2"]
    waiting = move_node(d1, r2, effective=date(2026, 12, 1), actor=SYSTEM, now=NOW)
    with pytest.raises(MoveConflict):
        move_node(d1, partners["HQ"], effective=date(2026, 12, 5), actor=SYSTEM, now=NOW)
    cancel_move(waiting, actor=SYSTEM)
    assert periods(d1) == [("R1", TODAY, None, True)]
    with pytest.raises(MoveConflict):
        cancel_move(waiting, actor=SYSTEM)


def test_a_node_without_history_gets_one(tree):
    move_node(tree["D1"], tree["R2"], effective=TODAY, actor=SYSTEM, now=NOW)
    assert periods(tree["D1"]) == [("R1", None, TODAY, True), ("R2", TODAY, None, True)]


@pytest.mark.parametrize(
    ("node", "to"),
    [("D1", "S1"), ("D1", "D1"), ("D1", "R1"), ("D1", "D2"), ("S1", "S2"), ("R1", "D2")],
)
def test_impossible_places_are_refused(partners, node, to):
    with pytest.raises(PlacementRefused):
        move_node(partners[node], partners[to], effective=TODAY, actor=SYSTEM, now=NOW)


def test_a_move_before_the_present_placement_is_refused(partners):
    with pytest.raises(MoveConflict):
        move_node(partners["D1"], partners["R2"], effective=TODAY, actor=SYSTEM, now=NOW)


def test_a_regional_person_cannot_move_to_another_region(partners, make_user):
    user = make_user("sales_ops", partners["R1"])
    with scoped(user.pk) as actor, pytest.raises(NotAllowed):
        move_node(partners["D1"], partners["R2"], effective=TODAY, actor=actor, now=NOW)
    with scoped(user.pk) as actor:
        move_node(
            partners["S1"], partners["R1"], effective=date(2026, 11, 23), actor=actor, now=NOW
        )


def test_dealer_of_is_the_nearest_dealer_also_for_a_store_that_cannot_see_its_file(
    partners, make_user
):
    d1, d2 = partners["D1"].pk, partners["D2"].pk
    s1, s2 = partners["S1"].pk, partners["S2"].pk
    assert dealer_of(s1) == d1
    assert dealer_of(d1) == d1
    assert dealer_of(partners["R1"].pk) is None
    assert dealers_of([s1, s2, partners["HQ"].pk]) == {s1: d1, s2: d2}
    store = make_user("store", partners["S1"])
    with scoped(store.pk):
        assert dealer_of(s1) == d1
        assert [p.pk for p in Partner.objects.all()] == [s1]
    dealer = make_user("dealer_owner", partners["D1"])
    with scoped(dealer.pk):
        assert sorted(p.pk for p in partners_below(d1)) == sorted([d1, s1])
        assert list(partners_below(d2)) == []
