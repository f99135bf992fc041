"""Reads of the audit trail; the scope is the database's matter."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet

from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.audit.triggers import audited_models


def history_of(record: models.Model) -> QuerySet[AuditEntry]:
    """What happened to a record, newest first. One query on the index of table and row."""
    return entries_of_record(record._meta.db_table, str(record.pk))


def entries_of_record(table: str, row_id: str) -> QuerySet[AuditEntry]:
    """The entries of one row by its table and number, newest first."""
    return AuditEntry.objects.filter(table_name=table, row_id=row_id).order_by("-id")


def table_choices() -> list[tuple[str, str]]:
    """Audited tables with their names, for a filter."""
    found = [(m._meta.db_table, str(m._meta.verbose_name)) for m in audited_models()]
    return sorted(found, key=lambda choice: choice[1])
