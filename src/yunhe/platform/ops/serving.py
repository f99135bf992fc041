"""`yunhe serve`: database, web and worker on one machine, started and stopped together."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from types import FrameType

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

Say = Callable[[str], None]
STOP_TIMEOUT_S = 15


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
    """Database up, migrated, static files collected. Safe to run at each start."""
    started = time.monotonic()
    ensure_database()
    say(f"database ready ({time.monotonic() - started:.1f} s)")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"applying {len(plan)} migrations…")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())


def ensure_database() -> None:
    """Create the configured database when the server has none of that name."""
    params = connection.get_connection_params()
    try:
        connection.ensure_connection()
    except Exception:
        if not settings.DATABASES["default"].get("EMBEDDED_DATA_DIR"):
            raise
        server = {key: params[key] for key in ("host", "port", "user")}
        with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
            name = sql.Identifier(settings.DATABASES["default"]["NAME"])
            admin.execute(sql.SQL("CREATE DATABASE {}").format(name))


def serve(options: ServeOptions, *, say: Say) -> int:
    """Run web and worker until a signal or until one of them ends; return the exit code."""
    commands = {"web": _web_command(options)}
    if options.with_worker:
        commands["worker"] = [sys.executable, "-m", "yunhe", "worker"]
    connection.close()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "yunhe.config.settings"}
    children = {
        # a session of its own: Ctrl-C reaches us alone, and we stop the children in order
        name: subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
        for name, command in commands.items()
    }
    say(f"Yunhe is on http://{options.host}:{options.port}  (Ctrl-C stops it)")
    try:
        return _wait(children, say)
    finally:
        _stop(list(children.values()))


def _web_command(options: ServeOptions) -> list[str]:
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
        "--no-ws",
        "--http",
        "1",
    ]
    if options.reload:
        command += ["--reload", "--reload-paths", str(settings.PACKAGE_DIR)]
    return [*command, "yunhe.config.wsgi:application"]


def _wait(children: dict[str, subprocess.Popen[bytes]], say: Say) -> int:
    stopping: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.append(signum)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for name, child in children.items():
            if (code := child.poll()) is not None:
                say(f"the {name} process ended with code {code}; stopping")
                return code or 1
        time.sleep(0.3)
    say("stopping…")
    return 0


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()


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
    say("the present data are gone")
