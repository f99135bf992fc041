"""Price lists and their rows. A partner's people see only the lists that price them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import GOVERNED
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku
from yunhe.trade.pricing.choices import ListStatus

# Lists that the transaction may read: its own units' and those above them for headquarters, only the
# applicable published ones for partners (docs/algorithms/pricing.md). Evaluated once a statement.
MY_LISTS = "ANY ((SELECT pricing_visible_lists())::bigint[])"


class PriceList(models.Model):
    """Prices that are valid in a node's subtree, for a level or tier if one is named."""

    scope = Scope.where(f"(id = {MY_LISTS} OR node_id = {GOVERNED})", f"node_id = {GOVERNED}")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="price_lists", verbose_name=_("valid in")
    )
    level = models.CharField(_("channel level"), max_length=12, choices=Level.choices, blank=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    priority = models.SmallIntegerField(
        _("priority"),
        default=0,
        help_text=_("Decides between equally specific lists: the higher wins"),
    )
    period = DateRangeField(_("valid"))
    status = models.CharField(
        _("status"), max_length=12, choices=ListStatus.choices, default=ListStatus.DRAFT
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="pricing_list_period"),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="pricing_list_currency"
            ),
        ]
        indexes = [models.Index(fields=["node", "status"], name="pricing_list_node")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pricing:detail", args=[self.pk])


class Price(models.Model):
    """The price of one unit of a SKU from a minimum quantity on, during a half-open period."""

    scope = Scope.where(
        f"price_list_id = {MY_LISTS}",
        "EXISTS (SELECT 1 FROM pricing_pricelist l WHERE l.id = {table}.price_list_id"  # noqa: S608  # constant text
        f" AND l.node_id = {GOVERNED})",
    )

    price_list = models.ForeignKey(
        PriceList, models.PROTECT, related_name="prices", verbose_name=_("price list")
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="prices", verbose_name=_("SKU"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    min_quantity = models.DecimalField(
        _("from quantity"), max_digits=12, decimal_places=3, default=1
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    period = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            ExclusionConstraint(
                name="pricing_price_once",
                expressions=[
                    ("price_list", RangeOperators.EQUAL),
                    ("sku", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("min_quantity", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="pricing_price_positive"),
            models.CheckConstraint(condition=Q(min_quantity__gt=0), name="pricing_price_minimum"),
            models.CheckConstraint(condition=Q(period__isempty=False), name="pricing_price_period"),
        ]
        indexes = [models.Index(fields=["sku", "price_list"], name="pricing_price_sku")]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.unit} ≥ {self.min_quantity}: {self.price}"
