"""Stock places, the append-only movements between them, and the balances a trigger keeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import Reason, StockStatus
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
            )
        ]

    def __str__(self) -> str:
        return str(self.node)


class Movement(models.Model):
    """Goods left one side and reached the other; a side without a node is outside the network.

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
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
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
            models.Index(fields=["ref"], name="stock_movement_ref"),
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
