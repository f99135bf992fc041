"""Imports, saved mappings, and the rows of a file that were not simply accepted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope
from yunhe.platform.intake.choices import Decision, Format, RowStatus, State


class Import(models.Model):
    """One file sent for one node. The same bytes sent again are the same import.

    Counts satisfy rows = accepted + duplicate + quarantined + discarded + not yet posted, and the
    amounts do likewise; `posted_through` is the checkpoint (rows up to it are posted). What looked
    already reported when a person was asked stands in `likely_repeats`, the answer in `decision`.
    """

    scope = Scope.own("node")

    node = models.ForeignKey("access.Node", models.PROTECT, verbose_name=_("sender"))
    type_code = models.CharField(_("type"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size"))
    stored_as = models.CharField(max_length=200)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices)
    shape = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    hold = models.BooleanField(default=False)
    whole_tree = models.BooleanField(default=False)

    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.REGISTERED
    )
    decision = models.CharField(
        _("lines already reported"), max_length=8, choices=Decision.choices, blank=True, default=""
    )
    likely_repeats = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    error = models.JSONField(default=dict)
    rows = models.IntegerField(_("rows"), default=0)
    staged = models.IntegerField(default=0)
    posted_through = models.IntegerField(default=0)
    accepted = models.IntegerField(_("accepted"), default=0)
    duplicates = models.IntegerField(_("duplicates"), default=0)
    quarantined = models.IntegerField(_("quarantined"), default=0)
    discarded = models.IntegerField(_("discarded"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=24, decimal_places=4, default=0)
    amount_accepted = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    amount_duplicates = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    amount_quarantined = models.DecimalField(max_digits=24, decimal_places=4, default=0)
    amount_discarded = models.DecimalField(max_digits=24, decimal_places=4, default=0)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("sent at"), default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "type_code", "sha256"], name="intake_import_same_file_once"
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="intake_import_newest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def pending(self) -> int:
        """Rows that are checked and wait to be posted."""
        settled = self.accepted + self.duplicates + self.quarantined + self.discarded
        return self.rows - settled

    @property
    def done_share(self) -> float:
        """Progress of posting, 0 to 1."""
        return 1 - self.pending / self.rows if self.rows else 0.0


class ImportRow(models.Model):
    """A row that was corrected, a duplicate, or held in quarantine with its raw cells.

    Written in bulk by intake itself; its history is the import's receipt, so it is not audited.
    """

    scope = Scope.own("node")
    audited = False

    source = models.ForeignKey(Import, models.CASCADE, related_name="exceptions")
    node = models.ForeignKey("access.Node", models.PROTECT)
    row = models.IntegerField(_("row"))
    status = models.CharField(_("status"), max_length=12, choices=RowStatus.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    field = models.CharField(_("field"), max_length=40, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reasons = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    row_key = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=24, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints = [models.UniqueConstraint(fields=["source", "row"], name="intake_row_once")]
        indexes = [
            models.Index(fields=["source", "status", "reason"], name="intake_row_reason"),
            BrinIndex(fields=["node"], name="intake_row_node"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.row}"


class MappingTemplate(models.Model):
    """A confirmed mapping for files with these headers, reused for the sender and those below.

    Its options serve later files only when somebody `named` it: else they were meant for one file.
    """

    scope = Scope.published("node")

    node = models.ForeignKey("access.Node", models.PROTECT)
    type_code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=32)
    name = models.CharField(_("name"), max_length=120)
    mapping = models.JSONField(default=dict)
    named = models.BooleanField(default=False)
    options = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mapping template")
        verbose_name_plural = _("mapping templates")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "type_code", "fingerprint"], name="intake_template_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ValueAlias(models.Model):
    """“What this sender calls A is our B”: applied before the look-up, kept for the next file."""

    scope = Scope.published("node")

    node = models.ForeignKey("access.Node", models.PROTECT)
    type_code = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    value = models.CharField(_("value in the file"), max_length=200)
    target = models.CharField(_("our code"), max_length=200)

    class Meta:
        verbose_name = _("value alias")
        verbose_name_plural = _("value aliases")
        constraints = [
            models.UniqueConstraint(
                fields=["node", "type_code", "field", "value"], name="intake_alias_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.value} → {self.target}"


def mapped_columns(mapping: dict[str, Any]) -> dict[str, int]:
    """Field name -> position of its column, from a stored mapping."""
    return {name: int(position) for name, position in mapping.get("columns", {}).items()}
