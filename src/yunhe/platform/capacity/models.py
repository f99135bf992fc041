"""Accounts with a limit, and what each reference (an order, a claim) holds of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yunhe.platform.database.scope import Scope

DIGITS: dict[str, Any] = {"max_digits": 24, "decimal_places": 6}


class Account(models.Model):
    """How much of one thing may be taken: `reserved + committed <= maximum` always, by the database.

    `maximum` is null for an unlimited account. Written only by the functions of the migration.
    """

    scope = Scope.own("node").read_only()
    audited = False  # every change is recorded by the document that caused it

    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=100)
    node = models.ForeignKey("access.Node", models.PROTECT, null=True, db_index=False)
    maximum = models.DecimalField(_("limit"), null=True, **DIGITS)
    reserved = models.DecimalField(_("reserved"), default=0, **DIGITS)
    committed = models.DecimalField(_("committed"), default=0, **DIGITS)

    class Meta:
        verbose_name = _("capacity account")
        verbose_name_plural = _("capacity accounts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="capacity_account_once"),
            models.CheckConstraint(
                condition=models.Q(maximum__isnull=True)
                | models.Q(maximum__gte=models.F("reserved") + models.F("committed")),
                name="capacity_within_limit",
            ),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, committed__gte=0), name="capacity_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["node", "kind"], name="capacity_account_node")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Hold(models.Model):
    """What one reference holds of one account."""

    scope = Scope.system()
    audited = False  # every change is recorded by the document that caused it

    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="holds")
    ref = models.CharField(_("reference"), max_length=60)
    reserved = models.DecimalField(_("reserved"), default=0, **DIGITS)
    committed = models.DecimalField(_("committed"), default=0, **DIGITS)

    class Meta:
        verbose_name = _("capacity hold")
        verbose_name_plural = _("capacity holds")
        constraints = [
            models.UniqueConstraint(fields=["ref", "account"], name="capacity_hold_once"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, committed__gte=0),
                name="capacity_hold_not_negative",
            ),
        ]
        # with the reference, so that the planner never reads every hold an account ever had
        indexes = [models.Index(fields=["account", "ref"], name="capacity_hold_account_ref")]

    def __str__(self) -> str:
        return f"{self.ref}@{self.account_id}"
