"""Partner dossiers, organisation units and the history of who stood where."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import EXPIRY_WATCH_DAYS, Level, LicenceKind, LicenceState, Tier
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.files.models import FileObject
from yunhe.platform.language import in_language

# The nodes of the units that the transaction's user works for; empty for a partner's people. For
# documents of headquarters that partners must not even see in draft.
GOVERNED = "ANY ((SELECT network_governed())::bigint[])"


class OrganisationUnit(models.Model):
    """What the tree needs to know about a unit of the manufacturer: the provinces it answers for."""

    scope = Scope.published("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="unit", verbose_name=_("node")
    )
    provinces = ArrayField(
        models.CharField(max_length=6), default=list, verbose_name=_("provinces")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")

    def __str__(self) -> str:
        return str(self.node)


class Partner(models.Model):
    """The dossier of a dealer, sub-dealer or store; its key is its node's."""

    scope = Scope.own("node")

    node = models.OneToOneField(
        Node, models.PROTECT, primary_key=True, related_name="partner", verbose_name=_("node")
    )
    level = models.CharField(_("channel level"), max_length=12, choices=Level.choices)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, default=Tier.GROWTH)
    external_code = models.CharField(
        _("external code"),
        max_length=60,
        blank=True,
        help_text=_("Key in the ERP or in the partner's files"),
    )
    province = models.CharField(
        _("province"), max_length=6, blank=True, help_text=_("Six-figure division code, as 310000")
    )
    city = models.CharField(_("city"), max_length=40, blank=True)
    city_en = models.CharField(_("city in English"), max_length=60, blank=True, db_default="")
    address = models.CharField(_("address"), max_length=200, blank=True)
    address_en = models.CharField(
        _("address in English"), max_length=200, blank=True, db_default=""
    )
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    opened_on = models.DateField(_("partner since"), null=True, blank=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["external_code"],
                condition=~Q(external_code=""),
                name="network_partner_external",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="network_partner_level"
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="network_partner_tier"),
        ]
        indexes = [models.Index(fields=["level", "tier"], name="network_partner_level_tier")]

    def __str__(self) -> str:
        return str(self.node)

    def get_absolute_url(self) -> str:
        return reverse("network:partner", args=[self.pk])

    @property
    def city_label(self) -> str:
        """The city in the reader's language."""
        return in_language(self.city, self.city_en)

    @property
    def address_label(self) -> str:
        """The address in the reader's language."""
        return in_language(self.address, self.address_en)


class Contact(models.Model):
    """A person at a partner."""

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="contacts", verbose_name=_("partner")
    )
    name = models.CharField(_("name"), max_length=60)
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")

    def __str__(self) -> str:
        return self.name


class DeliveryAddress(models.Model):
    """A place where a partner takes goods. Orders keep a copy, so a change reaches no placed order.

    `division` is a code of `divisions`, `region` its name in words; one that is no longer used is
    kept inactive.
    """

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="addresses", verbose_name=_("partner")
    )
    label = models.CharField(_("address name"), max_length=40, blank=True)
    receiver = models.CharField(_("receiver"), max_length=60)
    phone = models.CharField(_("phone"), max_length=30)
    division = models.CharField(_("division"), max_length=6)
    region = models.CharField(_("region"), max_length=80)
    street = models.CharField(_("street and number"), max_length=160)
    is_default = models.BooleanField(_("default"), default=False)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("delivery address")
        verbose_name_plural = _("delivery addresses")
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["node"],
                condition=Q(is_default=True, active=True),
                name="network_address_default",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.receiver

    @property
    def place(self) -> str:
        """Region and street in one line."""
        return f"{self.region}{self.street}"


class Licence(models.Model):
    """A qualification document with its expiry."""

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="licences", verbose_name=_("partner")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=LicenceKind.choices)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    file = models.ForeignKey(
        FileObject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scan of the document"),
    )

    class Meta:
        verbose_name = _("qualification document")
        verbose_name_plural = _("qualification documents")
        constraints = [
            models.UniqueConstraint(fields=["node", "kind", "number"], name="network_licence_once"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="network_licence_dates",
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], name="network_licence_expiry")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def state_on(self, day: date) -> LicenceState:
        """Valid, about to expire (within EXPIRY_WATCH_DAYS) or expired; `expires_on` is the last day."""
        if self.expires_on is None or self.expires_on > day + timedelta(days=EXPIRY_WATCH_DAYS):
            return LicenceState.VALID
        return LicenceState.EXPIRED if self.expires_on < day else LicenceState.EXPIRING


class NodePlacement(models.Model):
    """A node stood below a parent during a half-open period; future ones wait for their day."""

    scope = Scope.own("node")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="placements", verbose_name=_("node")
    )
    parent = models.ForeignKey(
        Node,
        models.PROTECT,
        null=True,
        related_name="children_placements",
        verbose_name=_("parent"),
    )
    period = DateRangeField(_("period"))
    applied = models.BooleanField(_("applied"), default=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            ExclusionConstraint(
                name="network_placement_once",
                expressions=[("node", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]
        indexes = [
            models.Index(
                fields=["applied"], condition=Q(applied=False), name="network_placement_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id} < {self.parent_id} {self.period}"
