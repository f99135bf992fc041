"""Tables of the ledger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import Bucket, EntryKind
from yunhe.money.ledger.queries import ZERO, AgeingRow
from yunhe.platform.ui.columns import (
    BadgeColumn,
    DateColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    TextColumn,
)
from yunhe.platform.ui.tables import Table

KIND_TONES = {
    EntryKind.INVOICE: "blue",
    EntryKind.PAYMENT: "green",
    EntryKind.CREDIT_NOTE: "amber",
    EntryKind.REBATE: "violet",
}


def _bucket(bucket: Bucket) -> MoneyColumn:
    def amount(row: AgeingRow) -> object:
        return row.buckets.get(bucket, ZERO)

    return MoneyColumn(bucket.label, source=amount, card="")


class AgeingTable(Table):
    """Receivables by partner and age."""

    partner = LinkColumn(
        _("Partner"), url="ledger:partner", args=("node.pk",), source="node.label", sort="node.name"
    )
    balance = MoneyColumn(_("Account balance"))
    overdue = MoneyColumn(_("Overdue"), card="text")
    not_due = _bucket(Bucket.NOT_DUE)
    to_30 = _bucket(Bucket.TO_30)
    to_60 = _bucket(Bucket.TO_60)
    to_90 = _bucket(Bucket.TO_90)
    over_90 = _bucket(Bucket.OVER_90)
    credit = _bucket(Bucket.CREDIT)


class EntryTable(Table):
    """Postings."""

    number = TextColumn(_("Document"), secondary="text_label", card="title")
    node = LinkColumn(
        _("Partner"),
        url="ledger:partner",
        args=("node_id",),
        source="node.label",
        sort="node__name",
        select=("node",),
        card="text",
    )
    kind = BadgeColumn(_("Kind"), tones=KIND_TONES)
    on = DateColumn(_("Business date"), card="text")
    due_on = DateColumn(_("Due"))
    amount = MoneyColumn(_("Amount"), currency=".currency")
    recorded_at = MomentColumn(_("Recorded"), visible=False)

    class Meta:
        order_by = "-on"


class StatementTable(Table):
    """A partner's entries between two balances."""

    on = DateColumn(_("Date"), card="text", sort=False)
    kind = TextColumn(_("Kind"), card="badge", sort=False)
    number = TextColumn(_("Document"), secondary="text", card="title", sort=False)
    debit = MoneyColumn(_("Debit"), card="text", sort=False)
    credit = MoneyColumn(_("Credit"), card="text", sort=False)
    balance = MoneyColumn(_("Account balance"), sort=False)


class OpenItemTable(Table):
    """What is not settled yet."""

    number = TextColumn(_("Document"), source="entry.number", select=("entry",), card="title")
    kind = TextColumn(_("Kind"), source="entry.get_kind_display", sort="entry__kind", card="badge")
    due_on = DateColumn(_("Due"), card="text")
    amount = MoneyColumn(_("Amount"), card="text")
    open_amount = MoneyColumn(_("Still open"))

    class Meta:
        order_by = "due_on"


class LimitTable(Table):
    """Credit limits that were set."""

    recorded_at = MomentColumn(_("Set at"), card="title", sort=False)
    amount = MoneyColumn(_("Limit"), sort=False)
    reason = TextColumn(_("Reason"), sort=False)
    by = TextColumn(_("Set by"), source="recorded_by.name", sort=False)
