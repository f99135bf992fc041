"""Tables, columns and values of the trail in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.jobs.registry import all_jobs, job_named
from yunhe.platform.language import in_both_languages
from yunhe.platform.ui import formatting

LONGEST_VALUE = 80


@dataclass(frozen=True)
class Change:
    """One column of an entry: its name and what it was and became, ready to be shown."""

    field: str
    before: str
    after: str


@cache
def model_of(table: str) -> type[models.Model] | None:
    """The model of a table; None for one that is gone."""
    found = (m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table)
    return next(found, None)


def actor_name(entry: AuditEntry) -> str:
    """The person, or the job by its name; work of the system itself has no name."""
    if not entry.actor:
        return _("the system")
    job = None if entry.user_id else job_named(entry.actor)
    return str(job.title) if job else entry.actor


def jobs_called(text: str) -> list[str]:
    """The codes of the jobs whose name contains the text, in either language."""
    asked = text.casefold()
    return [
        job.name
        for job in all_jobs()
        if any(asked in name.casefold() for name in in_both_languages(job.title))
    ]


def record_type(table: str) -> str:
    """The table's name as people say it."""
    model = model_of(table)
    return str(model._meta.verbose_name) if model else table


def changes_of(entry: AuditEntry) -> list[Change]:
    """The entry's columns in words, in the order of the model's fields."""
    before, after = entry.before or {}, entry.after or {}
    fields = _fields(entry.table_name)
    order = {column: place for place, column in enumerate(fields)}
    columns = sorted(before.keys() | after.keys(), key=lambda column: order.get(column, 999))
    return [
        Change(
            _label(fields.get(column), column),
            show_value(fields.get(column), before.get(column)),
            show_value(fields.get(column), after.get(column)),
        )
        for column in columns
        if column != "id"
    ]


def show_value(field: models.Field | None, value: Any) -> str:
    """A stored value as text: the choice's label, yes or no, "" for nothing; long ones cut."""
    if value is None or value == "":
        return ""
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = _as_moment(value) if isinstance(field, models.DateTimeField) else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _as_moment(value: Any) -> str:
    """The trail keeps JSON: a moment is its ISO text there."""
    try:
        return formatting.moment(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _label(field: models.Field | None, column: str) -> str:
    """The field's name; a link without a name of its own is called after what it leads to."""
    if field is None:
        return column
    named = str(field.verbose_name) != field.name.replace("_", " ")
    if isinstance(field, models.ForeignKey) and not named:
        return str(field.related_model._meta.verbose_name)
    return str(field.verbose_name)


def _fields(table: str) -> dict[str, models.Field]:
    model = model_of(table)
    return {str(field.column): field for field in model._meta.concrete_fields} if model else {}
