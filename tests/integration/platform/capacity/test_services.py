"""Reserve, commit, release: what is held is exactly what was taken, and never more than there is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from yunhe.platform.access.session import scoped
from yunhe.platform.capacity.errors import CapacityExceeded, NotHeld
from yunhe.platform.capacity.models import Account
from yunhe.platform.capacity.services import (
    adjust_limit,
    available,
    commit,
    open_account,
    refund,
    release,
    reserve,
    set_limit,
    set_limits,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock(tree):
    set_limits("stock", {"a": 10, "b": 5, "free": None}, node_id=tree["HQ"].pk)


def account(key: str) -> tuple[int, int]:
    row = Account.objects.get(kind="stock", key=key)
    return int(row.reserved), int(row.committed)


def test_reserving_takes_and_a_shortage_takes_nothing(stock):
    reserve("stock", {"a": 4, "b": 5}, ref="o1")
    with pytest.raises(CapacityExceeded) as refused:
        reserve("stock", {"a": 7, "b": 1, "free": 9}, ref="o2")
    assert [(s.key, s.asked, s.available) for s in refused.value.shortages] == [
        ("a", 7, 6),
        ("b", 1, 0),
    ]
    assert refused.value.code == "capacity.exceeded"
    assert [row["key"] for row in refused.value.rows] == ["a", "b"]
    assert (account("a"), account("b"), account("free")) == ((4, 0), (5, 0), (0, 0))


def test_an_unknown_key_has_nothing(stock):
    with pytest.raises(CapacityExceeded) as refused:
        reserve("stock", {"zzz": 1}, ref="o1")
    assert refused.value.available == {"zzz": 0}


def test_repeating_a_reservation_changes_nothing_and_amending_takes_the_difference(stock):
    for _ in range(3):
        reserve("stock", {"a": 8}, ref="o1")
    assert account("a") == (8, 0)
    reserve("stock", {"a": 3}, ref="o1")
    assert account("a") == (3, 0)
    with pytest.raises(CapacityExceeded) as refused:
        reserve("stock", {"a": 11}, ref="o1")
    assert refused.value.available == {"a": 10}


def test_commit_release_and_refund_move_exactly_what_is_held(stock):
    reserve("stock", {"a": 6, "b": 2}, ref="o1")
    commit("stock", "o1", {"a": 4})
    assert account("a") == (2, 4)
    release("stock", "o1")
    release("stock", "o1")
    assert (account("a"), account("b")) == ((0, 4), (0, 0))
    refund("stock", "o1", {"a": 1})
    assert account("a") == (0, 3)
    refund("stock", "o1")
    assert account("a") == (0, 0)
    assert available("stock", ["a", "b", "free", "zzz"]) == {
        "a": 10,
        "b": 5,
        "free": None,
        "zzz": 0,
    }


def test_committing_everything_twice_commits_once(stock):
    reserve("stock", {"a": 6}, ref="o1")
    commit("stock", "o1")
    commit("stock", "o1")
    assert account("a") == (0, 6)
    reserve("stock", {"a": 6}, ref="o1")
    assert account("a") == (0, 6)


def test_more_than_held_is_refused(stock):
    reserve("stock", {"a": 6}, ref="o1")
    for use in (commit, release):
        with pytest.raises(NotHeld):
            use("stock", "o1", {"a": 7})
    with pytest.raises(NotHeld):
        refund("stock", "o1", {"a": 1})
    assert account("a") == (6, 0)


def test_a_limit_follows_the_goods_but_not_below_what_is_promised(stock):
    reserve("stock", {"a": 6}, ref="o1")
    adjust_limit("stock", {"a": -4, "new": 3})
    assert available("stock", ["a", "new"]) == {"a": 0, "new": 3}
    with pytest.raises(CapacityExceeded):
        adjust_limit("stock", {"a": -1})
    with pytest.raises(CapacityExceeded):
        set_limit("stock", "a", Decimal("5.5"), node_id=None)
    set_limit("stock", "a", None, node_id=None)
    reserve("stock", {"a": 1_000_000}, ref="o2")


def test_the_database_itself_refuses_an_oversold_account(stock):
    with pytest.raises(IntegrityError, match="capacity_within_limit"), transaction.atomic():
        Account.objects.filter(key="a").update(reserved=11)


def test_a_dealer_reserves_from_an_account_it_can_neither_see_nor_write(stock, tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk):
        assert Account.objects.count() == 0
        reserve("stock", {"a": 1}, ref="o1")
        assert available("stock", ["a"]) == {"a": 9}
    assert account("a") == (1, 0)


def test_one_statement_for_any_number_of_keys(tree, django_assert_num_queries):
    keys = {f"k{number}": 10 for number in range(1000)}
    with django_assert_num_queries(1):
        set_limits("stock", keys, node_id=tree["HQ"].pk)
    with django_assert_num_queries(1):
        reserve("stock", dict.fromkeys(keys, 10), ref="big")
    with django_assert_num_queries(1):
        commit("stock", "big")
    assert set(available("stock", list(keys)).values()) == {Decimal(0)}


def test_an_account_is_opened_once(tree):
    open_account("credit", "7", 100, node_id=tree["D1"].pk)
    open_account("credit", "7", 120, node_id=tree["D1"].pk)
    assert available("credit", ["7"]) == {"7": 120}
