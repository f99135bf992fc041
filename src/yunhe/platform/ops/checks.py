"""`yunhe check` and the health pages: is everything there that the product needs?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import WARNING
from django.core.checks import run_checks as run_django_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from yunhe.platform.access.policies import (
    SCOPED,
    WIDE,
    policy_fingerprint,
    scoped_models,
)
from yunhe.platform.accounts.services.upkeep import count_unreadable_secrets
from yunhe.platform.events.queries import count_dead, oldest_waiting
from yunhe.platform.ops.second_factor import unknown_roles

MINIMUM_POSTGRES = 160000
MINIMUM_FREE_BYTES = 500 * 2**20
WORKER_SILENCE = timedelta(minutes=1)
EVENT_WAIT = timedelta(minutes=5)
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}


@dataclass(frozen=True)
class Finding:
    """One checked thing; `detail` says what was found and, where it lacks, what to do.

    `warning`: the product runs, but somebody should look. `code` is the check's, in no language.
    """

    name: str
    ok: bool
    detail: str
    warning: bool = False
    code: str = ""

    def as_text(self) -> str:
        """One line for a terminal."""
        mark = "FAIL" if not self.ok else "warn" if self.warning else "ok  "
        return f"{mark} {self.name}: {self.detail}"


def check_database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, version()")
        number, version = cursor.fetchone()
    return Finding(_("database"), number >= MINIMUM_POSTGRES, version.split(" on ")[0])


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    detail = _("%(count)d to apply: run `yunhe migrate`") % {"count": len(missing)}
    return Finding(_("migrations"), not missing, detail if missing else _("all applied"))


def check_roles() -> Finding:
    """The login can become the two restricted roles that every request runs as."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)"
            " AND pg_has_role(current_user, oid, 'MEMBER')",
            [[SCOPED, WIDE]],
        )
        held = {name for (name,) in cursor.fetchall()}
    lacking = ", ".join(sorted({SCOPED, WIDE} - held))
    detail = _("the login is no member of: %(roles)s") % {"roles": lacking}
    return Finding(_("database roles"), not lacking, detail if lacking else f"{SCOPED}, {WIDE}")


def check_policies() -> Finding:
    """Every scoped table carries the policies that its model declares."""
    models = scoped_models()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, obj_description(to_regclass(name), 'pg_class') FROM unnest(%s::text[]) name",
            [[model._meta.db_table for model in models]],
        )
        kept = dict(cursor.fetchall())
    stale = [
        model._meta.db_table
        for model in models
        if kept[model._meta.db_table] != policy_fingerprint(model)
    ]
    found = _("stale: %(tables)s; run `yunhe migrate`") % {"tables": ", ".join(stale)}
    enough = _("%(count)d tables") % {"count": len(models)}
    return Finding(_("row-level security"), not stale, found if stale else enough)


def check_disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    detail = _("%(gib)s GiB free under %(folder)s") % {
        "gib": f"{free / 2**30:.1f}",
        "folder": settings.VAR_DIR,
    }
    return Finding(_("disk"), free > MINIMUM_FREE_BYTES, detail)


def check_folders() -> Finding:
    """Files, mart and mail can be written where they belong."""
    wanted = {Path(settings.MEDIA_ROOT), Path(settings.MART_DIR), Path(settings.VAR_DIR)}
    shut = sorted(str(folder) for folder in wanted if not _writable(folder))
    detail = _("cannot be written: %(folders)s") % {"folders": ", ".join(shut)}
    return Finding(_("folders"), not shut, detail if shut else str(settings.VAR_DIR))


def _writable(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def check_build() -> Finding:
    """Scripts and translations are built, and what else Django's own checks find."""
    lacking = [str(error.msg) for error in run_django_checks() if error.level >= WARNING]
    places = [Path(config.path) for config in apps.get_app_configs()] + [settings.PACKAGE_DIR]
    for place in places:
        po = place / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        if po.exists() and not po.with_suffix(".mo").exists():
            lacking.append(_("translations are not compiled: run `make messages`"))
            break
    return Finding(_("build"), not lacking, "; ".join(lacking) or _("complete"))


def check_keys() -> Finding:
    """Every encrypted value opens with a configured key."""
    shut = count_unreadable_secrets()
    detail = _("%(count)d secrets open with no key of YUNHE_ENCRYPTION_KEYS") % {"count": shut}
    count = _("%(count)d keys") % {"count": len(settings.ENCRYPTION_KEYS)}
    return Finding(_("encryption keys"), not shut, detail if shut else count)


def check_worker() -> Finding:
    """A worker has shown a sign of life within the last minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s",
            [timezone.now() - WORKER_SILENCE],
        )
        alive = cursor.fetchone()[0]
    name = _("worker")
    if alive:
        return Finding(name, True, _("%(count)d at work") % {"count": alive})
    detail = _("none is at work: start `yunhe serve` or `yunhe worker`")
    return Finding(name, True, detail, warning=True)


def check_events() -> Finding:
    """Events are delivered in time, and none was given up."""
    waiting, dead = oldest_waiting(), count_dead()
    late = waiting is not None and timezone.now() - waiting > EVENT_WAIT
    found = []
    if late:
        found.append(_("the oldest waits since %(time)s") % {"time": f"{waiting:%Y-%m-%d %H:%M}"})
    if dead:
        found.append(
            _("%(count)d deliveries were given up: see the page of events") % {"count": dead}
        )
    return Finding(_("events"), True, "; ".join(found) or _("none waits"), warning=bool(found))


def check_protection() -> Finding:
    """Settings that are fine on a laptop and dangerous where others reach the machine."""
    found = []
    if settings.DEBUG:
        found.append(_("YUNHE_DEBUG shows errors to everybody"))
    if set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS and not settings.HTTPS:
        found.append(_("other hosts are served without YUNHE_HTTPS=1"))
    unknown = ", ".join(unknown_roles())
    if unknown:
        found.append(_("YUNHE_SECOND_FACTOR_ROLES names no role: %(names)s") % {"names": unknown})
    detail = "; ".join(found) or _("as it should be")
    return Finding(_("protection"), not unknown, detail, warning=bool(found))


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": check_database,
    "migrations": check_migrations,
    "roles": check_roles,
    "policies": check_policies,
    "keys": check_keys,
    "worker": check_worker,
    "events": check_events,
    "folders": check_folders,
    "disk": check_disk,
    "build": check_build,
    "protection": check_protection,
}
WITHOUT_DATABASE = ("folders", "disk", "build", "protection")


def run_checks() -> Iterator[Finding]:
    """Run each check; one that fails to run is itself a finding.

    Without a database what looks into it is left out: the same reason six times tells nothing.
    """
    reached = True
    for code, check in CHECKS.items():
        if not (reached or code in WITHOUT_DATABASE):
            continue
        try:
            finding = check()
        except Exception as error:
            finding = Finding(code, False, str(error).splitlines()[0])
            reached = reached and code != "database"
        yield replace(finding, code=code)


def as_json(findings: list[Finding]) -> list[dict[str, object]]:
    return [asdict(finding) for finding in findings]
