"""Which nodes a row belongs to, read off its model: for the audit trail and for explanations."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import models

from yunhe.platform.access.models import Node

THROUGH = re.compile(
    r"EXISTS \(SELECT 1 FROM (\w+) parent WHERE parent\.id = \{table\}\.(\w+)_id\)"
)


def node_columns(model: type[models.Model], alias: str) -> list[str]:
    """SQL over `alias` for the nodes (at most two) that a row belongs to; [] for none."""
    if model is Node:
        return [f"{alias}.id"]
    fields = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    own = [f.column for f in fields if f.related_model is Node]
    if own:
        own.sort(key=lambda column: column != "node_id")
        return [f'{alias}."{column}"' for column in own[:2]]
    parent = parent_of(model)
    if parent is None:
        return []
    above, field = parent
    name = f"{alias}p"
    found = f'FROM "{above._meta.db_table}" {name} WHERE {name}.id = {alias}."{field}"'
    return [f"(SELECT {column} {found})" for column in node_columns(above, name)]


def parent_of(model: type[models.Model]) -> tuple[type[models.Model], str] | None:
    """The model whose rows decide about this one's (`Scope.through`), and the column to it."""
    found = THROUGH.search(model.scope.read)  # type: ignore[attr-defined]
    if found is None:
        return None
    tables = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    return tables[found[1]], f"{found[2]}_id"
