"""What headquarters and partners see alike: credit figures and statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.compute import Item, compute_ageing
from yunhe.money.ledger.permissions import VIEW_OWN
from yunhe.money.ledger.queries import (
    Credit,
    Statement,
    StatementRow,
    balance_of,
    credit_limits,
    open_items,
    statement,
)
from yunhe.money.ledger.tables import LimitTable, OpenItemTable, StatementTable
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.filters import DateRangeFilter, FilterSet
from yunhe.platform.ui.views import ListView, TablePanel

USUAL_DAYS = 90


def shown(amount: Decimal | None) -> Any:
    """An amount, or the word for unlimited."""
    return _("unlimited") if amount is None else formatting.money(amount, "")


def account_stats(node_id: int, credit: Credit) -> list[Stat]:
    """Balance, overdue, credit left and used."""
    items = [Item(row.pk, row.due_on, row.open_amount) for row in open_items(node_id)]
    ageing = compute_ageing(items, on=timezone.localdate())
    overdue = sum((v for k, v in ageing.items() if k not in {"not_due", "credit"}), Decimal(0))
    used = _("%(reserved)s ordered, %(committed)s to pay") % {
        "reserved": shown(credit.reserved),
        "committed": shown(credit.committed),
    }
    return [
        Stat(
            label=_("Credit available"),
            value=shown(credit.available),
            icon="credit-card",
            note=used,
        ),
        Stat(
            label=_("Credit usable"),
            value=shown(credit.limit),
            icon="scale",
            note=_("the limit, plus advances, less debts without an order"),
        ),
        Stat(
            label=_("Balance owed"),
            value=shown(balance_of(node_id)),
            icon="receipt",
            good="neither",
        ),
        Stat(label=_("Overdue"), value=shown(overdue), icon="clock", good="down"),
    ]


class StatementFilters(FilterSet):
    """The period; the view reads it, because the opening balance depends on it."""

    period = DateRangeFilter(_("Period"), apply=lambda rows, _value: rows)


class StatementList(ListView):
    """A statement for a period: opening balance, entries with running balance, export."""

    permission = VIEW_OWN
    table, filters, per_page = StatementTable, StatementFilters, 200
    above = "ledger/statement_head.html"
    empty = Empty(title=_("No entries in this period"), icon="receipt")

    @property
    def node_id(self) -> int:
        raise NotImplementedError

    @cached_property
    def statement(self) -> Statement:
        """The period asked for, both days included, or the last 90 days."""
        today = timezone.localdate()
        asked = self.filter_set.values.get("period") or (None, None)
        first, last = asked[0] or today - timedelta(days=USUAL_DAYS), asked[1] or today
        return statement(self.node_id, start=min(first, last), end=last + timedelta(days=1))

    def get_rows(self) -> Sequence[StatementRow]:
        return self.statement.rows

    def context(self, **extra: Any) -> dict[str, Any]:
        last = self.statement.end - timedelta(days=1)
        return super().context(statement=self.statement, last_day=last, **extra)


class OpenItems(TablePanel):
    title, icon, table, limit = _("Open items"), "list-details", OpenItemTable, 200

    def rows(self) -> Any:
        return open_items(self.record.pk)


class Limits(TablePanel):
    title, icon, table, limit = _("Credit limits set"), "history", LimitTable, 20

    def rows(self) -> Any:
        return credit_limits(self.record.pk)
