"""The audit trail: entries written by database triggers, and the seals that bind them."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import MY_NODES, Scope

OWN_NODES = Scope.where(f"(node_id = {MY_NODES} OR other_node_id = {MY_NODES})").read_only()


class Action(models.TextChoices):
    """What happened to the row."""

    INSERT = "insert", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")


class AuditEntry(models.Model):
    """One change of one row. Only triggers write it; nobody changes or deletes it.

    `before` and `after` hold the changed columns (all of them for a created or deleted row). Nodes
    and user are numbers without foreign keys: an entry outlives what it tells of.
    """

    scope = OWN_NODES
    audited = False  # it is the audit trail

    at = models.DateTimeField(_("time"))
    table_name = models.CharField(_("record type"), max_length=63)
    row_id = models.CharField(_("record"), max_length=64)
    action = models.CharField(_("action"), max_length=6, choices=Action)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    user_id = models.BigIntegerField(null=True)
    actor = models.CharField(_("by"), max_length=120, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    origin = models.CharField(_("from"), max_length=64, blank=True)
    node_id = models.BigIntegerField(null=True)
    other_node_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="audit_entry_record"),
            models.Index(fields=["node_id", "id"], name="audit_entry_node"),
            models.Index(
                fields=["other_node_id", "id"],
                name="audit_entry_other_node",
                condition=models.Q(other_node_id__isnull=False),
            ),
            models.Index(fields=["user_id", "id"], name="audit_entry_user"),
            BrinIndex(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name}:{self.row_id} {self.action}"


class AuditSeal(models.Model):
    """A batch of entries, bound to the batch before it and to a key outside the database."""

    scope = Scope.system()
    audited = False  # it protects the audit trail

    sealed_at = models.DateTimeField()
    entries = models.PositiveIntegerField()
    root = models.BinaryField()
    chain = models.BinaryField()
    mac = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_seal"
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    def __str__(self) -> str:
        return str(self.pk)


class AuditLeaf(models.Model):
    """The hash of one sealed entry; it names the entry that was tampered with."""

    scope = Scope.system()
    audited = False  # it protects the audit trail

    entry_id = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="leaves")
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_leaf"
        verbose_name = _("audit leaf")
        verbose_name_plural = _("audit leaves")

    def __str__(self) -> str:
        return str(self.entry_id)
