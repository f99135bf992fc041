"""Stock places, the append-only movements between them, and the balances a trigger keeps."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import OUTSIDE_OF, Outside, Reason, StockStatus
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import MY_NODES, Scope
from yunhe.trade.catalog.models import Sku


class StockPlace(models.Model):
    """How a node keeps stock. Without a row: a partner that may go negative and supplies nobody.

    A supply place's available stock is also the limit of capacity accounts of kind `stock`.
    """

    scope = Scope.own("node").read_only()

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="stock_place", verbose_name=_("node")
    )
    supplies = models.BooleanField(_("supplies orders"), default=False)
    resells = models.BooleanField(
        _("takes orders of its stores"),
        default=False,
        db_default=False,
        help_text=_("Partners below order from it; nothing is reserved, it answers itself"),
    )
    negative_allowed = models.BooleanField(
        _("may go negative"), default=True, help_text=_("Reports from the field may arrive late")
    )

    class Meta:
        verbose_name = _("stock place")
        verbose_name_plural = _("stock places")
        constraints = [
            models.CheckConstraint(
                condition=Q(supplies=False) | Q(negative_allowed=False),
                name="stock_place_supply_positive",
            ),
            models.CheckConstraint(
                condition=Q(supplies=False) | Q(resells=False), name="stock_place_one_role"
            ),
        ]

    def __str__(self) -> str:
        return str(self.node)


class Lot(models.Model):
    """Goods of one SKU made together. Whoever holds a unit reads this off its label."""

    scope = Scope.shared()

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="lots", verbose_name=_("SKU"))
    code = models.CharField(_("lot"), max_length=40)
    produced_on = models.DateField(_("produced on"), null=True, blank=True)
    expires_on = models.DateField(
        _("best before"), null=True, blank=True, help_text=_("The last good day")
    )

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.UniqueConstraint(fields=["sku", "code"], name="stock_lot_once"),
            models.CheckConstraint(
                condition=Q(produced_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("produced_on")),
                name="stock_lot_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ShelfLifeRule(models.Model):
    """Goods shipped to a node, or to any below it, stay good for at least so many days."""

    scope = Scope.published("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("node")
    )
    days = models.PositiveSmallIntegerField(_("days left at shipment"))

    class Meta:
        verbose_name = _("minimum remaining shelf life")
        verbose_name_plural = _("minimum remaining shelf lives")

    def __str__(self) -> str:
        return f"{self.node}: {self.days}"


def _outside() -> Case:
    """The virtual place, by reason, on the side without a node; empty between two nodes."""
    inside = When(source__isnull=False, target__isnull=False, then=Value(""))
    others = [When(reason=reason, then=Value(place.value)) for reason, place in OUTSIDE_OF.items()]
    return Case(inside, *others, default=Value(Outside.OTHER.value))


class Movement(models.Model):
    """Goods left one side and reached the other; a side without a node is the place `outside`.

    A correction is a new movement that points at the one it corrects. `key` makes a repetition of
    the same message harmless.
    """

    # Either side sees the row; it is written by whoever answers for both (outside counts as own).
    scope = Scope.where(
        f"(source_id = {MY_NODES} OR target_id = {MY_NODES})",
        f"((source_id IS NULL OR source_id = {MY_NODES})"
        f" AND (target_id IS NULL OR target_id = {MY_NODES}))",
    ).append_only()
    audited = False  # append-only and of high volume: the row is its own trail

    source = models.ForeignKey(
        Node, models.PROTECT, null=True, related_name="goods_out", verbose_name=_("from")
    )
    source_status = models.CharField(
        _("from status"), max_length=12, choices=StockStatus.choices, blank=True
    )
    target = models.ForeignKey(
        Node, models.PROTECT, null=True, related_name="goods_in", verbose_name=_("to")
    )
    target_status = models.CharField(
        _("to status"), max_length=12, choices=StockStatus.choices, blank=True
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="movements", verbose_name=_("SKU"))
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3)
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, related_name="movements", verbose_name=_("lot")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    outside = models.GeneratedField(
        expression=_outside(),
        output_field=models.CharField(_("outside"), max_length=10, choices=Outside.choices),
        db_persist=True,
    )
    ref = models.CharField(_("document"), max_length=80, blank=True)
    key = models.CharField(_("key"), max_length=120, unique=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("corrects")
    )
    on = models.DateField(_("business date"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_movement_positive"),
            models.CheckConstraint(
                condition=Q(source__isnull=False) | Q(target__isnull=False),
                name="stock_movement_somewhere",
            ),
            models.CheckConstraint(
                condition=(Q(source__isnull=True) & Q(source_status=""))
                | (Q(source__isnull=False) & ~Q(source_status="")),
                name="stock_movement_source",
            ),
            models.CheckConstraint(
                condition=(Q(target__isnull=True) & Q(target_status=""))
                | (Q(target__isnull=False) & ~Q(target_status="")),
                name="stock_movement_target",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True)
                | Q(target__isnull=True)
                | ~Q(source=F("target"))
                | ~Q(source_status=F("target_status")),
                name="stock_movement_moves",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "sku", "on"], name="stock_movement_out"),
            models.Index(fields=["target", "sku", "on"], name="stock_movement_in"),
            # also finds the shipments `order:17/1`, … of a document `order:17`
            models.Index(OpClass("ref", name="varchar_pattern_ops"), name="stock_movement_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}: {self.quantity} × {self.sku_id}"


class StockBalance(models.Model):
    """What a node holds of a SKU in a status: kept by the movements' trigger, never by hand."""

    scope = Scope.own("node").read_only()
    audited = False  # derived from the movements, which are the trail

    node = models.ForeignKey(Node, models.PROTECT, related_name="stock", verbose_name=_("node"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="stock", verbose_name=_("SKU"))
    status = models.CharField(_("status"), max_length=12, choices=StockStatus.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3, default=0)
    negative_allowed = models.BooleanField(default=True, editable=False)
    moved_on = models.DateField(_("last movement"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["node", "sku", "status"], name="stock_balance_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) | Q(negative_allowed=True),
                name="stock_balance_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["sku", "node"], name="stock_balance_sku")]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.sku_id}:{self.status} = {self.quantity}"


class LotBalance(models.Model):
    """What the movements that named a lot sum to: kept by the movements' trigger, never by hand.

    Goods may leave without their lot being known, so that the lots of a place may sum to more than
    it holds; `compute.compute_lots_left` says what is presumed to be there.
    """

    scope = Scope.own("node").read_only()
    audited = False  # derived from the movements, which are the trail

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("node"))
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="balances", verbose_name=_("lot"))
    status = models.CharField(_("status"), max_length=12, choices=StockStatus.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=3, default=0)

    class Meta:
        verbose_name = _("stock of a lot")
        verbose_name_plural = _("stock of lots")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "sku", "status", "lot"], name="stock_lot_balance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id}:{self.lot_id}:{self.status} = {self.quantity}"


class CheckRun(models.Model):
    """When balances were last compared with the movements, and what was found."""

    scope = Scope.shared().read_only()
    audited = False  # written by the check alone

    at = models.DateTimeField(_("checked at"))
    balances = models.PositiveBigIntegerField(_("balances compared"))
    movements = models.PositiveBigIntegerField(_("movements summed"))
    differences = models.PositiveBigIntegerField(_("differences"))

    class Meta:
        verbose_name = _("check of the stock")
        verbose_name_plural = _("checks of the stock")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.differences}"
