"""The migrated database that every test database is copied from: migrating takes most of a minute."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

PREFIX = "yunhe_tests_"
ROOT = Path(__file__).resolve().parents[1]


def ensure_template() -> str:
    """Name of a database to which all migrations of this checkout were applied.

    It is made once for what the migrations, the ground floor and the locked packages say now;
    those of an earlier state are dropped.
    """
    name = PREFIX + _digest()
    with _alone():
        with connection._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
            )
            found = {row[0] for row in cursor.fetchall()}
            if name in found:
                return name
            for old in found:
                with suppress(OperationalError):  # somebody copies it just now
                    cursor.execute(f'DROP DATABASE "{old}"')
            cursor.execute(f'CREATE DATABASE "{name}_new"')
        _migrate(f"{name}_new")
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _digest() -> str:
    source = ROOT / "src" / "yunhe"
    files = {*source.glob("**/migrations/*.py"), *source.glob("platform/**/*.py")}
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """One process of a test run makes it, the others wait."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR_DIR / "tests.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
