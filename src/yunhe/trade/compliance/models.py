"""The rule library, and the registrations of products by market. Everybody may read them."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, LicenceKind
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import MY_ANCESTORS, MY_NODES, Scope
from yunhe.platform.files.models import FileObject
from yunhe.platform.language import in_language
from yunhe.trade.catalog.models import Attribute, Category, Product
from yunhe.trade.compliance.choices import (
    WATCH_DAYS,
    Demand,
    GoodsField,
    RegistrationKind,
    Validity,
)


class Rule(models.Model):
    """Goods of a category or with an attribute value may only be bought when the demand is met.

    `category` covers what is below it. `provinces` (six-figure codes) and `region` say where the rule
    holds, `levels` for whom; empty: everywhere, for everybody. Half-open period, `ends_on` null: open.
    """

    scope = Scope.where(
        f"(region_id IS NULL OR region_id = {MY_NODES} OR region_id = {MY_ANCESTORS})",
        f"(region_id IS NULL OR region_id = {MY_NODES})",
    )

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    field = models.CharField(
        _("field"), max_length=10, choices=GoodsField.choices, default=GoodsField.OTHER
    )
    source = models.CharField(_("legal source"), max_length=200, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product category"),
    )
    attribute = models.ForeignKey(
        Attribute,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("attribute"),
    )
    value = models.CharField(_("value of the attribute"), max_length=200, blank=True)
    demand = models.CharField(
        _("asks that"), max_length=12, choices=Demand.choices, default=Demand.LICENCE
    )
    licence_kind = models.CharField(
        _("licence of the partner"), max_length=20, choices=LicenceKind.choices, blank=True
    )
    registration_kind = models.CharField(
        _("registration of the product"),
        max_length=20,
        choices=RegistrationKind.choices,
        blank=True,
    )
    provinces = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, verbose_name=_("provinces")
    )
    region = models.ForeignKey(
        Node, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level.choices),
        default=list,
        blank=True,
        verbose_name=_("levels"),
    )
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(_("ends before"), null=True, blank=True)

    class Meta:
        verbose_name = _("compliance rule")
        verbose_name_plural = _("compliance rules")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__isnull=False) | Q(attribute__isnull=False),
                name="compliance_rule_goods",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="compliance_rule_period",
            ),
            models.CheckConstraint(
                condition=(Q(demand=Demand.LICENCE) & ~Q(licence_kind=""))
                | (Q(demand=Demand.REGISTRATION) & ~Q(registration_kind=""))
                | Q(demand=Demand.BAN),
                name="compliance_rule_demand",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("compliance:rule", args=[self.pk])

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Registration(models.Model):
    """A product's registration or licence. `provinces` empty: the whole country."""

    scope = Scope.shared()

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="registrations", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=RegistrationKind.choices)
    number = models.CharField(_("number"), max_length=60)
    holder = models.CharField(_("holder"), max_length=120, blank=True)
    provinces = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, verbose_name=_("provinces")
    )
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    file = models.ForeignKey(
        FileObject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("product registration")
        verbose_name_plural = _("product registrations")
        ordering = ["expires_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "number"], name="compliance_registration_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="compliance_registration_dates",
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="compliance_registration_expiry")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("compliance:registration", args=[self.pk])

    def validity_on(self, day: date) -> Validity:
        """Valid, about to expire (within WATCH_DAYS) or expired; `expires_on` is the last day."""
        if self.expires_on is None or self.expires_on > day + timedelta(days=WATCH_DAYS):
            return Validity.VALID
        return Validity.EXPIRED if self.expires_on < day else Validity.EXPIRING
