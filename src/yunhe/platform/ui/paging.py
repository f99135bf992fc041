"""Pages of long lists: beyond ten thousand rows nobody counts, and nobody turns pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from yunhe.platform.ui.formatting import number

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts a queryset as far as MOST_COUNTED: counting all of it takes longer than showing a page.

    Its last page ends there; what lies behind is found by filters, search and export.
    """

    @cached_property
    def counted(self) -> int:
        """Rows, or one more than MOST_COUNTED. One statement for a queryset."""
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return _bare(rows)[: MOST_COUNTED + 1].count()
        return len(rows)

    @cached_property
    def count(self) -> int:
        if isinstance(self.object_list, QuerySet):
            return min(self.counted, MOST_COUNTED)
        return self.counted


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows without order and computed columns, where no two of them can be one."""
    query = rows.query
    folded = query.group_by is not None or query.distinct or query.combinator
    return rows.order_by() if folded else rows.order_by().values("pk")


def shown_count(paginator: Paginator) -> str:
    """`1,234`, or `10,000+` where the counting stopped."""
    capped = isinstance(paginator, CappedPaginator) and paginator.counted > paginator.count
    return f"{number(paginator.count)}{'+' if capped else ''}"
