"""Programs, who takes part, what they earned so far, and settlements with their statements.

Everything here is written by the use cases alone (`services`, which elevate after checking rights).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.channel.policies.models import PolicyVersion
from yunhe.money.rebates.choices import (
    Flow,
    Frequency,
    ProgramState,
    SettlementKind,
    SettlementState,
)
from yunhe.platform.access.models import Node
from yunhe.platform.database.encryption import EncryptedTextField
from yunhe.platform.database.scope import MY_NODES, Scope
from yunhe.platform.language import in_language

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
VALUE: dict[str, Any] = {"max_digits": 24, "decimal_places": 8}
OWN = Scope.own("node").read_only()
HEADQUARTERS = "cardinality((SELECT network_governed())) > 0"
OF_MY_PARTNERS = (
    "EXISTS (SELECT 1 FROM rebates_statementline line WHERE line.settlement_id = {table}.id)"
)


class Program(models.Model):
    """A rebate rule of a published policy version, frozen: what the kernel computes.

    `definition` is the kernel's document without partners, baselines and met conditions. `code`
    names the program through versions of the policy that begin on the same day, so what was paid
    under an older version is deducted. `sku_ids` null: every product, less `excluded_sku_ids`.
    """

    scope = Scope.where(
        "EXISTS (SELECT 1 FROM rebates_programpartner taking WHERE taking.program_id = {table}.id)"
    ).read_only()

    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="rebate_programs", verbose_name=_("policy")
    )
    rule_index = models.PositiveSmallIntegerField(_("rule"))
    code = models.CharField(_("program"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    rule = models.JSONField(_("rule"), encoder=DjangoJSONEncoder)
    definition = models.JSONField(_("definition"), encoder=DjangoJSONEncoder)
    flow = models.CharField(_("counts"), max_length=12, choices=Flow.choices)
    currency = models.CharField(_("currency"), max_length=3)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("ends before"))
    sku_ids = ArrayField(
        models.BigIntegerField(), null=True, verbose_name=pgettext_lazy("rebate", "products")
    )
    excluded_sku_ids = ArrayField(
        models.BigIntegerField(), default=list, verbose_name=_("excluded products")
    )
    conditions = ArrayField(
        models.CharField(max_length=60), default=list, verbose_name=_("conditions")
    )
    frequency = models.CharField(_("settled"), max_length=10, choices=Frequency.choices)
    state = models.CharField(
        _("status"), max_length=10, choices=ProgramState.choices, default=ProgramState.ACTIVE
    )
    created_at = models.DateTimeField(_("created at"))
    computed_at = models.DateTimeField(_("computed at"), null=True)

    class Meta:
        verbose_name = _("rebate program")
        verbose_name_plural = _("rebate programs")
        constraints = [
            models.UniqueConstraint(fields=["version", "rule_index"], name="rebates_program_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(state__in=["replaced", "void"]),
                name="rebates_program_code",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="rebates_program_period"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("rebates:program", args=[self.pk])

    @property
    def label(self) -> str:
        """The policy's title in the reader's language."""
        return in_language(self.title, self.title_en)


class ProgramPartner(models.Model):
    """A partner takes part. `baseline`: last year's amount, frozen when growth counts.

    `conditions`: name → met, as recorded; the reading of the policy is looked up.
    """

    scope = OWN

    program = models.ForeignKey(
        Program, models.PROTECT, related_name="participants", verbose_name=_("program")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    baseline = models.DecimalField(_("baseline"), null=True, **MONEY)
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["program", "node"], name="rebates_participant_once")
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.node_id}"


class Accrual(models.Model):
    """What a partner has earned so far in a program, and how far the next tier is.

    `line` is the kernel's result with its trace. `metric` chose the tier; `to_next` is what it lacks
    to `next_start`, in the metric's own unit (money, base units, or a share).
    """

    scope = OWN
    audited = False  # derived from facts; AccrualEntry keeps the history

    program = models.ForeignKey(
        Program, models.PROTECT, related_name="accruals", verbose_name=_("program")
    )
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="rebate_accruals", verbose_name=_("partner")
    )
    as_of = models.DateField(_("as of"))
    base = models.DecimalField(_("base"), **VALUE)
    earned = models.DecimalField(_("earned"), **MONEY)
    paid = models.DecimalField(_("settled"), default=0, **MONEY)
    tier = models.PositiveSmallIntegerField(pgettext_lazy("rebate", "tier"), null=True)
    metric = models.DecimalField(pgettext_lazy("rebate", "reached"), null=True, **VALUE)
    next_start = models.DecimalField(_("next tier from"), null=True, **VALUE)
    to_next = models.DecimalField(_("to the next tier"), null=True, **VALUE)
    line = models.JSONField(_("steps"), encoder=DjangoJSONEncoder)
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("accrual")
        verbose_name_plural = _("accruals")
        constraints = [
            models.UniqueConstraint(fields=["program", "node"], name="rebates_accrual_once")
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.node_id}"

    def get_absolute_url(self) -> str:
        return reverse("rebates:accrual", args=[self.pk])


class AccrualEntry(models.Model):
    """The change of an accrual on a day. The entries of a program and partner sum to what is earned."""

    scope = OWN
    audited = False  # append-only: the row is its own trail

    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    on = models.DateField(_("business date"))
    amount = models.DecimalField(_("amount"), **MONEY)
    currency = models.CharField(_("currency"), max_length=3)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("accrual entry")
        verbose_name_plural = _("accrual entries")
        indexes = [models.Index(fields=["node", "on"], name="rebates_entry_node_on")]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.node_id} {self.amount}"


class Settlement(models.Model):
    """Cumulative minus paid, for some programs, up to a business date.

    Facts count up to `cutoff` when they were recorded up to `known_by` and their id is at most
    `fact_horizon`, so that a settlement stays what it was while facts keep coming.
    """

    scope = Scope.where(f"({HEADQUARTERS} AND {OF_MY_PARTNERS})").read_only()

    number = models.CharField(_("settlement"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=SettlementKind.choices)
    cutoff = models.DateField(_("up to"))
    known_by = models.DateField(_("recorded up to"))
    fact_horizon = models.BigIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(
        _("status"), max_length=10, choices=SettlementState.choices, default=SettlementState.DRAFT
    )
    partners = models.PositiveIntegerField(_("partners"), default=0)
    earned = models.DecimalField(_("earned"), default=0, **MONEY)
    paid_before = models.DecimalField(_("paid before"), default=0, **MONEY)
    due = models.DecimalField(pgettext_lazy("rebate", "due"), default=0, **MONEY)
    opened_at = models.DateTimeField(pgettext_lazy("rebate", "opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    posted_at = models.DateTimeField(_("posted at"), null=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("posted by"),
    )

    class Meta:
        verbose_name = _("rebate settlement")
        verbose_name_plural = _("rebate settlements")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="posted")
                | Q(posted_at__isnull=False, approved_at__isnull=False),
                name="rebates_settlement_posted",
            ),
            models.CheckConstraint(
                condition=Q(known_by__gte=F("cutoff")), name="rebates_settlement_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rebates:settlement", args=[self.pk])


class SettlementProgram(models.Model):
    """A program is part of a settlement; `open` until the settlement is posted or cancelled."""

    scope = Scope.through("settlement", "rebates_settlement").read_only()
    audited = False  # follows the settlement, which is audited

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="parts")
    program = models.ForeignKey(Program, models.PROTECT, related_name="settled_in")
    position = models.PositiveSmallIntegerField()
    open = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("settled program")
        verbose_name_plural = _("settled programs")
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "program"], name="rebates_settled_program_once"
            ),
            models.UniqueConstraint(
                fields=["program"], condition=Q(open=True), name="rebates_one_open_settlement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.program_id}"


class SigningKey(models.Model):
    """The public half of a key that signs statements; the newest one that is not retired signs."""

    scope = Scope.shared().read_only()

    key_id = models.CharField(pgettext_lazy("rebate", "key"), max_length=16, unique=True)
    public_key = models.CharField(_("public key (base64)"), max_length=60)
    created_at = models.DateTimeField(_("created at"))
    retired_at = models.DateTimeField(_("retired at"), null=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(retired_at__isnull=True),
                name="rebates_one_signing_key",
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class SigningSecret(models.Model):
    """The private half, encrypted with keys from outside the database; no page can read it."""

    scope = Scope.system()
    audited = False  # a secret does not belong into the trail; the public half is audited

    key = models.OneToOneField(SigningKey, models.PROTECT, primary_key=True, related_name="+")
    secret = EncryptedTextField()

    class Meta:
        verbose_name = _("signing secret")
        verbose_name_plural = _("signing secrets")

    def __str__(self) -> str:
        return str(self.key_id)


class Statement(models.Model):
    """What a posted settlement tells one partner; its signed bundle is in StatementBundle.

    `due` below zero was charged back. `sha256` is the digest of the bundle's bytes.
    """

    scope = OWN

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="statements")
    node = models.ForeignKey(
        Node, models.PROTECT, related_name="rebate_statements", verbose_name=_("partner")
    )
    number = models.CharField(_("statement"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=SettlementKind.choices)
    cutoff = models.DateField(_("up to"))
    on = models.DateField(_("posted on"))
    currency = models.CharField(_("currency"), max_length=3)
    earned = models.DecimalField(_("earned"), **MONEY)
    paid_before = models.DecimalField(_("paid before"), **MONEY)
    due = models.DecimalField(pgettext_lazy("rebate", "due"), **MONEY)
    signed_with = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    posted_at = models.DateTimeField(_("posted at"))

    class Meta:
        verbose_name = _("rebate statement")
        verbose_name_plural = _("rebate statements")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "node"], name="rebates_statement_once")
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("rebates:statement", args=[self.pk])


class StatementBundle(models.Model):
    """The bytes of a statement's signed bundle, apart from the rows that lists read."""

    scope = OWN
    audited = False  # its digest is in the statement, which is audited

    statement = models.OneToOneField(
        Statement, models.PROTECT, primary_key=True, related_name="bundle"
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("statement bundle")
        verbose_name_plural = _("statement bundles")

    def __str__(self) -> str:
        return str(self.statement_id)


class StatementLine(models.Model):
    """One program and partner in a settlement; partners see it once it belongs to a statement."""

    scope = Scope.where(
        f"(node_id = {MY_NODES} AND (statement_id IS NOT NULL OR {HEADQUARTERS}))"
    ).read_only()
    audited = False  # never changed but for the statement it goes to; the settlement is audited

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="lines")
    program = models.ForeignKey(
        Program, models.PROTECT, related_name="lines", verbose_name=_("program")
    )
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    base = models.DecimalField(_("base"), **VALUE)
    earned = models.DecimalField(_("earned"), **MONEY)
    paid_before = models.DecimalField(_("paid before"), **MONEY)
    due = models.DecimalField(pgettext_lazy("rebate", "due"), **MONEY)
    currency = models.CharField(_("currency"), max_length=3)
    line = models.JSONField(_("steps"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "program", "node"], name="rebates_line_once"
            )
        ]
        indexes = [models.Index(fields=["node", "program"], name="rebates_line_paid")]

    def __str__(self) -> str:
        return f"{self.settlement_id}: {self.program_id} {self.node_id}"

    def get_absolute_url(self) -> str:
        return reverse("rebates:line", args=[self.pk])
