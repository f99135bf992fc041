"""Stock reports of partners, what each line should have been, and how far a partner can be believed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.choices import ReportSource, ReportStatus
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.models import Sku

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}
SCORE: dict[str, Any] = {"max_digits": 5, "decimal_places": 2}


class StockReport(models.Model):
    """What a partner counted on a day. `key` is the client's own, so that a repetition is one report."""

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="stock_reports", verbose_name=_("partner")
    )
    on = models.DateField(_("counted on"))
    status = models.CharField(
        _("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT
    )
    source = models.CharField(_("entered in"), max_length=8, choices=ReportSource.choices)
    blind = models.BooleanField(
        _("blind count"), default=False, help_text=_("The last known quantity is hidden")
    )
    key = models.CharField(max_length=100, blank=True)
    since = models.DateField(_("previous report"), null=True)
    started_at = models.DateTimeField(_("started"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    line_count = models.PositiveIntegerField(_("products counted"), default=0)
    expected_count = models.PositiveIntegerField(_("products on the books"), default=0)
    moved = models.DecimalField(_("opening and received"), default=0, **GOODS)
    unexplained = models.DecimalField(_("difference"), default=0, **GOODS)

    class Meta:
        verbose_name = _("stock report")
        verbose_name_plural = _("stock reports")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "key"], condition=~Q(key=""), name="reports_report_once"
            ),
            models.UniqueConstraint(
                fields=["node"], condition=Q(status="draft"), name="reports_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at__isnull=True)
                | Q(status="submitted", submitted_at__isnull=False),
                name="reports_submitted_at",
            ),
        ]
        indexes = [models.Index(fields=["node", "-on"], name="reports_report_node")]

    def __str__(self) -> str:
        return f"{self.node} {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("reports:detail", args=[self.pk])

    @property
    def ref(self) -> str:
        """The reference of the count's movements."""
        return f"report:{self.pk}"


class ReportLine(models.Model):
    """A SKU counted. Once submitted: what the documents say it should have been.

    opening + incoming − outgoing − returned = expected; counted − expected = difference. `opening` is
    what the report before counted; without one nothing is expected.
    """

    scope = Scope.own("node")
    audited = False  # written with the report, which is audited

    report = models.ForeignKey(
        StockReport, models.CASCADE, related_name="lines", verbose_name=_("report")
    )
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="report_lines", verbose_name=_("product")
    )
    counted = models.DecimalField(_("counted"), **GOODS)
    book = models.DecimalField(_("book stock"), null=True, **GOODS)
    opening = models.DecimalField(_("opening"), null=True, **GOODS)
    incoming = models.DecimalField(_("received"), default=0, **GOODS)
    outgoing = models.DecimalField(_("sold"), default=0, **GOODS)
    returned = models.DecimalField(_("returned and lost"), default=0, **GOODS)
    difference = models.DecimalField(_("difference"), null=True, **GOODS)

    class Meta:
        verbose_name = _("line of a stock report")
        verbose_name_plural = _("lines of stock reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "sku"], name="reports_line_once"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="reports_line_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.sku_id} = {self.counted}"

    @property
    def expected(self) -> Decimal | None:
        """What should have been there; None without an opening."""
        if self.opening is None:
            return None
        return self.opening + self.incoming - self.outgoing - self.returned


class ScoreFields(models.Model):
    """The four parts and the weighted whole, 0–100."""

    score = models.DecimalField(_("credibility"), **SCORE)
    completeness = models.DecimalField(_("completeness"), **SCORE)
    timeliness = models.DecimalField(_("timeliness"), **SCORE)
    balance = models.DecimalField(_("balance"), **SCORE)
    regularity = models.DecimalField(_("regularity"), **SCORE)
    reports = models.PositiveIntegerField(_("reports"))
    on = models.DateField(_("as of"))

    class Meta:
        abstract = True


class Credibility(ScoreFields):
    """How far a partner's stock reports can be believed now; see docs/algorithms/credibility.md."""

    scope = Scope.own("node").read_only()
    audited = False  # computed from the reports, which are the trail

    node = models.OneToOneField(
        Node,
        models.PROTECT,
        primary_key=True,
        related_name="credibility",
        verbose_name=_("partner"),
    )

    class Meta:
        verbose_name = _("credibility")
        verbose_name_plural = _("credibilities")

    def __str__(self) -> str:
        return f"{self.node_id}: {self.score}"


class CredibilityPast(ScoreFields):
    """What a partner's score became on a day on which it changed."""

    scope = Scope.own("node").read_only()
    audited = False  # computed from the reports, which are the trail

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_index=False, verbose_name=_("partner")
    )

    class Meta:
        verbose_name = _("past credibility")
        verbose_name_plural = _("past credibilities")
        constraints = [
            models.UniqueConstraint(fields=["node", "on"], name="reports_credibility_day")
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.on}: {self.score}"
