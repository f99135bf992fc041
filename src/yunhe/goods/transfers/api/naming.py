"""Records of a list that an address names."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from yunhe.platform.errors import NotFound

M = TypeVar("M", bound=Model)


def named(rows: QuerySet[M], pk: int) -> M:
    """The row with this id. Raises NotFound."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
