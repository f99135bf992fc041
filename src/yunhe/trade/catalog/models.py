"""What is offered: brand → category → product → SKU with its packs. Everybody may read it."""

from __future__ import annotations

from itertools import zip_longest

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level
from yunhe.platform.database.scope import Scope
from yunhe.platform.files.models import FileObject
from yunhe.platform.language import in_language
from yunhe.trade.catalog.choices import AttributeKind, AttributeOf, MaterialKind, Status, Unit


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
        return in_language(self.name, self.name_en)


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
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
    )

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
    size_en = models.CharField(_("pack size in English"), max_length=60, blank=True, db_default="")
    base_unit = models.CharField(
        _("base unit"), max_length=12, choices=Unit.choices, default=Unit.PIECE
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.ACTIVE
    )
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
    )
    on_sale_from = models.DateField(_("on sale from"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
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
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=models.F("id")),
                name="catalog_sku_not_itself",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="catalog_sku_search"),
            models.Index(fields=["status", "code"], name="catalog_sku_status"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("catalog:sku", args=[self.pk])

    @property
    def size_label(self) -> str:
        """The pack size in the reader's language."""
        return in_language(self.size, self.size_en)


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


class Attribute(Named):
    """A typed property of the products of a category and those below it (null: of all).

    Values live in `Product.attributes` or `Sku.attributes` under the attribute's code. `options_en`
    are the English names of `options`, in their order, "" where there is none.
    """

    scope = Scope.shared()

    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_attributes",
        verbose_name=_("category"),
    )
    of = models.CharField(
        _("describes"),
        max_length=8,
        choices=AttributeOf.choices,
        default=AttributeOf.PRODUCT,
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=AttributeKind.choices, default=AttributeKind.TEXT
    )
    options = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("options")
    )
    options_en = ArrayField(
        models.CharField(max_length=60, blank=True),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.CharField(max_length=60))),
        blank=True,
        verbose_name=_("options in English"),
    )
    unit = models.CharField(_("measured in"), max_length=20, blank=True)
    required = models.BooleanField(_("required"), default=False)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=AttributeKind.CHOICE) | Q(options__len__gt=0),
                name="catalog_attribute_options",
            )
        ]

    @property
    def option_names(self) -> list[tuple[str, str]]:
        """Each option with its English name, "" where there is none."""
        return list(zip_longest(self.options, self.options_en[: len(self.options)], fillvalue=""))

    @property
    def option_labels(self) -> dict[str, str]:
        """Option -> its name in the reader's language."""
        return {option: in_language(option, english) for option, english in self.option_names}

    def value_label(self, value: object) -> str:
        """A stored value in the reader's language: an option by its name, the rest as it is."""
        return self.option_labels.get(str(value), str(value))


class Picture(models.Model):
    """A picture of a product with the small one that lists show. Everybody may see it."""

    scope = Scope.shared()

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="pictures", verbose_name=_("product")
    )
    file = models.ForeignKey(FileObject, models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(FileObject, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "file"], name="catalog_picture_once")
        ]

    def __str__(self) -> str:
        return f"{self.product_id} #{self.position}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:picture", args=[self.pk])

    @property
    def thumbnail_url(self) -> str:
        return reverse("catalog:thumbnail", args=[self.pk])


# Headquarters' people see every piece of material, a partner's people those for their level.
ENTITLED = (
    "(cardinality(levels) = 0 OR EXISTS (SELECT 1 FROM network_held() held"
    " WHERE held.kind <> 'partner' OR held.level = ANY ({table}.levels::text[])))"
)


class Material(models.Model):
    """A file that partners may use: posters, videos, display guides. `levels` empty: every level."""

    scope = Scope.where(
        ENTITLED, "EXISTS (SELECT 1 FROM network_held() held WHERE held.kind <> 'partner')"
    )

    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=MaterialKind.choices, default=MaterialKind.POSTER
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name=_("product"),
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="materials",
        verbose_name=_("brand"),
    )
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level.choices),
        default=list,
        blank=True,
        verbose_name=_("for levels"),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    file = models.ForeignKey(FileObject, models.PROTECT, related_name="+", verbose_name=_("file"))
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("added by"),
    )

    class Meta:
        verbose_name = _("marketing material")
        verbose_name_plural = _("marketing materials")
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)
