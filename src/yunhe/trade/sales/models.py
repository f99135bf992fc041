"""Facts of sale, append-only, and the periods that are closed for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.trade.sales.choices import Flow


class SalesFact(models.Model):
    """One line sold (returns are negative), or a delta that corrects one. Never changed.

    A line is known by `source` (who sends which flow) and `line_key`; its present value is the sum
    over its revisions. `on` is the day of business; `booked_on` the day it counts for in closings:
    the same, or the first open day when `on` lay in a closed period. `quantity` is in base units.
    An amount that the source does not know is 0. `by_house`: headquarters or a document stated it.

    References are checked per statement by a trigger (migration 0002), not per row: at a million
    rows a file the database's own checks would take longer than the rest of the import. Not audited:
    the table itself is the history, with source file and row.
    """

    scope = Scope.own("node").append_only()
    audited = False

    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    node = models.ForeignKey(
        "access.Node",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("partner"),
    )
    counterparty = models.ForeignKey(
        "access.Node",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("counterparty"),
    )
    sku = models.ForeignKey(
        "catalog.Sku",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("SKU"),
    )
    on = models.DateField(_("business date"))
    booked_on = models.DateField(_("booked on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    document = models.CharField(_("document"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=40, db_collation="C")
    line_key = models.CharField(_("line key"), max_length=200, db_collation="C")
    revision = models.SmallIntegerField(default=0)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    import_id = models.BigIntegerField(_("import"), null=True)
    import_row = models.IntegerField(_("row"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    by_house = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("sales fact")
        verbose_name_plural = _("sales facts")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "line_key", "revision"], name="sales_fact_line_once"
            ),
            models.CheckConstraint(condition=Q(flow__in=Flow.values), name="sales_fact_flow"),
            models.CheckConstraint(
                condition=Q(revision=0, corrects__isnull=True)
                | Q(revision__gt=0, corrects__isnull=False),
                name="sales_fact_correction",
            ),
        ]
        indexes = [
            models.Index(fields=["node", "on"], name="sales_fact_node_on"),
            BrinIndex(fields=["on"], name="sales_fact_on", pages_per_range=32),
            BrinIndex(fields=["recorded_at"], name="sales_fact_recorded"),
            models.Index(
                fields=["import_id", "import_row"],
                condition=Q(revision__gt=0, import_id__isnull=False),
                name="sales_fact_corrections",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow} {self.document or self.line_key}"

    @property
    def is_return(self) -> bool:
        return self.quantity < 0

    @property
    def is_late(self) -> bool:
        """Whether it came after its period was closed."""
        return self.booked_on != self.on


class ClosedPeriod(models.Model):
    """Facts of a flow before a day are final; what comes later is booked from that day on.

    The last row of a flow holds: a reopening is a row with an earlier day and a reason.
    """

    scope = Scope.shared().append_only()

    reopens = models.BooleanField(_("reopened"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    flow = models.CharField(_("flow"), max_length=12, choices=Flow.choices)
    before = models.DateField(_("closed before"))
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        constraints = [
            models.CheckConstraint(
                condition=Q(reopens=False) | ~Q(reason=""), name="sales_reopened_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.flow} < {self.before}"
