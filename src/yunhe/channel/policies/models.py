"""Policies, their versions, whom each version reached and what became of it there."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.models import GOVERNED
from yunhe.channel.policies.choices import VersionState
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language

# What a transaction may read: headquarters' people the policies of their units and of the units
# above; a partner's people the versions that were sent to the partner they work for.
MY_POLICIES = "ANY ((SELECT policies_visible())::bigint[])"
MY_VERSIONS = "ANY ((SELECT policies_visible_versions())::bigint[])"


class Policy(models.Model):
    """A policy that a unit issues; its content is in its versions."""

    scope = Scope.where(f"(id = {MY_POLICIES} OR node_id = {GOVERNED})", f"node_id = {GOVERNED}")

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="policies", verbose_name=_("issued by")
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    current = models.OneToOneField(
        "PolicyVersion",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("version in force"),
    )
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("policies:detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title, self.title_en)


class PolicyVersion(models.Model):
    """What a policy says, executes and reaches. A published version never changes.

    `rules` is a list of {"kind", "definition"}; kinds are registered in `rules.py`. The audience is
    every active partner in one of `subtree_ids` with one of `levels` and `tiers` (empty: any), and
    the partners in `node_ids`. `quiz` is {} or {"question", "options", "answer"}.
    """

    scope = Scope.where(f"(id = {MY_VERSIONS} OR node_id = {GOVERNED})", f"node_id = {GOVERNED}")

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="versions", verbose_name=_("policy")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("status"), max_length=12, choices=VersionState.choices, default=VersionState.DRAFT
    )
    body = models.TextField(_("text"), blank=True)
    body_en = models.TextField(_("English text"), blank=True)
    change_note = models.CharField(_("change note"), max_length=300, blank=True)
    period = DateRangeField(_("valid"))
    rules = models.JSONField(_("rules"), default=list, encoder=DjangoJSONEncoder)
    subtree_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("regions"))
    levels = ArrayField(
        models.CharField(max_length=12, choices=Level.choices),
        default=list,
        verbose_name=_("levels"),
    )
    tiers = ArrayField(
        models.CharField(max_length=12, choices=Tier.choices), default=list, verbose_name=_("tiers")
    )
    node_ids = ArrayField(
        models.BigIntegerField(), default=list, verbose_name=_("further partners")
    )
    budget = models.DecimalField(
        _("budget"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    min_dwell_s = models.PositiveSmallIntegerField(_("least reading time in seconds"), default=10)
    quiz = models.JSONField(_("comprehension question"), default=dict, blank=True)
    acknowledged = ArrayField(
        models.CharField(max_length=200), default=list, verbose_name=_("accepted warnings")
    )
    recipient_count = models.PositiveIntegerField(_("recipients"), default=0)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    published_at = models.DateTimeField(_("published at"), null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policies_version_number"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="draft"), name="policies_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state="published"),
                name="policies_version_one_published",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="policies_version_published_at",
            ),
            models.CheckConstraint(
                condition=Q(min_dwell_s__lte=600), name="policies_version_dwell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} v{self.number}"

    @property
    def text(self) -> str:
        """The body in the reader's language."""
        return in_language(self.body, self.body_en)


class PolicyRecipient(models.Model):
    """A version was sent to a partner, who must open, read and confirm it."""

    scope = Scope.own("node")

    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="recipients", verbose_name=_("version")
    )
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="policy_recipients", verbose_name=_("partner")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    reminded_at = models.DateTimeField(_("reminded at"), null=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["version", "node"], name="policies_recipient_once"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=F("opened_at")),
                name="policies_recipient_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["node"],
                condition=Q(confirmed_at__isnull=True),
                name="policies_recipient_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} → {self.node_id}"


class PolicyReading(models.Model):
    """One person reads a version once: opened, reached the end, answered, confirmed."""

    scope = Scope.own("node")

    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="readings", verbose_name=_("version")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reader")
    )
    opened_at = models.DateTimeField(_("opened at"))
    reached_end_at = models.DateTimeField(_("read to the end at"), null=True)
    wrong_answers = models.PositiveSmallIntegerField(_("wrong answers"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(reached_end_at__isnull=False),
                name="policies_reading_complete",
            )
        ]
        indexes = [models.Index(fields=["version", "node"], name="policies_reading_version")]

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.version_id}"
