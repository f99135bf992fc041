"""Panels of stock reports, also on the partner's page."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network import panels as network_panels
from yunhe.goods.reports.compute import WEIGHTS
from yunhe.goods.reports.models import Credibility
from yunhe.goods.reports.permissions import VIEW
from yunhe.goods.reports.queries import (
    credibility_of,
    explanations,
    history_of,
    lines_of,
    list_reports,
    parts_of,
)
from yunhe.goods.reports.tables import (
    CheckTable,
    ExplanationTable,
    OwnPartTable,
    PartTable,
    ReportTable,
)
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.charts import Move, Series, TrendChart, WaterfallChart
from yunhe.platform.ui.components.figures import Fact
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ChartPanel, FactsPanel, TablePanel

PARTS = (
    ("completeness", _("Completeness")),
    ("timeliness", _("Timeliness")),
    ("balance", _("Balance")),
    ("regularity", _("Regularity")),
)
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
    parts = [(_("Credibility"), found.score)]
    parts += [(label, getattr(found, name)) for name, label in PARTS]
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

    def actions(self) -> Sequence[Button]:
        url = reverse("reports:credibility_of", args=[self.record.pk])
        return [Button(label=_("What it comes from"), url=url, icon="search")]


class PointsPanel(ChartPanel):
    """What each part takes off a hundred points."""

    title, icon = _("What costs points"), "chart-bar"

    def chart(self) -> WaterfallChart:
        parts = [
            Move(label, -WEIGHTS[name] * (100 - getattr(self.record, name)))
            for name, label in PARTS
        ]
        moves = [
            Move(_("full"), 100, total=True),
            *parts,
            Move(_("Credibility"), self.record.score, total=True),
        ]
        return WaterfallChart(title=_("From a hundred points to the score"), moves=moves)


class PastPanel(ChartPanel):
    """The score over time."""

    title, icon = _("How it went"), "history"

    def shown(self) -> bool:
        return history_of(self.record.pk).exists()

    def chart(self) -> TrendChart:
        past = list(history_of(self.record.pk))
        series = [
            Series(_("Credibility"), [row.score for row in past]),
            *(
                Series(label, [getattr(row, name) for row in past], dashed=True)
                for name, label in PARTS
            ),
        ]
        days = [f"{row.on:%m-%d}" for row in past]  # short: they stand side by side on a phone
        return TrendChart(title=_("Credibility over time"), categories=days, series=series)


class PartsPanel(TablePanel):
    """The reports that the score comes from."""

    title, icon, table, limit = _("Reports that count"), "clipboard-list", PartTable, 50

    def rows(self) -> Rows:
        return parts_of(self.record.pk, today=timezone.localdate(self.view.now))


class OwnPartsPanel(PartsPanel):
    table = OwnPartTable


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
