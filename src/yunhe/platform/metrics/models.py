"""What the engine keeps in PostgreSQL: which months are dirty, and the targets set."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.platform.metrics import registry


class Mark(models.Model):
    """A month (or, without one, all) of a source changed since the mart last read it.

    Written by triggers in the writer's transaction, deleted by the refresh that reads the month.
    Marks are only ever appended: two writers never wait for each other over one.
    """

    scope = Scope.system()
    audited = False  # bookkeeping of a derived read model, one row a statement

    source = models.CharField(max_length=60)
    month = models.DateField(null=True)

    class Meta:
        verbose_name = _("dirty month")
        verbose_name_plural = _("dirty months")

    def __str__(self) -> str:
        return f"{self.source} {self.month or '*'}"


class Target(models.Model):
    """What a metric shall reach at a node in a month."""

    scope = Scope.own("node")

    metric = models.CharField(_("metric"), max_length=60)
    node = models.ForeignKey(
        "access.Node", models.PROTECT, verbose_name=_("node"), related_name="+"
    )
    month = models.DateField(_("month"))
    value = models.DecimalField(_("target"), max_digits=20, decimal_places=4)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["metric", "node", "month"], name="metrics_target_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="metrics_target_month"),
        ]

    def __str__(self) -> str:
        metric = registry.metrics().get(self.metric)
        return f"{metric.label if metric else self.metric} · {self.node} · {self.month:%Y-%m}"
