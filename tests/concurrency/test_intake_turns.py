"""Two files with the same lines at once: unlocked both are posted, in turn the second one is asked about."""

from __future__ import annotations

import io
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from tests.concurrency.test_capacity import in_threads
from tests.concurrency.unlocked import meet_after, replace_lock
from tests.integration.trade.sales.conftest import catalog, own_storage  # noqa: F401

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake import runner
from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
LINES = "date,store code,sku,qty,amount\n2026-06-01,S1,TEA,2,8\n2026-06-02,S1,COLA,1,5\n"


@pytest.fixture
def take_in(tree, catalog, own_storage):  # noqa: F811
    """`take_in(n)` runs the n-th of two files that hold the same lines."""
    ids = []
    for ending in ("", "\n"):
        record = register_file(
            io.BytesIO((LINES + ending).encode()),
            name="f.csv",
            type_code="sales",
            actor=ACTOR,
            now=NOW,
            node_id=tree["D1"].pk,
        ).record
        confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=ACTOR, now=NOW)
        ids.append(queue_import(record, actor=ACTOR).pk)
    return lambda number: runner.run_import(ids[number], actor=ACTOR, now=NOW).state


def test_comparing_at_the_same_time_posts_the_lines_twice(take_in, monkeypatch):
    replace_lock(monkeypatch, (runner,), "hold_sender", lambda *_names: nullcontext())
    meet_after(monkeypatch, (runner,), "look_for_repeats")
    assert in_threads(2, take_in, workers=2) == {"done": 2}
    assert SalesFact.objects.count() == 4


def test_in_turn_the_second_file_is_asked_about(take_in):
    assert in_threads(2, take_in, workers=2) == {"done": 1, "asked": 1}
    assert SalesFact.objects.count() == 2
