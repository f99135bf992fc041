"""Many at once: without the ledger the race oversells; with it, never, and nothing deadlocks."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from yunhe.platform.capacity.errors import CapacityExceeded
from yunhe.platform.capacity.models import Account, Hold
from yunhe.platform.capacity.services import available, commit, release, reserve, set_limits

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(count: int, work: Callable[[int], str], *, workers: int = 20) -> Counter[str]:
    """What `work` returned, counted; each call on a thread's own connection."""

    def one(number: int) -> str:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return Counter(pool.map(one, range(count)))


def test_comparing_and_then_writing_oversells():
    """What every caller would do without the ledger, made to happen: both read, then both write."""
    set_limits("naive", {"k": 1}, node_id=None)
    both_have_read = Barrier(2, timeout=20)

    def take(_number: int) -> str:
        with transaction.atomic():
            left = available("naive", ["k"])["k"]
            both_have_read.wait()
            if left < 1:
                return "refused"
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO capacity_hold (account_id, ref, reserved, committed)"
                    " SELECT id, %s, 1, 0 FROM capacity_account WHERE kind = 'naive'",
                    [f"o{_number}"],
                )
            return "taken"

    assert in_threads(2, take, workers=2) == {"taken": 2}


def test_a_hundred_threads_on_one_key_take_exactly_what_is_there():
    set_limits("stock", {"k": 37}, node_id=None)
    all_are_here = Barrier(100, timeout=60)

    def take(number: int) -> str:
        connection.ensure_connection()
        all_are_here.wait()
        try:
            with transaction.atomic():
                reserve("stock", {"k": 1}, ref=f"o{number}")
        except CapacityExceeded:
            return "refused"
        return "taken"

    assert in_threads(100, take, workers=100) == {"taken": 37, "refused": 63}
    account = Account.objects.get()
    assert (account.reserved, Hold.objects.count()) == (37, 37)


def test_many_keys_in_any_order_never_deadlock():
    keys = [f"k{number}" for number in range(20)]
    set_limits("stock", dict.fromkeys(keys, 60), node_id=None)

    def move(number: int) -> str:
        chance, ref = random.Random(number), f"o{number}"
        wanted = {key: chance.randint(1, 5) for key in chance.sample(keys, 8)}
        try:
            with transaction.atomic():
                reserve("stock", wanted, ref=ref)
            with transaction.atomic():
                (commit if number % 2 else release)("stock", ref)
        except CapacityExceeded:
            return "refused"
        return "moved"

    results = in_threads(200, move)
    assert set(results) <= {"moved", "refused"}
    for account in Account.objects.all():
        held = [h.committed for h in account.holds.all()]
        assert account.reserved == 0
        assert account.committed == sum(held, Decimal(0)) <= 60


def test_the_same_reference_twice_at_once_is_taken_once():
    set_limits("stock", {"k": 10}, node_id=None)

    def take(_number: int) -> str:
        with transaction.atomic():
            reserve("stock", {"k": 4}, ref="same")
        return "done"

    assert in_threads(8, take, workers=8) == {"done": 8}
    assert Account.objects.get().reserved == 4
