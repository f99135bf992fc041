"""The worker process: events, webhooks, jobs and the clock, with a clean stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import DeleteJobCondition

from yunhe.platform.events.dispatcher import deliver_next, dispatch_all, fan_out
from yunhe.platform.events.outbox import CHANNEL, WAKE_INTERVAL_S
from yunhe.platform.events.webhooks import send_next
from yunhe.platform.jobs.maintenance import retry_stalled
from yunhe.platform.jobs.running import run_job, schedule_periodic

logger = logging.getLogger(__name__)
AWAKE_S = 1.0
POLL_S = 1.0
STALLED_EVERY_S = 30.0
GRACE_S = 30.0
FAN_OUT_EVERY = 20


def run_worker(
    *, concurrency: int = 2, stop: threading.Event | None = None, handle_signals: bool = True
) -> None:
    """Deliver events and webhooks and run jobs until `stop` is set or SIGTERM/SIGINT arrives.

    Running jobs get 30 seconds to end; what does not is queued again by the next worker. With
    `handle_signals=False` it may run in a thread beside the web server.
    """
    stop = stop or threading.Event()
    loops: list[Callable[[threading.Event], None]] = [deliver_events, _webhooks_loop, _stalled_loop]
    threads = [threading.Thread(target=loop, args=[stop], name=loop.__name__) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_run_jobs(stop, concurrency=concurrency, handle_signals=handle_signals))
    finally:
        stop.set()
        for thread in threads:
            thread.join(GRACE_S)


@dataclass(frozen=True)
class Drained:
    """What `drain` did."""

    deliveries: int
    jobs: int


def drain(*, now: datetime | None = None, webhooks: bool = False) -> Drained:
    """Process events and jobs here and now until none is due (tests, demo, commands).

    `now` in the future also takes what waits for a retry. Runs on the caller's connection, in the
    caller's transaction if there is one, under the owner role.
    """
    deliveries = jobs = 0
    while True:
        ran = dispatch_all(now=now)
        deliveries += ran
        while run_id := _take_job(now):
            run_job(run_id)
            _end_job(run_id)
            jobs += 1
            ran += 1
        while webhooks and send_next(now=now):
            ran += 1
        if not ran:
            return Drained(deliveries, jobs)


async def _run_jobs(stop: threading.Event, *, concurrency: int, handle_signals: bool) -> None:
    loop = asyncio.get_running_loop()
    if handle_signals:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    schedule_periodic()
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:  # type: ignore[attr-defined]
        async with worker_app.open_async():
            work = asyncio.create_task(
                worker_app.run_worker_async(
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    shutdown_graceful_timeout=GRACE_S,
                )
            )
            while not stop.is_set() and not work.done():
                await asyncio.sleep(0.2)
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work


def deliver_events(stop: threading.Event) -> None:
    """Deliver events until `stop` is set: while there are some, a second after the last, when called."""
    while not stop.is_set():
        with _survive(stop), _listening() as listener:
            last_find = 0.0
            while not stop.is_set():
                if _dispatch_batch(stop):
                    last_find = time.monotonic()
                awake = time.monotonic() - last_find < AWAKE_S
                timeout = WAKE_INTERVAL_S if awake else POLL_S
                for _notice in listener.notifies(timeout=timeout, stop_after=1):
                    last_find = time.monotonic()
    connection.close()


def _dispatch_batch(stop: threading.Event) -> int:
    found = 0
    while not stop.is_set():
        delivered = deliver_next()
        # a backlog of deliveries must not keep new events from webhooks
        taken = fan_out() if not delivered or found % FAN_OUT_EVERY == 0 else 0
        if not (taken or delivered):
            break
        found += 1
    return found


def _webhooks_loop(stop: threading.Event) -> None:
    while not stop.is_set():
        with _survive(stop):
            while not stop.is_set():
                if not send_next():
                    stop.wait(POLL_S)
    connection.close()


def _stalled_loop(stop: threading.Event) -> None:
    while not stop.is_set():
        with _survive(stop):
            if found := retry_stalled():
                logger.warning("queued %s jobs of a lost worker again", found)
            connection.close()
        stop.wait(STALLED_EVERY_S)


@contextlib.contextmanager
def _survive(stop: threading.Event) -> Iterator[None]:
    """A lost database is waited for, never the end of the worker."""
    try:
        yield
    except (DatabaseError, InterfaceError, psycopg.Error):
        logger.exception("the worker lost the database; it tries again")
        connection.close()
        stop.wait(1)


@contextlib.contextmanager
def _listening() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connector_params(), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        yield listener


def _take_job(now: datetime | None) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = ("
            " SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'yunhe.run'"
            "    AND (scheduled_at IS NULL OR scheduled_at <= coalesce(%s, now()))"
            "  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING args ->> 'run'",
            [now],
        )
        row = cursor.fetchone()
    return UUID(row[0]) if row else None


def _end_job(run_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'doing' AND args ->> 'run' = %s",
            [str(run_id)],
        )
