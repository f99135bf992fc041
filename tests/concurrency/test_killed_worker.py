"""A worker that is killed in the middle of a delivery: nothing half done, nothing lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from tests.concurrency.dying import Struck

from yunhe.platform.events.dispatcher import dispatch_all
from yunhe.platform.events.models import Delivery
from yunhe.platform.events.outbox import emit

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from tests.concurrency import dying
from yunhe.platform.events.dispatcher import dispatch_all
dispatch_all()
"""


@pytest.fixture
def written():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t_struck (number integer PRIMARY KEY)")

    def read() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM t_struck ORDER BY number")
            return [number for (number,) in cursor.fetchall()]

    yield read
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE t_struck")


def work_and_die(*, at: int) -> None:
    root = django_settings.PROJECT_DIR
    child = subprocess.run(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"]],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "yunhe.config.settings",
            "PYTHONPATH": f"{root / 'src'}:{root}",
            "DIE_AT": str(at),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


def test_the_next_worker_delivers_what_a_killed_one_had_begun(written, tmp_path):
    calls = tmp_path / "calls"
    with transaction.atomic():
        for number in (1, 2, 3):
            emit(Struck(number=number, calls=str(calls)))
    work_and_die(at=2)
    assert written() == [1]  # the row of 2 was undone with the transaction of its delivery
    states = Delivery.objects.order_by("id").values_list("state", "attempts")
    assert list(states) == [("done", 1), ("pending", 0), ("pending", 0)]
    assert dispatch_all() == 2
    assert written() == [1, 2, 3]
    assert calls.read_text().split() == ["1", "2", "2", "3"]  # at least once: 2 was heard twice
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_delivery_that_comes_twice_leaves_one_row(written, tmp_path):
    with transaction.atomic():
        emit(Struck(number=7, calls=str(tmp_path / "calls")))
    dispatch_all()
    Delivery.objects.update(state="pending")
    assert dispatch_all() == 1
    assert written() == [7]
    assert (tmp_path / "calls").read_text().split() == ["7", "7"]
