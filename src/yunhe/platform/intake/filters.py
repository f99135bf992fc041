"""Filters of the import lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.choices import RowStatus, State
from yunhe.platform.intake.declarations import import_types
from yunhe.platform.ui.filters import ChoiceFilter, DateRangeFilter, FilterSet, TextFilter


def _types() -> list[tuple[str, str]]:
    return [(declared.code, str(declared.label)) for declared in import_types()]


class ImportFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=State.choices)
    type_code = ChoiceFilter(_("Type"), choices=_types)
    created_at = DateRangeFilter(_("Sent"), moments=True)
    search = ("file_name", "node__name", "node__code")


class RowFilters(FilterSet):
    status = ChoiceFilter(
        _("Status"), choices=[c for c in RowStatus.choices if c[0] != RowStatus.ACCEPTED]
    )
    reason = TextFilter(_("Reason code"))
    search = ("value", "row_key")
