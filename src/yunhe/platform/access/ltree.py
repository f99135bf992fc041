"""PostgreSQL's `ltree` as a model field: a path of labels such as `1.5.23`."""

from __future__ import annotations

from typing import Any

from django.db import models


class LTreeField(models.Field):
    """Path of node ids from the root; comparable with `__subtree_of` and `__above`."""

    description = "label path"

    def db_type(self, connection: Any) -> str:
        return "ltree"


@LTreeField.register_lookup
class SubtreeOf(models.Lookup):
    """`path__subtree_of=p`: p itself and everything below it."""

    lookup_name = "subtree_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} <@ {right}::ltree", (*left_params, *right_params)


@LTreeField.register_lookup
class Above(models.Lookup):
    """`path__above=p`: p itself and everything above it."""

    lookup_name = "above"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @> {right}::ltree", (*left_params, *right_params)
