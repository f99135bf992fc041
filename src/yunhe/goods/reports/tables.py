"""Columns of the lists of stock reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import STATUS_TONES
from yunhe.platform.ui.tables import (
    BadgeColumn,
    BooleanColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    PercentColumn,
    QuantityColumn,
    StatusColumn,
    Table,
    TextColumn,
)


class ReportTable(Table):
    on = LinkColumn(_("Counted on"), url="reports:detail", card="title", whole=True)
    node = TextColumn(_("Partner"), source="node.label", sort="node__name", secondary="node.code")
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    entered = BadgeColumn(_("Entered in"), source="source")
    lines = NumberColumn(_("Products counted"), source="line_count")
    books = NumberColumn(_("Products on the books"), source="expected_count")
    unexplained = QuantityColumn(_("Difference"))
    submitted = MomentColumn(_("Submitted"), source="submitted_at")


class OwnReportTable(Table):
    on = LinkColumn(_("Counted on"), url="reports_portal:detail", card="title", whole=True)
    status = StatusColumn(_("Status"), tones=STATUS_TONES)
    lines = NumberColumn(_("Products counted"), source="line_count", card="text")
    unexplained = QuantityColumn(_("Difference"), card="value")
    submitted = MomentColumn(_("Submitted"), source="submitted_at", card="")


class CheckTable(Table):
    """opening + in − out − returns = expected, against what was counted."""

    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    opening = QuantityColumn(_("Opening"))
    incoming = QuantityColumn(_("+ received"))
    outgoing = QuantityColumn(_("− sold"))
    returned = QuantityColumn(_("− returned and lost"))
    expected = QuantityColumn(_("= expected"))
    counted = QuantityColumn(_("Counted"), unit=".sku.get_base_unit_display", card="value")
    difference = QuantityColumn(_("Difference"), card="text")

    def row_tone(self, record: Any) -> str:
        return "amber" if record.difference else ""


class ExplanationTable(Table):
    sku = TextColumn(_("Product"), source="sku.label", secondary="sku.code", card="title")
    difference = QuantityColumn(_("Difference"), card="value")
    document = TextColumn(_("Document"), source="ref", card="text")
    what = TextColumn(_("What may have happened"))
    on = DateColumn(_("Date"))
    effect = QuantityColumn(_("Would explain"))


def _part(url: str) -> type[Table]:
    class Parts(Table):
        on = LinkColumn(_("Counted on"), url=url, sort=False, card="title", whole=True)
        sent = DateColumn(_("Sent on"), source="sent_on", sort=False, card="text")
        late = BooleanColumn(
            _("In time"), source=lambda row: not row.late, yes=_("in time"), sort=False
        )
        share = PercentColumn(_("Of the products counted"), sort=False, card="text")
        open = PercentColumn(_("Unexplained"), places=2, sort=False, card="text")
        gap = NumberColumn(_("Days since the one before"), sort=False, card="text")

        def row_tone(self, record: Any) -> str:
            return "amber" if record.late else ""

    return Parts


PartTable = _part("reports:detail")
OwnPartTable = _part("reports_portal:detail")


class CredibilityTable(Table):
    node = LinkColumn(
        _("Partner"),
        url="reports:credibility_of",
        args=("node_id",),
        source="node.label",
        secondary="node.code",
        sort="node__name",
        card="title",
    )
    score = NumberColumn(_("Credibility"), places=1, card="value")
    completeness = NumberColumn(_("Completeness"), places=1)
    timeliness = NumberColumn(_("Timeliness"), places=1)
    balance = NumberColumn(_("Balance"), places=1)
    regularity = NumberColumn(_("Regularity"), places=1)
    reports = NumberColumn(_("Reports"))
    on = DateColumn(_("As of"))

    def row_tone(self, record: Any) -> str:
        return "red" if record.score < 50 else "amber" if record.score < 75 else ""
