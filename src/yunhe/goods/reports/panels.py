"""Panels of stock reports, also on the partner's page."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunhe.channel.network import panels as network_panels
from yunhe.goods.reports.models import Credibility
from yunhe.goods.reports.permissions import VIEW
from yunhe.goods.reports.queries import credibility_of, explanations, lines_of, list_reports
from yunhe.goods.reports.tables import CheckTable, ExplanationTable, ReportTable
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FactsPanel, TablePanel

NATURES = {
    ("in", True): _("receipt booked, goods not there"),
    ("in", False): _("goods there before their receipt was booked"),
    ("out", True): _("sale booked, goods still there"),
    ("out", False): _("sold before the sale was reported"),
    ("returned", True): _("return booked, goods still there"),
    ("returned", False): _("returned before it was booked"),
}


def credibility_facts(found: Credibility) -> list[Fact]:
    """Score and parts, for a panel."""
    parts = (
        (_("Credibility"), found.score),
        (_("Completeness"), found.completeness),
        (_("Timeliness"), found.timeliness),
        (_("Balance"), found.balance),
        (_("Regularity"), found.regularity),
    )
    return [Fact(label, formatting.number(value, 1), numeric=True) for label, value in parts] + [
        Fact(_("Reports"), formatting.number(found.reports), numeric=True),
        Fact(_("As of"), formatting.day(found.on)),
    ]


class CredibilityPanel(FactsPanel):
    """How far a partner's reports can be believed."""

    title, icon, side, columns, permission = _("Credibility"), "shield-check", True, 1, VIEW

    def shown(self) -> bool:
        return credibility_of(self.record.pk) is not None

    def facts(self) -> Sequence[Fact]:
        found = credibility_of(self.record.pk)
        return credibility_facts(found) if found else []


class PartnerReports(TablePanel):
    """The latest stock reports of a partner."""

    title, icon, table, permission, limit = (
        _("Stock reports"),
        "clipboard-list",
        ReportTable,
        VIEW,
        6,
    )
    empty = Empty(title=_("No stock report yet"), icon="clipboard-list")

    def rows(self) -> Rows:
        return list_reports().filter(node_id=self.record.pk)


class CheckPanel(TablePanel):
    """Every product counted, with the sum that it should have been."""

    title, icon, table, limit = _("Does it follow?"), "list", CheckTable, 1000

    def rows(self) -> Rows:
        return lines_of(self.record)


class ExplanationPanel(TablePanel):
    """Documents that explain the differences best."""

    title, icon, table, limit = _("What may explain it"), "search", ExplanationTable, 300
    empty = Empty(title=_("No difference, or no document near it"), icon="search")

    def rows(self) -> Rows:
        lines = {line.sku_id: line for line in lines_of(self.record)}
        found = explanations(self.record, list(lines.values()))
        return [
            {
                "pk": f"{sku_id}-{at}",
                "sku": lines[sku_id].sku,
                "difference": lines[sku_id].difference,
                "ref": document.ref,
                "what": NATURES[document.nature, document.on <= self.record.on],
                "on": document.on,
                "effect": document.effect,
            }
            for sku_id, documents in found.items()
            for at, document in enumerate(documents)
        ]


network_panels.register_panel(CredibilityPanel, order=72)
network_panels.register_panel(PartnerReports, order=73)
