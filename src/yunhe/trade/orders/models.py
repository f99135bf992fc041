"""Orders, their lines and the steps they took."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Sku
from yunhe.trade.orders.choices import Approval, OrderKind, OrderStatus, Source

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
GOODS: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}
DIGEST = 32
BETWEEN = Scope.either("node", "supplier")


class Order(models.Model):
    """A partner orders from its supplier. `key` is the client's own, so that a repetition is one order;
    `digest` tells whether it asked for the same.

    In the states of `choices.HOLDING` it holds credit (`credit`, ref `order:<id>`) and stock
    (`stock`, same ref) for what is not shipped yet, and nothing in any other state. `agreement` is
    the number of the frame it draws on, `ship_to` a copy of the address it goes to
    (`network.queries.address_copy`). `gifts` keeps which gifts of promotions were picked, and what was
    replaced or short (`services.gifting.gifts_json`). A draft that is `parked` is not the cart; `revision` counts its
    changes, so that a stale page is noticed.
    While it is `awaiting` production it holds a promise of goods/schedule instead of stock. A part that a
    dealer with stores of its own serves is `from_shelf`: it holds no stock either, the dealer answers for it.

    A split order holds nothing but promotions: its parts are orders whose `parent` it is, their
    lines have its rows, and `follows` is the state of the part that is least far.
    """

    scope = BETWEEN
    audit_ignored = ("total", "line_count", "revision")

    number = models.CharField(_("order"), max_length=20, unique=True)
    node = models.ForeignKey(Node, models.PROTECT, related_name="orders", verbose_name=_("partner"))
    supplier = models.ForeignKey(
        Node, models.PROTECT, related_name="supplied", verbose_name=_("supplier")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=OrderStatus.choices, default=OrderStatus.DRAFT
    )
    kind = models.CharField(
        _("kind of order"),
        max_length=8,
        choices=OrderKind.choices,
        default=OrderKind.STANDARD,
        db_default="standard",
    )
    source = models.CharField(_("entered in"), max_length=8, choices=Source.choices)
    between_partners = models.BooleanField(
        _("between partners"),
        default=False,
        db_default=False,
        help_text=_("A partner sells it, not the manufacturer: no credit, stock or books of ours"),
    )
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    total = models.DecimalField(_("amount"), default=0, **MONEY)
    line_count = models.PositiveIntegerField(_("lines"), default=0)
    note = models.CharField(_("order note"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    approval = models.CharField(
        _("approval"), max_length=8, choices=Approval.choices, blank=True, db_default=""
    )
    key = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=DIGEST, blank=True, default="", db_default="")
    placed_on = models.DateField(_("ordered"))
    wanted_on = models.DateField(_("wanted"), null=True)
    agreement = models.CharField(_("agreement"), max_length=20, blank=True, db_default="")
    ship_to = models.JSONField(_("delivery address"), null=True)
    gifts = models.JSONField(_("gifts"), null=True)
    parked = models.BooleanField(_("put aside"), default=False, db_default=False)
    revision = models.PositiveIntegerField(default=0, db_default=0)
    shipments = models.PositiveSmallIntegerField(_("shipments"), default=0)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="parts", verbose_name=_("part of order")
    )
    follows = models.CharField(
        _("state of the parts"),
        max_length=10,
        choices=OrderStatus.choices,
        blank=True,
        default="",
        db_default="",
    )
    awaiting = models.BooleanField(_("waits for production"), default=False, db_default=False)
    from_shelf = models.BooleanField(
        _("from a dealer's own shelf"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
    )

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "key"], condition=~Q(key=""), name="orders_order_once"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="orders_total_positive"),
        ]
        indexes = [
            models.Index(fields=["node", "-id"], name="orders_order_node"),
            models.Index(fields=["status", "-id"], name="orders_order_status"),
            models.Index(fields=["-placed_on", "-id"], name="orders_order_latest"),
            models.Index(
                fields=["agreement", "-id"],
                condition=~Q(agreement=""),
                name="orders_order_agreement",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.pk])

    @property
    def ref(self) -> str:
        """The reference under which capacity, stock and the ledger know the order."""
        return f"order:{self.pk}"

    @property
    def choices(self) -> dict[int, list[int]]:
        """Gifts picked: promotion id → positions in its rule."""
        return {int(number): at for number, at in (self.gifts or {}).get("chosen", {}).items()}

    @property
    def gift_remarks(self) -> list[dict[str, Any]]:
        """What was replaced or short of the free goods, as kept (`promotions.wording.remark_in_words`)."""
        return list((self.gifts or {}).get("remarks", ()))

    @property
    def basket_ref(self) -> str:
        """The reference that holds the promotions, which count on the whole order."""
        return f"order:{self.parent_id or self.pk}"


class OrderLine(models.Model):
    """One SKU in one unit, with the price as it was on the day and why.

    Quantities shipped, received and given up (`dropped`) are in base units. `rule` keeps the price
    resolution from which `queries.why_price` makes the sentence in the reader's language. `node` and `supplier` repeat
    the order's for row-level security without a look at it.
    """

    scope = BETWEEN
    audited = False  # written once with the order; its quantities move with the recorded steps

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", verbose_name=_("order"))
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    supplier = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    row = models.PositiveIntegerField(_("line"))
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="order_lines", verbose_name=_("product")
    )
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    quantity = models.DecimalField(_("quantity"), **GOODS)
    base_quantity = models.DecimalField(_("base units"), **GOODS)
    unit_price = models.DecimalField(_("price"), **MONEY)
    amount = models.DecimalField(_("amount"), **MONEY)
    rule = models.JSONField(default=dict)
    shipped = models.DecimalField(_("shipped"), default=0, **GOODS)
    received = models.DecimalField(_("received"), null=True, **GOODS)
    dropped = models.DecimalField(_("given up"), default=0, db_default=0, **GOODS)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("replaces"),
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["order", "row"], name="orders_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0, unit_price__gte=0, amount__gte=0),
                name="orders_line_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    shipped__gte=0,
                    dropped__gte=0,
                    base_quantity__gte=F("shipped") + F("dropped"),
                ),
                name="orders_line_shipped",
            ),
            models.CheckConstraint(
                condition=Q(received__isnull=True) | Q(received__gte=0, received__lte=F("shipped")),
                name="orders_line_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.row}"

    @property
    def discount(self) -> Decimal:
        """What promotions took off the line; `amount` is what is left."""
        return Decimal(self.rule.get("promotions", {}).get("discount", 0))

    @property
    def open_quantity(self) -> Decimal:
        """Base units still to be shipped: neither shipped nor given up."""
        return self.base_quantity - self.shipped - self.dropped

    @property
    def difference(self) -> Decimal:
        """Base units shipped and not received; 0 before the receipt."""
        return Decimal(0) if self.received is None else self.shipped - self.received


class OrderStep(models.Model):
    """A move an order made, by whom and when; the timeline of its page. What the system noted is kept in both
    languages, what a person wrote as it was written."""

    scope = BETWEEN.append_only()
    audited = False  # append-only: the row is its own trail

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps", verbose_name=_("order"))
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    supplier = models.ForeignKey(
        Node, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    action = models.CharField(_("action"), max_length=12)
    status = models.CharField(_("status"), max_length=10, choices=OrderStatus.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    note = models.CharField(_("order note"), max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("order step")
        verbose_name_plural = _("order steps")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.action}"

    @property
    def said(self) -> str:
        """The note for the reader of this request."""
        return in_language(self.note, self.note_en)


class OrderTerms(models.Model):
    """What orders of the partners below `node` must satisfy; of several, the nearest and then the
    level's own apply.

    `weekdays` are the days (1 Monday … 7 Sunday) on which orders are taken, none named for every day;
    `cut_off` is the hour until which.
    """

    scope = Scope.published("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("region"))
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    minimum = models.DecimalField(_("minimum order value"), default=0, **MONEY)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list, verbose_name=_("order days")
    )
    cut_off = models.TimeField(_("orders until"), null=True, blank=True)

    class Meta:
        verbose_name = _("order terms")
        verbose_name_plural = _("order terms")
        constraints = [
            models.UniqueConstraint(fields=["node", "level"], name="orders_terms_once"),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="orders_terms_minimum"),
        ]

    def __str__(self) -> str:
        return f"{self.node.label} {self.get_level_display()}".strip()

    def get_absolute_url(self) -> str:
        return reverse("orders:terms")

    @property
    def days(self) -> str:
        """The order days by name; empty when every day is one."""
        return " ".join(str(WEEKDAYS_ABBR[day - 1]) for day in self.weekdays)


class OrderTemplate(models.Model):
    """Lines that a partner orders again and again, under a name."""

    scope = Scope.own("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("order template")
        verbose_name_plural = _("order templates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["node", "name"], name="orders_template_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("orders_portal:templates")


class TemplateLine(models.Model):
    """One product of a template."""

    scope = Scope.through("template", "orders_ordertemplate")
    audited = False  # written once with its template

    template = models.ForeignKey(OrderTemplate, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField(_("line"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("product"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    quantity = models.DecimalField(_("quantity"), **GOODS)

    class Meta:
        verbose_name = _("template line")
        verbose_name_plural = _("template lines")
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["template", "row"], name="orders_template_row_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_template_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id}/{self.row}"


class Favourite(models.Model):
    """A product that a partner keeps at hand."""

    scope = Scope.own("node")
    audited = False  # a convenience of the person who orders

    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku"], name="orders_favourite_once")
        ]

    def __str__(self) -> str:
        return f"{self.node_id}/{self.sku_id}"
