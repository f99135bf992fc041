"""The words of the ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """The accounts that every partner has in every legal entity's books; debit is positive."""

    RECEIVABLE = "receivable", _("receivables")
    REVENUE = "revenue", _("revenue")
    BANK = "bank", _("bank")
    REBATE = "rebate", _("rebates granted")
    ADJUSTMENT = "adjustment", _("adjustments")
    OPENING = "opening", _("opening balance")


class EntryKind(models.TextChoices):
    """What an entry records."""

    OPENING = "opening", _("opening balance")
    INVOICE = "invoice", _("invoice")
    PAYMENT = "payment", _("payment")
    CREDIT_NOTE = "credit_note", _("credit note")
    REBATE = "rebate", _("rebate")
    CLAWBACK = "clawback", _("rebate taken back")
    ADJUSTMENT = "adjustment", _("adjustment")


COUNTER_ACCOUNT = {
    EntryKind.OPENING: AccountKind.OPENING,
    EntryKind.INVOICE: AccountKind.REVENUE,
    EntryKind.PAYMENT: AccountKind.BANK,
    EntryKind.CREDIT_NOTE: AccountKind.REVENUE,
    EntryKind.REBATE: AccountKind.REBATE,
    EntryKind.CLAWBACK: AccountKind.REBATE,
    EntryKind.ADJUSTMENT: AccountKind.ADJUSTMENT,
}
"""The account on the other side of the partner's receivables."""

OWED_TO_US = 1
OWED_BY_US = -1
DIRECTION = {
    EntryKind.INVOICE: OWED_TO_US,
    EntryKind.PAYMENT: OWED_BY_US,
    EntryKind.CREDIT_NOTE: OWED_BY_US,
    EntryKind.REBATE: OWED_BY_US,
    EntryKind.CLAWBACK: OWED_TO_US,
}
"""Kinds whose amount is given without a sign; the others are signed (positive: owed to us)."""


class Bucket(models.TextChoices):
    """How long a receivable is overdue."""

    NOT_DUE = "not_due", _("not due")
    TO_30 = "to_30", _("1–30 days")
    TO_60 = "to_60", _("31–60 days")
    TO_90 = "to_90", _("61–90 days")
    OVER_90 = "over_90", _("over 90 days")
    CREDIT = "credit", _("unapplied credit")
