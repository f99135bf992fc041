"""What is offered: brand → category → product → SKU with its packs. Everybody may read it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.trade.catalog.choices import Status, Unit


class Named(models.Model):
    """A code, and a name in both languages."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


class Brand(Named):
    """A brand of the manufacturer, or of a competitor that is only observed."""

    scope = Scope.shared()

    own = models.BooleanField(_("own brand"), default=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["code"]


class Category(Named):
    """A node of the category tree."""

    scope = Scope.shared()

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["code"]


class Product(Named):
    """What people name; its SKUs differ in size, flavour or packaging."""

    scope = Scope.shared()

    brand = models.ForeignKey(
        Brand, models.PROTECT, related_name="products", verbose_name=_("brand")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="products", verbose_name=_("category")
    )
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]


class Sku(Named):
    """What is ordered, priced and counted, in its base unit.

    `search_key` holds code, names, GTIN and pinyin initials in lower case for the trigram search;
    services keep it (`compute.search_key`).
    """

    scope = Scope.shared()

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="skus", verbose_name=_("product")
    )
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    size = models.CharField(_("pack size"), max_length=60, blank=True)
    base_unit = models.CharField(
        _("base unit"), max_length=12, choices=Unit.choices, default=Unit.PIECE
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.ACTIVE
    )
    search_key = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("stock keeping units")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["gtin"], condition=~Q(gtin=""), name="catalog_sku_gtin"
            ),
            models.CheckConstraint(
                condition=Q(gtin="") | Q(gtin__regex=r"^(\d{8}|\d{12,14})$"),
                name="catalog_sku_gtin_form",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="catalog_sku_search"),
            models.Index(fields=["status", "code"], name="catalog_sku_status"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("catalog:sku", args=[self.pk])


class PackUnit(models.Model):
    """A larger unit of a SKU: how many base units it holds, and its own GTIN."""

    scope = Scope.shared()

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="packs", verbose_name=_("SKU"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    factor = models.DecimalField(_("base units"), max_digits=12, decimal_places=3)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)

    class Meta:
        verbose_name = _("pack unit")
        verbose_name_plural = _("pack units")
        ordering = ["factor"]
        constraints = [
            models.UniqueConstraint(fields=["sku", "unit"], name="catalog_pack_once"),
            models.UniqueConstraint(
                fields=["gtin"], condition=~Q(gtin=""), name="catalog_pack_gtin"
            ),
            models.CheckConstraint(condition=Q(factor__gt=1), name="catalog_pack_factor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_display()} × {self.factor.normalize():f}"
