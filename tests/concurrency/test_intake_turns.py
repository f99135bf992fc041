"""Two files with the same lines at once: unlocked both are posted, in turn the second one is asked about."""

from __future__ import annotations

import io
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.sales.conftest import catalog, own_storage  # noqa: F401

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake import runner
from yunhe.platform.intake.locks import hold_turn
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
LINES = "date,store code,sku,qty,amount\n2026-06-01,S1,TEA,2,8\n2026-06-02,S1,COLA,1,5\n"


KEYED = "line id," + LINES.replace("\n2026", "\nK,2026", 1).replace("\n2026", "\nL,2026", 1)
PAIRS = {
    "one sender": [("D1", LINES), ("D1", LINES + "\n")],
    "two senders": [("D1", LINES), ("HQ", LINES + "\n")],
    "a file with ids": [("HQ", KEYED), ("D1", LINES)],
}


@pytest.fixture(params=PAIRS)
def take_in(request, tree, catalog, own_storage):  # noqa: F811
    """`take_in(n)` runs the n-th of two files that hold the same lines of one store."""
    ids = []
    for sender, lines in PAIRS[request.param]:
        record = register_file(
            io.BytesIO(lines.encode()),
            name="f.csv",
            type_code="sales",
            actor=ACTOR,
            now=NOW,
            node_id=tree[sender].pk,
        ).record
        confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=ACTOR, now=NOW)
        ids.append(queue_import(record, actor=ACTOR).pk)
    return lambda number: runner.run_import(ids[number], actor=ACTOR, now=NOW).state


def test_comparing_at_the_same_time_posts_the_lines_twice(take_in, monkeypatch):
    replace_lock(monkeypatch, (runner,), "hold_turn", lambda *_turns, **_how: nullcontext())
    meet_after(monkeypatch, (runner,), "_asks")
    assert in_threads(2, take_in, workers=2) == {"done": 2}
    assert SalesFact.objects.count() == 4


def test_in_turn_the_second_file_is_asked_about(take_in, request):
    """A file with ids says itself which lines it holds: posted last, it is asked about nothing."""
    results = in_threads(2, take_in, workers=2)
    if request.node.callspec.params["take_in"] == "a file with ids" and results == {"done": 2}:
        first, last = Import.objects.order_by("finished_at")
        assert [bool(one.shape["unkeyed"]) for one in (first, last)] == [True, False]
        return
    assert results == {"done": 1, "asked": 1}
    assert SalesFact.objects.count() == 2


def test_files_about_other_partners_do_not_wait_and_files_with_ids_share_a_turn(tree):
    with hold_turn([1, 2], shared=False):
        assert in_threads(1, lambda _n: entered([3, 4])) == {"entered": 1}
        assert in_threads(1, lambda _n: entered([2, 3])) == {"waits": 1}
        assert in_threads(1, lambda _n: entered([2, 3], shared=True)) == {"waits": 1}
    with hold_turn([1, 2], shared=True):
        assert in_threads(1, lambda _n: entered([2, 3])) == {"waits": 1}
        assert in_threads(1, lambda _n: entered([2, 3], shared=True)) == {"entered": 1}
    assert in_threads(1, lambda _n: entered([1, 2])) == {"entered": 1}


def entered(turns: list[int], *, shared: bool = False) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    try:
        with hold_turn(turns, shared=shared):
            return "entered"
    except OperationalError:
        return "waits"
