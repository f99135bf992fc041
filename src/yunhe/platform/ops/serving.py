"""`yunhe serve`: database, web and worker on one machine, started and stopped together."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from procrastinate.contrib.django.utils import connector_params
from psycopg import sql

from yunhe.platform.ops.checks import MINIMUM_POSTGRES
from yunhe.platform.ops.errors import (
    DatabaseRightsMissing,
    DatabaseTooOld,
    NotMigrated,
    PortTaken,
)
from yunhe.platform.ops.supervision import Child, Say, stop_all, supervise


@dataclass(frozen=True)
class ServeOptions:
    """`workers` web processes of `threads` each; `with_worker` also runs background jobs here."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4
    with_worker: bool = True
    reload: bool = False


def prepare(say: Say) -> None:
    """Database up, migrated, static files collected. Safe to run at each start, and by several
    processes at once: one works, the others wait for it.

    Raises DatabaseTooOld, DatabaseRightsMissing.
    """
    started = time.monotonic()
    ensure_database()
    say(_("database ready (%(seconds)s s)") % {"seconds": f"{time.monotonic() - started:.1f}"})
    with alone("prepare", say):
        if plan := missing_migrations():
            _migrate(len(plan), say)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())


def ensure_database() -> None:
    """Create the embedded server's database when there is none; refuse a server that is too old."""
    params = connection.get_connection_params()
    try:
        connection.ensure_connection()
    except Exception:
        if not settings.DATABASES["default"].get("EMBEDDED_DATA_DIR"):
            raise
        server = {key: params[key] for key in ("host", "port", "user")}
        with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
            name = sql.Identifier(settings.DATABASES["default"]["NAME"])
            # two processes may both have found none
            with contextlib.suppress(
                psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation
            ):
                admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    connection.ensure_connection()
    version = connection.connection.info.server_version
    if version < MINIMUM_POSTGRES:
        raise DatabaseTooOld(f"{version // 10000}.{version % 10000}", MINIMUM_POSTGRES // 10000)


def missing_migrations() -> list[Any]:
    """What the schema lacks, in the order of application."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def require_migrated() -> None:
    """For processes that serve a schema but do not change it. Raises NotMigrated."""
    ensure_database()
    if missing := missing_migrations():
        raise NotMigrated(len(missing))


@contextlib.contextmanager
def alone(work: str, say: Say) -> Iterator[None]:
    """One process of the installation does `work` at a time; who comes second waits.

    The lock is a session's of its own, so that it ends with the process however that dies.
    """
    with psycopg.connect(**connector_params(), autocommit=True) as holder:
        key = f"yunhe.{work}"
        row = holder.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [key]).fetchone()
        if not (row and row[0]):
            say(_("another process is at it (%(work)s); waiting…") % {"work": work})
            holder.execute("SELECT pg_advisory_lock(hashtext(%s))", [key])
        yield


def _migrate(count: int, say: Say) -> None:
    say(_("applying %(count)s migrations…") % {"count": count})
    try:
        call_command("migrate", interactive=False, verbosity=1, stdout=_MigrationsDone(count, say))
    except ProgrammingError as error:
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise DatabaseRightsMissing(error) from error
        raise
    connection.close()


class _MigrationsDone(StringIO):
    """Counts the migrations that `migrate` reports and says so now and then."""

    def __init__(self, count: int, say: Say) -> None:
        super().__init__()
        self.count, self.say, self.done, self.said = count, say, 0, time.monotonic()

    def write(self, text: str) -> int:
        self.done += text.count(" OK")
        if self.done and time.monotonic() - self.said > 2:
            self.said = time.monotonic()
            self.say(_("  %(done)s of %(count)s") % {"done": self.done, "count": self.count})
        return len(text)


def check_port(host: str, port: int) -> None:
    """Raises PortTaken when the web could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host, port, error) from error


def serve(options: ServeOptions, *, say: Say) -> int:
    """Run web and worker until a signal, or until one of them cannot be kept up; return the code."""
    check_port(options.host, options.port)
    commands = {"web": web_command(options)}
    if options.with_worker:
        commands["worker"] = [sys.executable, "-m", "yunhe", "worker"]
    connection.close()
    children = [Child(name, command) for name, command in commands.items()]
    try:
        return supervise(children, ready=_web_answers(options), say=say)
    finally:
        stop_all(children)


def _web_answers(options: ServeOptions) -> Callable[[], str | None]:
    """Asks whether the web listens; then answers with what to tell the user, once."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104
    started = time.monotonic()

    def look() -> str | None:
        try:
            socket.create_connection((host, options.port), timeout=1).close()
        except OSError:
            return None
        told = {
            "address": f"http://{options.host}:{options.port}",
            "seconds": f"{time.monotonic() - started:.1f}",
        }
        return _("Yunhe is on %(address)s  (up in %(seconds)s s; Ctrl-C stops it)") % told

    return look


def web_command(options: ServeOptions) -> list[str]:
    """How the web processes are started."""
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        options.host,
        "--port",
        str(options.port),
        "--workers",
        str(options.workers),
        "--blocking-threads",
        str(options.threads),
        "--log-level",
        "warning",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "--no-ws",
        "--http",
        "1",
    ]
    if options.reload:
        command += ["--reload", "--reload-paths", str(settings.PACKAGE_DIR)]
    return [*command, "yunhe.config.wsgi:application"]


def drop_database(say: Say) -> None:
    """Remove the configured database and what was derived from it (`yunhe demo --fresh`)."""
    params = connection.get_connection_params()
    connection.close()
    server = {key: params[key] for key in ("host", "port", "user", "password") if params.get(key)}
    name = sql.Identifier(settings.DATABASES["default"]["NAME"])
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    for folder in (settings.MART_DIR, settings.MEDIA_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
    say(_("the present data are gone"))
