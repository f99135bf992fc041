"""Price lists and their rows. A partner's people see only the lists that price them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import GOVERNED
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku
from yunhe.trade.pricing.choices import BreachState, ChangeState, Channel, ListStatus, Stage

# Lists that the transaction may read: its own units' and those above them for headquarters, only the
# applicable published ones for partners (docs/algorithms/pricing.md). Evaluated once a statement.
MY_LISTS = "ANY ((SELECT pricing_visible_lists())::bigint[])"
# Lists that the transaction may change: the manufacturer's for its units, a partner's own for itself.
MY_PARTNERS = "ANY ((SELECT pricing_own_partners())::bigint[])"
KEPT_HERE = (
    f"((NOT {{row}}.by_partner AND {{row}}.node_id = {GOVERNED})"
    f" OR ({{row}}.by_partner AND {{row}}.node_id = {MY_PARTNERS}))"
)


class PriceList(models.Model):
    """Prices that are valid in a node's subtree, for a level or tier if one is named."""

    scope = Scope.where(
        f"(id = {MY_LISTS} OR node_id = {GOVERNED} OR (by_partner AND node_id = {MY_PARTNERS}))",
        KEPT_HERE.format(row="{table}"),
    )

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True, db_default="")
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="price_lists", verbose_name=_("valid in")
    )
    level = models.CharField(_("channel level"), max_length=12, choices=Level.choices, blank=True)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, blank=True)
    channel = models.CharField(
        _("sales channel"), max_length=12, choices=Channel.choices, blank=True
    )
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
    priced_by = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        editable=False,
        help_text=_("Who set prices or terms since the list was last published"),
    )
    by_partner = models.BooleanField(
        _("kept by the partner"),
        default=False,
        db_default=False,
        help_text=_("For those who order from it; otherwise the manufacturer's"),
    )

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
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("pricing:detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name, self.name_en)


class Price(models.Model):
    """The price of one unit of a SKU from a minimum quantity on, during a half-open period."""

    scope = Scope.where(
        f"price_list_id = {MY_LISTS}",
        "EXISTS (SELECT 1 FROM pricing_pricelist l WHERE l.id = {table}.price_list_id"  # noqa: S608  # constant text
        f" AND {KEPT_HERE.format(row='l')})",
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


class PartnerChannel(models.Model):
    """The sales channel of a partner; without a row only lists for every channel apply to it."""

    scope = Scope.own("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("partner")
    )
    channel = models.CharField(_("sales channel"), max_length=12, choices=Channel.choices)

    class Meta:
        verbose_name = _("sales channel of a partner")
        verbose_name_plural = _("sales channels of partners")

    def __str__(self) -> str:
        return f"{self.node_id}: {self.channel}"


class PriceChange(models.Model):
    """A request to set prices of a published list from a day on. Its effect is kept at submission."""

    scope = Scope.where(f"node_id = {GOVERNED}")

    price_list = models.ForeignKey(
        PriceList, models.PROTECT, related_name="changes", verbose_name=_("price list")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("valid in"))
    title = models.CharField(_("title"), max_length=120)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    effective = models.DateField(_("effective from"))
    until = models.DateField(_("ends before"), null=True, blank=True)
    state = models.CharField(
        _("status"), max_length=10, choices=ChangeState.choices, default=ChangeState.DRAFT
    )
    effect = models.DecimalField(
        _("expected effect on revenue"), max_digits=16, decimal_places=2, null=True
    )
    partners = models.PositiveIntegerField(_("affected partners"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    committed_at = models.DateTimeField(_("prices set at"), null=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("effective")),
                name="pricing_change_period",
            )
        ]
        indexes = [models.Index(fields=["price_list", "-id"], name="pricing_change_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pricing:price_change", args=[self.pk])


class PriceChangeLine(models.Model):
    """A price of a request; `previous` is the list's own price on the day, kept at submission."""

    scope = Scope.through("change", "pricing_pricechange")

    change = models.ForeignKey(PriceChange, models.CASCADE, related_name="lines")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    min_quantity = models.DecimalField(_("from quantity"), max_digits=12, decimal_places=3)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    previous = models.DecimalField(_("until now"), max_digits=14, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("price of a price change")
        verbose_name_plural = _("prices of a price change")
        constraints = [
            models.UniqueConstraint(
                fields=["change", "sku", "unit", "min_quantity"], name="pricing_change_line_once"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(min_quantity__gt=0), name="pricing_change_line_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.sku_id} {self.unit} {self.price}"


class RetailFloor(models.Model):
    """The lowest price of one base unit below a unit, during a period: to consumers, or to stores."""

    scope = Scope.where(f"node_id = {GOVERNED}")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("valid in"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    stage = models.CharField(
        _("sold to"), max_length=8, choices=Stage.choices, default=Stage.RETAIL
    )
    price = models.DecimalField(_("lowest price per base unit"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    period = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("minimum retail price")
        verbose_name_plural = _("minimum retail prices")
        constraints = [
            ExclusionConstraint(
                name="pricing_floor_once",
                expressions=[
                    ("node", RangeOperators.EQUAL),
                    ("sku", RangeOperators.EQUAL),
                    ("stage", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0) & Q(period__isempty=False), name="pricing_floor_price"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} ≥ {self.price}"


class RetailBreach(models.Model):
    """A store's sale below the floor, with its evidence. The sale itself stays in trade.sales."""

    scope = Scope.where(f"node_id = {GOVERNED}")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("store"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    floor = models.ForeignKey(RetailFloor, models.PROTECT, related_name="breaches")
    on = models.DateField(_("sold on"))
    source_ref = models.CharField(max_length=260, unique=True)
    document = models.CharField(_("document"), max_length=60, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    unit_price = models.DecimalField(_("sold at"), max_digits=14, decimal_places=4)
    floor_price = models.DecimalField(_("minimum"), max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3)
    found_at = models.DateTimeField(_("found at"))
    state = models.CharField(
        _("status"), max_length=10, choices=BreachState.choices, default=BreachState.OPEN
    )
    note = models.CharField(_("explanation"), max_length=300, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("sale below the minimum retail price")
        verbose_name_plural = _("sales below the minimum retail price")
        indexes = [models.Index(fields=["node", "-on"], name="pricing_breach_node")]

    def __str__(self) -> str:
        return f"{self.node_id} {self.sku_id} {self.on}"

    @property
    def below(self) -> Decimal:
        """By what share the sale lies below the floor, 0 to 1."""
        return 1 - self.unit_price / self.floor_price


class CompetitorPrice(models.Model):
    """A price of a competing product, seen somewhere on a day; comparable per our base unit."""

    scope = Scope.own("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("seen at"))
    competitor = models.CharField(_("competitor"), max_length=60)
    product = models.CharField(_("competing product"), max_length=120)
    sku = models.ForeignKey(
        Sku, models.PROTECT, null=True, related_name="+", verbose_name=_("our product")
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    channel = models.CharField(
        _("sales channel"), max_length=12, choices=Channel.choices, blank=True
    )
    seen_on = models.DateField(_("seen on"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    source_key = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("competitor price")
        verbose_name_plural = _("competitor prices")
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="pricing_competitor_price"),
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="pricing_competitor_once"
            ),
        ]
        indexes = [models.Index(fields=["sku", "-seen_on"], name="pricing_competitor_sku")]

    def __str__(self) -> str:
        return f"{self.competitor} {self.product}"
