"""Depots, vehicles, drivers and receiving places; delivery plans with tours and stops."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.choices import (
    Ownership,
    PlanStatus,
    StopStatus,
    TourStatus,
    Unserved,
)
from yunhe.goods.shipping.models import Shipment
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope

DEGREES: dict[str, Any] = {"max_digits": 9, "decimal_places": 6}
PRICE: dict[str, Any] = {"max_digits": 10, "decimal_places": 2, "default": Decimal(0)}
LATITUDE = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDE = [MinValueValidator(-180), MaxValueValidator(180)]


class Depot(models.Model):
    """The place that a supplier's deliveries leave from. Ways are estimated: straight line ×
    `detour`, at `speed_kmh` on average."""

    scope = Scope.own("node")

    node = models.OneToOneField(
        Node, models.PROTECT, related_name="+", verbose_name=_("supply place")
    )
    name = models.CharField(_("depot"), max_length=80)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), validators=LATITUDE, **DEGREES)
    longitude = models.DecimalField(_("longitude"), validators=LONGITUDE, **DEGREES)
    speed_kmh = models.PositiveSmallIntegerField(
        _("average speed, km/h"),
        default=35,
        validators=[MinValueValidator(5), MaxValueValidator(120)],
    )
    detour = models.DecimalField(
        _("detour factor"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("1.30"),
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text=_("Road kilometres per kilometre as the crow flies"),
    )

    class Meta:
        verbose_name = _("depot")
        verbose_name_plural = _("depots")

    def __str__(self) -> str:
        return self.name


class Driver(models.Model):
    """Who drives; with an account, the tours are on the driver's phone."""

    scope = Scope.own("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("works for"))
    name = models.CharField(_("driver"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user account"),
    )
    active = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("driver")
        verbose_name_plural = _("drivers")

    def __str__(self) -> str:
        return self.name


class Vehicle(models.Model):
    """A vehicle of a depot: what it takes, when it may be out, what it costs. An empty capacity is no
    limit in that dimension."""

    scope = Scope.own("node")

    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="vehicles")
    plate = models.CharField(_("plate"), max_length=20)
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Ownership.choices, default=Ownership.OWN
    )
    capacity_cases = models.PositiveIntegerField(_("capacity in cases"), null=True, blank=True)
    capacity_kg = models.PositiveIntegerField(_("payload in kg"), null=True, blank=True)
    capacity_litres = models.PositiveIntegerField(_("volume in litres"), null=True, blank=True)
    works_from = models.TimeField(_("leaves from"), default=time(8))
    works_until = models.TimeField(_("back by"), default=time(18))
    longest_hours = models.DecimalField(
        _("at most hours out"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    fixed_cost = models.DecimalField(_("cost per tour"), **PRICE)
    km_cost = models.DecimalField(_("cost per km"), **PRICE)
    hour_cost = models.DecimalField(_("cost per hour"), **PRICE)
    driver = models.ForeignKey(
        Driver,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual driver"),
    )
    active = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["plate"]
        constraints = [
            models.UniqueConstraint(fields=["node", "plate"], name="delivery_plate_once"),
            models.CheckConstraint(
                condition=Q(capacity_cases__gt=0) | Q(capacity_kg__gt=0) | Q(capacity_litres__gt=0),
                name="delivery_vehicle_capacity",
            ),
            models.CheckConstraint(
                condition=Q(works_from__lt=F("works_until")), name="delivery_vehicle_hours"
            ),
            models.CheckConstraint(
                condition=Q(fixed_cost__gte=0, km_cost__gte=0, hour_cost__gte=0),
                name="delivery_vehicle_costs",
            ),
        ]

    def __str__(self) -> str:
        return self.plate


class StopSite(models.Model):
    """Where and when a partner receives, and how long unloading takes there."""

    scope = Scope.own("node")

    node = models.OneToOneField(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    address = models.CharField(
        _("address for the driver"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the address of the partner's file"),
    )
    latitude = models.DecimalField(_("latitude"), validators=LATITUDE, **DEGREES)
    longitude = models.DecimalField(_("longitude"), validators=LONGITUDE, **DEGREES)
    receives_from = models.TimeField(_("receives from"), default=time(8))
    receives_until = models.TimeField(_("receives until"), default=time(18))
    unload_minutes = models.PositiveSmallIntegerField(_("minutes to unload"), default=10)
    case_seconds = models.PositiveSmallIntegerField(_("and seconds per case"), default=6)
    note = models.CharField(_("hint for the driver"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("receiving place")
        verbose_name_plural = _("receiving places")
        constraints = [
            models.CheckConstraint(
                condition=Q(receives_from__lt=F("receives_until")), name="delivery_site_hours"
            )
        ]

    def __str__(self) -> str:
        return str(self.node)


class DeliveryPlan(models.Model):
    """The deliveries of one depot on one day. `revision` grows with every change of the routes."""

    scope = Scope.own("node")

    number = models.CharField(_("plan"), max_length=20, unique=True)
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    depot = models.ForeignKey(Depot, models.PROTECT, related_name="+", verbose_name=_("depot"))
    day = models.DateField(_("day"))
    status = models.CharField(
        _("status"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT
    )
    revision = models.PositiveIntegerField(default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    solved_at = models.DateTimeField(_("routes planned"), null=True)
    released_at = models.DateTimeField(_("released at"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("delivery plan")
        verbose_name_plural = _("delivery plans")
        indexes = [models.Index(fields=["day", "status"], name="delivery_plan_day")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("delivery:detail", args=[self.pk])


class Tour(models.Model):
    """A vehicle in a plan. `live` from the release until it is back: a vehicle is out once at a time.

    Planned figures are those of the last change; times are null while it has no stop.
    """

    scope = Scope.own("node")

    plan = models.ForeignKey(DeliveryPlan, models.CASCADE, related_name="tours")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="+")
    driver = models.ForeignKey(
        Driver, models.PROTECT, null=True, related_name="+", verbose_name=_("driver")
    )
    day = models.DateField(_("day"))
    status = models.CharField(
        _("status"), max_length=10, choices=TourStatus.choices, default=TourStatus.PLANNED
    )
    live = models.BooleanField(default=False)
    starts_at = models.DateTimeField(_("leaves"), null=True)
    ends_at = models.DateTimeField(_("back"), null=True)
    distance_m = models.PositiveIntegerField(_("metres"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, default=0)
    departed_at = models.DateTimeField(_("left at"), null=True)
    returned_at = models.DateTimeField(_("back at"), null=True)

    class Meta:
        verbose_name = _("tour")
        verbose_name_plural = _("tours")
        ordering = ["vehicle__plate", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "vehicle"], name="delivery_tour_once"),
            models.UniqueConstraint(
                fields=["vehicle", "day"], condition=Q(live=True), name="delivery_vehicle_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.vehicle_id}"

    def get_absolute_url(self) -> str:
        return reverse("delivery_portal:tour", args=[self.pk])


class Stop(models.Model):
    """A receiver's goods in a plan: on a tour at a position, or on none with the reason.

    The receiver sees its own stop, with the time it is expected. `partner_label`, the receiver's name,
    is there on rows of `queries.list_stops`.
    """

    scope = Scope.either("node", "supplier")
    partner_label: str

    plan = models.ForeignKey(DeliveryPlan, models.CASCADE, related_name="stops")
    supplier = models.ForeignKey(Node, models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    tour = models.ForeignKey(Tour, models.PROTECT, null=True, related_name="stops")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    unserved = models.CharField(
        _("reason"), max_length=24, blank=True, choices=Unserved.choices, default=Unserved.WAITING
    )
    latitude = models.DecimalField(_("latitude"), null=True, **DEGREES)
    longitude = models.DecimalField(_("longitude"), null=True, **DEGREES)
    receives_from = models.TimeField(_("receives from"), default=time(0))
    receives_until = models.TimeField(_("receives until"), default=time(23, 59))
    service_s = models.PositiveIntegerField(_("seconds of unloading"), default=0)
    load_cases = models.PositiveIntegerField(_("cases"), default=0)
    load_grams = models.PositiveBigIntegerField(_("grams"), default=0)
    load_millilitres = models.PositiveBigIntegerField(_("millilitres"), default=0)
    arrives_at = models.DateTimeField(_("planned arrival"), null=True)
    leaves_at = models.DateTimeField(_("planned departure"), null=True)
    status = models.CharField(
        _("status"), max_length=10, choices=StopStatus.choices, default=StopStatus.PLANNED
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    remark = models.CharField(_("remark of the driver"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "node"], name="delivery_stop_once"),
            models.CheckConstraint(
                condition=Q(tour__isnull=False, unserved="")
                | (Q(tour__isnull=True) & ~Q(unserved="")),
                name="delivery_stop_reason",
            ),
        ]
        indexes = [models.Index(fields=["node", "-id"], name="delivery_stop_node")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.node_id}"


class StopShipment(models.Model):
    """A shipment of a stop; `live` in one plan at a time."""

    scope = Scope.through("stop", "delivery_stop")

    stop = models.ForeignKey(Stop, models.CASCADE, related_name="parcels")
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="+")
    live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("planned shipment")
        verbose_name_plural = _("planned shipments")
        constraints = [
            models.UniqueConstraint(fields=["stop", "shipment"], name="delivery_parcel_once"),
            models.UniqueConstraint(
                fields=["shipment"], condition=Q(live=True), name="delivery_parcel_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stop_id}/{self.shipment_id}"


class PlanChange(models.Model):
    """A change of the routes: what they were before, so that it can be undone, and what it cost."""

    scope = Scope.own("node")

    plan = models.ForeignKey(DeliveryPlan, models.CASCADE, related_name="changes")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=[("solve", "solve"), ("move", "move")])
    stop = models.ForeignKey(Stop, models.CASCADE, null=True, related_name="+")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)
    cost_before = models.DecimalField(max_digits=12, decimal_places=2)
    cost_after = models.DecimalField(max_digits=12, decimal_places=2)
    violations = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change of a plan")
        verbose_name_plural = _("changes of plans")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.what}"
