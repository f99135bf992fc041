"""Filters of the ledger's lists."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.queries import AgeingRow
from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, DateRangeFilter, FilterSet


def _overdue(rows: Sequence[AgeingRow], wanted: bool) -> list[AgeingRow]:
    return [row for row in rows if bool(row.overdue) == wanted]


class AgeingFilters(FilterSet):
    """Receivables: all, or the overdue ones."""

    overdue = BooleanFilter(_("Overdue"), apply=_overdue)


class EntryFilters(FilterSet):
    """Postings."""

    kind = ChoiceFilter(_("Kind"), choices=EntryKind.choices, multiple=True)
    on = DateRangeFilter(_("Business date"))
    search = ("number", "text", "node__name", "node__name_en", "ref")
