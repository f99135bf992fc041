"""`yunhe check` and the health pages: is everything there that the product needs?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yunhe.platform.access.policies import policy_fingerprint, scoped_models

MINIMUM_POSTGRES = 160000
MINIMUM_FREE_BYTES = 500 * 2**20


@dataclass(frozen=True)
class Finding:
    """One checked thing; `detail` says what was found, in English for operators."""

    name: str
    ok: bool
    detail: str


def check_database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, version()")
        number, version = cursor.fetchone()
    return Finding("database", number >= MINIMUM_POSTGRES, version.split(" on ")[0])


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    detail = f"{len(missing)} to apply: run `yunhe migrate`" if missing else "all applied"
    return Finding("migrations", not missing, detail)


def check_policies() -> Finding:
    """Every scoped table carries the policies that its model declares."""
    stale = []
    with connection.cursor() as cursor:
        for model in scoped_models():
            table = model._meta.db_table
            cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [table])
            if cursor.fetchone()[0] != policy_fingerprint(model):
                stale.append(table)
    detail = f"stale: {', '.join(stale)}" if stale else f"{len(scoped_models())} tables"
    return Finding("row-level security", not stale, detail)


def check_disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    return Finding("disk", free > MINIMUM_FREE_BYTES, f"{free / 2**30:.1f} GiB free under var/")


CHECKS: list[Callable[[], Finding]] = [check_database, check_migrations, check_policies, check_disk]


def run_checks() -> Iterator[Finding]:
    """Run each check; one that fails to run is itself a finding."""
    for check in CHECKS:
        try:
            yield check()
        except Exception as error:
            yield Finding(check.__name__, False, str(error).splitlines()[0])


def as_json(findings: list[Finding]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings]
