"""Reads of intake."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from yunhe.platform.access.models import Node
from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.roles import Role
from yunhe.platform.intake.choices import RowStatus, State
from yunhe.platform.intake.declarations import ImportType, Reach, import_type
from yunhe.platform.intake.locks import is_held
from yunhe.platform.intake.models import Import, ImportRow, MappingTemplate, ValueAlias

REPEATED = "likely_repeat"
"""The reason of rows that look already reported."""


def reach_of(record: Import, declared: ImportType) -> Reach:
    """The nodes for which the sender's grants allow this import, as they stand now.

    Called under the owner role: the worker has no scope of its own.
    """
    if record.whole_tree:
        ids = Node.objects.values_list("id", flat=True)
        return Reach(node_ids=list(ids), node_id=record.node_id)
    roles = [role for role in Role.values if declared.permission in permissions_of(role)]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT below.id
                 FROM access_grant g
                 JOIN accounts_user u ON u.id = g.user_id AND u.is_active
                 JOIN access_node held ON held.id = g.node_id
                 JOIN access_node below ON below.path <@ held.path
                WHERE g.user_id = %s AND g.role = ANY(%s)""",
            [record.created_by_id, roles],
        )
        return Reach(node_ids=[row[0] for row in cursor.fetchall()], node_id=record.node_id)


def template_for(node_id: int, type_code: str, fingerprint: str) -> MappingTemplate | None:
    """The node's own template for these headers, else the nearest one published from above."""
    path = Node.objects.values_list("path", flat=True).get(pk=node_id)
    lineage = [int(step) for step in str(path).split(".")]
    found = MappingTemplate.objects.filter(
        node_id__in=lineage, type_code=type_code, fingerprint=fingerprint
    )
    return max(found, key=lambda template: lineage.index(template.node_id), default=None)


def aliases_for(node_id: int, declared: ImportType) -> dict[str, dict[str, str]]:
    """Field -> {value in the file: our code}; the nearer node's alias wins."""
    path = Node.objects.values_list("path", flat=True).get(pk=node_id)
    lineage = [int(step) for step in str(path).split(".")]
    rows = ValueAlias.objects.filter(node_id__in=lineage, type_code=declared.code)
    found: dict[str, dict[str, str]] = {}
    for alias in sorted(rows, key=lambda alias: lineage.index(alias.node_id)):
        found.setdefault(alias.field, {})[alias.value] = alias.target
    return found


def waiting_for(declared: ImportType) -> QuerySet[Import]:
    """Finished imports with quarantined rows that a file of this type may release, oldest first."""
    about = Q()
    for code in declared.releases:
        about |= Q(reasons__contains=[{"code": code}])
    if not about:
        return Import.objects.none()
    rows = ImportRow.objects.filter(about, source=OuterRef("pk"), status=RowStatus.QUARANTINED)
    waiting = Import.objects.filter(state=State.DONE, quarantined__gt=0)
    return waiting.filter(Exists(rows)).order_by("pk")


def is_interrupted(record: Import) -> bool:
    """Whether the process that was at it is gone: it has to be continued or cancelled."""
    return record.state in (State.CHECKING, State.POSTING) and not is_held(record.pk)


def open_rows(
    record: Import, *, reason: str = "", field: str = "", value: str | None = None
) -> QuerySet[ImportRow]:
    """Rows still in quarantine, narrowed to a reason and an offending value."""
    rows = record.exceptions.filter(status=RowStatus.QUARANTINED)
    if reason:
        rows = rows.filter(reason=reason)
    if field:
        rows = rows.filter(field=field)
    return rows if value is None else rows.filter(value=value)


def waits_for(record: Import, code: str) -> bool:
    """Whether a row in quarantine lacks what the look-up `code` finds, as its only fault or not."""
    return open_rows(record).filter(reasons__contains=[{"code": code}]).exists()


def awaits_decision(record: Import) -> bool:
    """Whether somebody has to say what is done with lines that look already reported."""
    if record.state == State.ASKED:
        return True
    return record.state == State.DONE and open_rows(record, reason=REPEATED).exists()


def repeats_of(record: Import) -> dict[str, Any]:
    """What looked already reported when somebody was asked, or nothing: rows, amount, days, and each
    earlier file by name, as far as the reader may see it; `undecided` while it waits."""
    found = record.likely_repeats
    if not found:
        return {}
    ids = [part["id"] for part in found["files"] if part["id"]]
    names = dict(Import.objects.filter(pk__in=ids).values_list("id", "file_name"))
    files = [
        {**part, "name": _name_of(part["id"], names), "known": part["id"] in names}
        for part in found["files"]
    ]
    return {**found, "files": files, "undecided": awaits_decision(record)}


def _name_of(import_id: int | None, names: dict[int, str]) -> str:
    if import_id is None:
        return _("lines without a file (scan, API, documents)")
    return names.get(import_id) or _("a file that somebody else sent")


def waits_for_value(record: Import, code: str, value: str) -> bool:
    """Whether a row in quarantine lacks what the look-up `code` finds for this very value."""
    reasons = [{"code": code, "value": value}]
    return open_rows(record).filter(reasons__contains=reasons).exists()


def creatable_count(record: Import) -> int:
    """How many different values of the quarantine a domain could make records for."""
    lookups = import_type(record.type_code).lookups
    codes = [lookup.code for lookup in lookups if lookup.create is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(DISTINCT (told->>'code', told->>'value'))
                 FROM intake_importrow r, jsonb_array_elements(r.reasons) AS told
                WHERE r.source_id = %s AND r.status = %s AND told->>'code' = ANY (%s)""",
            [record.pk, RowStatus.QUARANTINED, codes],
        )
        return int(cursor.fetchone()[0])


def grouped_reasons(record: Import, *, limit: int = 200) -> list[dict[str, Any]]:
    """Open rows by reason, field and offending value, most rows first: one statement.

    Without those that look already reported: they are told as one (`repeats_of`).
    """
    groups = (
        open_rows(record)
        .exclude(reason=REPEATED)
        .values("reason", "field", "value")
        .annotate(rows=Count("id"), amount=Sum("amount"))
        .order_by("-rows", "reason", "value")[:limit]
    )
    return [dict(group) for group in groups]


def missing_values(record: Import, code: str) -> list[str]:
    """Distinct offending values of a reason, for creating or mapping master data."""
    values = open_rows(record, reason=code).values_list("value", flat=True).distinct()
    return sorted(values)
