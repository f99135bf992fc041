"""Entries with balanced lines, the open items they leave, and credit limits. Nothing is changed later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import AccountKind, EntryKind
from yunhe.platform.access.models import Node
from yunhe.platform.database.scope import Scope
from yunhe.platform.language import in_language

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}
OWN_READ_ONLY = Scope.own("node").read_only()
"""A partner sees its account; postings alone write it (`services`, which elevate)."""


class LegalEntity(models.Model):
    """A company of the manufacturer that sells to partners and keeps books."""

    scope = Scope.shared()

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Entry(models.Model):
    """One posting between a partner and a legal entity.

    `amount` is the change of the partner's receivable: above zero it owes more. `on` is the day in
    the books, moved to the first open day when `document_on` lies in a closed period. `key` makes a
    repetition harmless; `ref` names the business document (`order:17`).
    """

    scope = OWN_READ_ONLY
    audited = False  # append-only: the row is its own trail

    entity = models.ForeignKey(LegalEntity, models.PROTECT, verbose_name=_("legal entity"))
    node = models.ForeignKey(Node, models.PROTECT, related_name="ledger", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    number = models.CharField(_("document"), max_length=60, blank=True)
    ref = models.CharField(_("reference"), max_length=60, blank=True)
    text = models.CharField(_("posting text"), max_length=300, blank=True)
    text_en = models.CharField(
        _("posting text in English"), max_length=300, blank=True, db_default=""
    )
    key = models.CharField(max_length=120, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), **MONEY)
    on = models.DateField(_("business date"))
    document_on = models.DateField(_("document date"))
    due_on = models.DateField(_("due"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["node", "on", "id"], name="ledger_entry_statement"),
            models.Index(fields=["ref"], name="ledger_entry_ref"),
            models.Index(fields=["-on", "-id"], name="ledger_entry_latest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_not_zero"),
        ]

    def __str__(self) -> str:
        return self.number or self.key

    @property
    def text_label(self) -> str:
        """The posting text in the reader's language."""
        return in_language(self.text, self.text_en)


class Line(models.Model):
    """Debit (above zero) or credit of one account; the lines of an entry sum to zero."""

    scope = OWN_READ_ONLY
    audited = False  # append-only: the row is its own trail

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines", verbose_name=_("entry"))
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name=_("partner"))
    account = models.CharField(_("account"), max_length=12, choices=AccountKind.choices)
    amount = models.DecimalField(_("amount"), **MONEY)

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class OpenItem(models.Model):
    """What is left of an entry's amount; `amount` keeps the sign, `open_amount` shrinks to zero.

    `holds_credit`: the debt's credit is held by its document (`ref`) until it is paid.
    """

    scope = OWN_READ_ONLY
    audited = False  # derived from entries and matches, which are the trail

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="item")
    entity = models.ForeignKey(LegalEntity, models.PROTECT)
    node = models.ForeignKey(Node, models.PROTECT, related_name="open_items", db_index=False)
    ref = models.CharField(_("reference"), max_length=60, blank=True)
    holds_credit = models.BooleanField(default=False)
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), **MONEY)
    open_amount = models.DecimalField(_("still open"), **MONEY)

    class Meta:
        verbose_name = _("open item")
        verbose_name_plural = _("open items")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, open_amount__gte=0, open_amount__lte=F("amount"))
                | Q(amount__lt=0, open_amount__lte=0, open_amount__gte=F("amount")),
                name="ledger_item_within_amount",
            )
        ]
        indexes = [
            models.Index(
                fields=["node", "due_on"], name="ledger_item_open", condition=~Q(open_amount=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.open_amount}"


class Match(models.Model):
    """A credit was applied to a debt."""

    scope = OWN_READ_ONLY
    audited = False  # append-only: the row is its own trail

    node = models.ForeignKey(Node, models.PROTECT, related_name="+")
    debt = models.ForeignKey(OpenItem, models.PROTECT, related_name="paid_by")
    credit = models.ForeignKey(OpenItem, models.PROTECT, related_name="applied_to")
    amount = models.DecimalField(_("amount"), **MONEY)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_match_positive")
        ]

    def __str__(self) -> str:
        return f"{self.credit_id} → {self.debt_id}: {self.amount}"


class CreditLimit(models.Model):
    """A limit set on a day by somebody, with the reason; the latest one counts. Null: unlimited."""

    scope = OWN_READ_ONLY

    node = models.ForeignKey(
        Node, models.PROTECT, related_name="credit_limits", verbose_name=_("partner")
    )
    amount = models.DecimalField(_("limit"), null=True, **MONEY)
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
        verbose_name = _("credit limit")
        verbose_name_plural = _("credit limits")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="ledger_limit_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_id}: {self.amount}"


class Closing(models.Model):
    """The books of an entity are closed up to and including a day; nothing is posted there again."""

    scope = Scope.shared().append_only()

    entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="closings")
    until = models.DateField(_("closed until"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("period closing")
        verbose_name_plural = _("period closings")
        constraints = [
            models.UniqueConstraint(fields=["entity", "until"], name="ledger_closing_once")
        ]

    def __str__(self) -> str:
        return str(self.until)
