"""Planned production and promises made on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.schedule.choices import Progress
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.models import Sku

GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}


class ScheduledProduction(models.Model):
    """A quantity of a SKU reaches a supply place on a day; `ref` names the plan's own document.

    `first_on` is the day it was first planned for: what `on` moved away from. Once finished, `made`
    base units are in stock and the line counts for no promise any more.
    """

    # everybody below is supplied from here and may know when goods come
    scope = Scope.published("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="scheduled", verbose_name=_("supply place")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    on = models.DateField(_("available on"))
    quantity = models.DecimalField(_("quantity"), **GOODS)
    confirmed = models.BooleanField(_("confirmed"), default=False)
    ref = models.CharField(_("document"), max_length=60, blank=True)
    first_on = models.DateField(_("first planned for"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    made = models.DecimalField(_("produced"), null=True, **GOODS)

    class Meta:
        verbose_name = _("scheduled production")
        verbose_name_plural = _("scheduled production")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku", "on", "ref"], name="schedule_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="schedule_positive"),
        ]
        indexes = [models.Index(fields=["node", "on"], name="schedule_node_on")]

    def __str__(self) -> str:
        return f"{self.on}: {self.quantity} × {self.sku_id}"

    def get_absolute_url(self) -> str:
        return reverse("schedule:detail", args=[self.pk])

    def state_on(self, day: date) -> Progress:
        """How far the production is on a day."""
        if self.finished_at is not None:
            return Progress.FINISHED
        if self.on < day:
            return Progress.LATE
        if self.started_at is not None:
            return Progress.STARTED
        return Progress.CONFIRMED if self.confirmed else Progress.PLANNED


class Promise(models.Model):
    """Goods promised for a day beyond what is reserved in stock; `ref` names who was promised.

    `first_on` is the day first promised; `on` where it is now, None when no production covers it any
    more. `kept_at`: the goods are reserved in stock now, and the promise counts no more.
    """

    scope = Scope.either("node", "partner").read_only()
    audited = False  # kept by the documents that were promised, which are audited

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supply place"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    on = models.DateField(_("promised for"), null=True)
    quantity = models.DecimalField(_("quantity"), **GOODS)
    ref = models.CharField(_("document"), max_length=80)
    partner = models.ForeignKey(
        Node, models.PROTECT, null=True, related_name="+", verbose_name=_("partner")
    )
    first_on = models.DateField(_("first promised for"), null=True)
    kept_at = models.DateTimeField(_("kept"), null=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.UniqueConstraint(fields=["ref", "sku"], name="schedule_promise_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="schedule_promise_positive"),
        ]
        indexes = [models.Index(fields=["node", "sku"], name="schedule_promise_sku")]

    def __str__(self) -> str:
        return f"{self.ref}: {self.quantity} × {self.sku_id} {self.on}"
