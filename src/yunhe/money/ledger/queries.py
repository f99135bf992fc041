"""Reads of the ledger: statements, open items, ageing, credit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from yunhe.money.ledger.compute import Item, compute_ageing
from yunhe.money.ledger.models import CreditLimit, Entry, OpenItem
from yunhe.platform.access.models import Node
from yunhe.platform.capacity.models import Account

ZERO = Decimal(0)


@dataclass(frozen=True)
class StatementRow:
    """An entry with the balance after it; the first row of a statement is the balance before."""

    on: date
    kind: str
    number: str
    text: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal
    entry_id: int | None = None


@dataclass(frozen=True)
class Statement:
    """Entries of a partner in `[start, end)` between two balances."""

    node_id: int
    start: date
    end: date
    opening: Decimal
    rows: list[StatementRow]

    @property
    def closing(self) -> Decimal:
        return self.rows[-1].balance if self.rows else self.opening

    @property
    def debits(self) -> Decimal:
        return sum((row.debit or ZERO for row in self.rows), ZERO)

    @property
    def credits(self) -> Decimal:
        return sum((row.credit or ZERO for row in self.rows), ZERO)


@dataclass(frozen=True)
class Credit:
    """What a partner may still order on credit; `limit` and `available` None are unlimited.

    `limit` contains unapplied advances; `reserved` is ordered and not yet shipped, `committed`
    shipped and not yet paid.
    """

    node_id: int
    limit: Decimal | None
    reserved: Decimal
    committed: Decimal

    @property
    def used(self) -> Decimal:
        return self.reserved + self.committed

    @property
    def available(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.used


@dataclass(frozen=True)
class AgeingRow:
    """A partner's open amounts by bucket (docs/reference/ledger.md)."""

    node: Node
    buckets: dict[str, Decimal]

    @property
    def balance(self) -> Decimal:
        return sum(self.buckets.values(), ZERO)

    @property
    def overdue(self) -> Decimal:
        skipped = {"not_due", "credit"}
        return sum((v for k, v in self.buckets.items() if k not in skipped), ZERO)


def list_entries() -> QuerySet[Entry]:
    """Every entry in scope, newest first."""
    return Entry.objects.select_related("node", "entity").order_by("-on", "-id")


def balance_of(node_id: int, *, before: date | None = None) -> Decimal:
    """What the partner owes (below zero: we owe it), optionally at the beginning of a day."""
    entries = Entry.objects.filter(node_id=node_id)
    if before:
        entries = entries.filter(on__lt=before)
    return entries.aggregate(sum=Sum("amount"))["sum"] or ZERO


def statement(node_id: int, *, start: date, end: date) -> Statement:
    """The partner's entries in `[start, end)` with running balances. Two queries."""
    balance = opening = balance_of(node_id, before=start)
    rows = []
    for entry in Entry.objects.filter(node_id=node_id, on__gte=start, on__lt=end).order_by(
        "on", "id"
    ):
        balance += entry.amount
        rows.append(
            StatementRow(
                on=entry.on,
                kind=entry.get_kind_display(),
                number=entry.number,
                text=entry.text_label,
                debit=entry.amount if entry.amount > 0 else None,
                credit=-entry.amount if entry.amount < 0 else None,
                balance=balance,
                entry_id=entry.pk,
            )
        )
    return Statement(node_id, start, end, opening, rows)


def open_items(node_id: int | None = None) -> QuerySet[OpenItem]:
    """Items not yet settled, oldest due first."""
    rows = OpenItem.objects.exclude(open_amount=0).select_related("entry", "node")
    return (rows.filter(node_id=node_id) if node_id else rows).order_by("due_on", "pk")


def unheld_balance(node_id: int) -> Decimal:
    """Open debts of the partner for which no document holds credit, less credits not applied yet."""
    found = (
        OpenItem.objects.filter(node_id=node_id)
        .exclude(holds_credit=True, open_amount__gt=0)
        .aggregate(sum=Sum("open_amount"))
    )
    return found["sum"] or ZERO


def credit_of(node_id: int) -> Credit:
    """The partner's credit; without an account the limit is zero. One query."""
    account = Account.objects.filter(kind="credit", key=str(node_id)).first()
    if account is None:
        return Credit(node_id, ZERO, ZERO, ZERO)
    return Credit(node_id, account.maximum, account.reserved, account.committed)


def credit_limits(node_id: int) -> QuerySet[CreditLimit]:
    """The limits set for a partner, newest first."""
    return CreditLimit.objects.filter(node_id=node_id).select_related("recorded_by").order_by("-id")


def receivables_ageing(*, on: date) -> list[AgeingRow]:
    """Open amounts by partner and age, the most overdue partner first. One query."""
    groups: dict[Node, list[Item]] = defaultdict(list)
    for row in open_items():
        groups[row.node].append(Item(row.pk, row.due_on, row.open_amount))
    rows = [AgeingRow(node, compute_ageing(items, on=on)) for node, items in groups.items()]
    return sorted(rows, key=lambda row: (-row.overdue, -row.balance, row.node.code))
