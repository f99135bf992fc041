"""The worker as it runs in production: beside committed work, woken by it, stopped cleanly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import connection, transaction

from yunhe.platform.events.models import Delivery
from yunhe.platform.events.outbox import emit
from yunhe.platform.events.registry import Event, listen
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.platform.jobs.worker import deliver_events, run_worker

pytestmark = pytest.mark.django_db(transaction=True)
heard: list[int] = []
half_way = threading.Event()
go_on = threading.Event()


@dataclass(frozen=True, kw_only=True)
class Worked(Event):
    type: ClassVar = "yunhe.trial.worker.worked.v1"

    number: int


@listen(Worked)
def hear(event, *, actor):
    heard.append(event.number)


@job(name="trial.worker", reason="the test watches it", cancellable=True)
def slow_job(progress, *, actor, number):
    progress.start(2)
    progress.done = 1
    progress.report()
    half_way.set()
    go_on.wait(20)
    return {"number": number}


def until(found: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def worker():
    heard.clear()
    half_way.clear()
    go_on.clear()
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, kwargs={"stop": stop, "handle_signals": False})
    thread.start()
    yield thread
    go_on.set()
    stop.set()
    thread.join(40)
    assert not thread.is_alive()
    connection.close()


def test_events_and_jobs_of_committed_transactions_are_done_and_progress_is_seen_meanwhile(worker):
    with transaction.atomic():
        emit(Worked(number=1))
        run = enqueue(slow_job, number=7)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        emit(Worked(number=2 // 0))
    until(lambda: heard == [1])
    until(half_way.is_set)
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("running", 1, 2)
    go_on.set()
    until(lambda: JobRun.objects.get(pk=run.pk).state == "succeeded")
    assert JobRun.objects.get(pk=run.pk).result == {"number": 7}
    assert Delivery.objects.get().state == "done"


def test_two_workers_share_the_events_without_hearing_one_twice(worker):
    stop = threading.Event()
    second = threading.Thread(target=deliver_events, args=[stop])
    second.start()
    with transaction.atomic():
        for number in range(60):
            emit(Worked(number=number))
    until(lambda: len(heard) >= 60)
    stop.set()
    second.join(40)
    assert sorted(heard) == list(range(60))
