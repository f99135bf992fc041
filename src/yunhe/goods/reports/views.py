"""Console pages of stock reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import STATUS_TONES, ReportStatus
from yunhe.goods.reports.filters import CredibilityFilters, ReportFilters
from yunhe.goods.reports.models import Credibility, StockReport
from yunhe.goods.reports.panels import (
    PARTS,
    CheckPanel,
    ExplanationPanel,
    PartsPanel,
    PastPanel,
    PointsPanel,
)
from yunhe.goods.reports.permissions import VIEW
from yunhe.goods.reports.queries import list_credibility, list_reports
from yunhe.goods.reports.tables import CredibilityTable, ReportTable
from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import BadgeColumn, DateColumn, MomentColumn, Rows, TextColumn
from yunhe.platform.ui.views import DetailView, FactsPanel, ListView, Panel


class ReportList(ListView):
    permission, title = VIEW, _("Stock reports")
    subtitle = _("What partners counted, checked against the documents")
    table, filters = ReportTable, ReportFilters
    empty = Empty(
        title=_("No stock report yet"),
        text=_("Dealers and stores count on the phone, send a file or report over the API."),
        icon="clipboard-list",
    )

    def get_rows(self) -> Rows:
        return list_reports()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("reports:credibility")
        return [Button(label=_("Credibility"), url=url, icon="shield-check", permission=VIEW)]


class CredibilityList(ListView):
    permission, title = VIEW, _("Credibility of stock reports")
    subtitle = _("Completeness 30 %, timeliness 20 %, balance 35 %, regularity 15 %")
    table, filters = CredibilityTable, CredibilityFilters
    empty = Empty(
        title=_("No score yet"),
        text=_("A partner's first submitted report gives the first score."),
        icon="shield-check",
    )

    def get_rows(self) -> Rows:
        return list_credibility()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports:list")),)


class CredibilityDetail(DetailView):
    """Where a partner's score comes from and how it went."""

    permission, model = VIEW, Credibility
    panels: ClassVar[Sequence[type[Panel]]] = (PointsPanel, PastPanel, PartsPanel)

    def get_queryset(self) -> Any:
        return list_credibility()

    def get_title(self) -> Text:
        return str(self.record.node.label)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Stock reports"), reverse("reports:list")),
            Crumb(_("Credibility of stock reports"), reverse("reports:credibility")),
        )

    def get_stats(self) -> Sequence[Stat]:
        values = [(_("Credibility"), self.record.score)]
        values += [(label, getattr(self.record, name)) for name, label in PARTS]
        return [Stat(label=label, value=formatting.number(value, 1)) for label, value in values]

    def get_actions(self) -> Sequence[Button]:
        url = reverse("network:partner", args=[self.record.pk])
        return [Button(label=_("Partner"), url=url, icon="building-store")]


class ReportFacts(FactsPanel):
    title = _("Report")
    fields = (
        TextColumn(_("Partner"), source="node.label"),
        DateColumn(_("Counted on"), source="on"),
        DateColumn(_("Previous report"), source="since"),
        BadgeColumn(_("Entered in"), source="source"),
        MomentColumn(_("Submitted"), source="submitted_at"),
    )


class ReportDetail(DetailView):
    permission, model = VIEW, StockReport
    panels: ClassVar[Sequence[type[Panel]]] = (ReportFacts, CheckPanel, ExplanationPanel)

    def get_queryset(self) -> Any:
        return list_reports()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock reports"), reverse("reports:list")),)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[ReportStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)
