"""Columns of the import lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.platform.intake.choices import RowStatus, State
from yunhe.platform.intake.declarations import import_type
from yunhe.platform.intake.models import Import, ImportRow
from yunhe.platform.intake.reasons import sentence
from yunhe.platform.ui.columns import Column
from yunhe.platform.ui.tables import (
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)

STATE_TONES = {
    State.REGISTERED: "amber",
    State.QUEUED: "blue",
    State.CHECKING: "blue",
    State.CHECKED: "amber",
    State.ASKED: "amber",
    State.POSTING: "blue",
    State.DONE: "green",
    State.FAILED: "red",
    State.CANCELLED: "grey",
}
ROW_TONES = {
    RowStatus.CORRECTED: "teal",
    RowStatus.DUPLICATE: "grey",
    RowStatus.QUARANTINED: "amber",
    RowStatus.RELEASED: "green",
    RowStatus.DISCARDED: "red",
}


class TypeColumn(TextColumn):
    """The import type's label."""

    def value(self, row: Import) -> Any:
        return str(import_type(row.type_code).label)


class ReasonColumn(Column):
    """All reasons of a row as sentences."""

    def value(self, row: ImportRow) -> Any:
        declared = import_type(row.source.type_code)
        return " ".join(sentence(declared, reason) for reason in row.reasons)


class CellsColumn(Column):
    """The row as it stands in the file."""

    def value(self, row: ImportRow) -> Any:
        return " · ".join(cell for cell in row.cells if cell)


class ImportTable(Table):
    file_name = LinkColumn(_("File"), url="intake:detail")
    type_code = TypeColumn(_("Type"), sort="type_code")
    node = TextColumn(_("Sender"), source="node.label", sort="node__name")
    state = StatusColumn(_("Status"), tones=STATE_TONES)
    row_count = NumberColumn(_("Rows"), source="rows")
    accepted = NumberColumn(_("Accepted"))
    duplicates = NumberColumn(_("Duplicates"), card="")
    quarantined = NumberColumn(_("Quarantined"))
    created_at = MomentColumn(_("Sent"), relative=True)

    class Meta:
        order_by = "-created_at"


class RowTable(Table):
    row = NumberColumn(_("Row"), card="title")
    status = StatusColumn(_("Status"), tones=ROW_TONES)
    reasons = ReasonColumn(_("Reason"), sort=False, select=("source",), card="text")
    cells = CellsColumn(_("As in the file"), sort=False)
    amount = NumberColumn(_("Amount"), places=2, card="value")

    class Meta:
        order_by = "row"
