"""What partners owe, what is overdue, how much credit they have and use."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import EntryKind
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.expressions import Days
from yunhe.platform.metrics.registry import declare

FINANCE = _("Channel finance")
CURRENCY = settings.CURRENCY

ENTRIES = declare(
    Fact(
        name="ledger_entries",
        label=_("Ledger entries"),
        grain=_("one posting between a partner and a legal entity"),
        sql="""SELECT e.id, e.node_id, e.kind, e.currency, e.amount, e."on", e.number,
                      e.text, e.text_en
                 FROM ledger_entry e""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "kind": "string",
            "currency": "string",
            "amount": "decimal(18, 4)",
            "on": "date",
            "number": "string",
            "text": "string",
            "text_en": "string",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(
            Attribute(
                name="entry_kind",
                label=_("Kind of entry"),
                column="kind",
                choices=dict(EntryKind.choices),
            ),
        ),
        watches=(Watch(table="ledger_entry", date='changed."on"'),),
        sources=(_("Invoice at shipment"), _("Payments"), _("Rebate settlements")),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("kind", _("Kind of entry")),
            ("number", _("Document")),
            ("text", _("Text")),
            ("amount", _("Amount")),
        ),
    )
)
DUES = declare(
    Fact(
        name="ledger_dues",
        label=_("Overdue debts"),
        grain=_("a debt on the day after it was due, or what was paid of it from then on"),
        sql="""
SELECT 2 * i.entry_id AS id, i.node_id, e.currency, i.amount, i.due_on + 1 AS "on", e.number
  FROM ledger_openitem i JOIN ledger_entry e ON e.id = i.entry_id WHERE i.amount > 0
UNION ALL
SELECT 2 * m.id + 1, m.node_id, e.currency, -m.amount, greatest(c."on", d.due_on + 1), c.number
  FROM ledger_match m
  JOIN ledger_openitem d ON d.entry_id = m.debt_id
  JOIN ledger_entry e ON e.id = m.debt_id
  JOIN ledger_entry c ON c.id = m.credit_id""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "currency": "string",
            "amount": "decimal(18, 4)",
            "on": "date",
            "number": "string",
        },
        key="id",
        entities={"partner": "node_id"},
        watches=(
            Watch(table="ledger_openitem", date="changed.due_on + 1"),
            Watch(
                table="ledger_match",
                date='greatest(c."on", d.due_on + 1)',
                join="JOIN ledger_openitem d ON d.entry_id = changed.debt_id"
                " JOIN ledger_entry c ON c.id = changed.credit_id",
            ),
        ),
        sources=(_("Open items and their payments"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("number", _("Document")),
            ("amount", _("Amount")),
        ),
    )
)
LIMITS = declare(
    Fact(
        name="credit_limits",
        label=_("Credit limits"),
        grain=_("one change of a partner's credit limit"),
        sql="""
SELECT l.id, l.node_id, (l.recorded_at AT TIME ZONE '{tz}')::date AS "on", l.reason,
       coalesce(l.amount, 0) - coalesce(lag(l.amount) OVER (
           PARTITION BY l.node_id ORDER BY l.recorded_at, l.id), 0) AS change
  FROM ledger_creditlimit l""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "on": "date",
            "reason": "string",
            "change": "decimal(18, 4)",
        },
        key="id",
        entities={"partner": "node_id"},
        watches=(
            Watch(
                table="ledger_creditlimit", date="(changed.recorded_at AT TIME ZONE '{tz}')::date"
            ),
        ),
        sources=(_("Credit decisions"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("change", _("Change of the limit")),
            ("reason", _("Reason")),
        ),
    )
)
CREDIT_USE = declare(
    Fact(
        name="credit_use",
        label=_("Credit in use"),
        grain=_("one partner's credit account as it stands now"),
        sql="""SELECT a.id, a.node_id, DATE '2000-01-01' AS "on",
                      round(a.reserved + a.committed, 4) AS used
                 FROM capacity_account a WHERE a.kind = 'credit' AND a.node_id IS NOT NULL""",
        columns={"id": "int64", "node_id": "int64", "on": "date", "used": "decimal(18, 4)"},
        key="id",
        entities={"partner": "node_id"},
        watches=(),
        volatile=True,
        sources=(_("Orders and invoices that hold credit (capacity ledger)"),),
        shown=(("node_id", _("Partner")), ("used", _("Credit used"))),
    )
)

RECEIVABLES = declare(
    Metric(
        name="receivables",
        label=_("Receivables"),
        description=_("What partners owe at the period's end, after payments and credits."),
        formula=ENTRIES.closing("amount", currency=CURRENCY),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
INVOICED_AMOUNT = declare(
    Metric(
        name="invoiced_amount",
        label=_("Invoiced amount"),
        description=_("Invoices to partners in the period."),
        formula=ENTRIES.sum("amount", kind=EntryKind.INVOICE.value, currency=CURRENCY),
        unit="money",
        owner=FINANCE,
    )
)
PAYMENTS_RECEIVED = declare(
    Metric(
        name="payments_received",
        label=_("Payments received"),
        description=_("What partners paid in the period."),
        formula=-ENTRIES.sum("amount", kind=EntryKind.PAYMENT.value, currency=CURRENCY),
        unit="money",
        owner=FINANCE,
    )
)
OVERDUE_AMOUNT = declare(
    Metric(
        name="overdue_amount",
        label=_("Overdue amount"),
        description=_("Debts of partners whose due day has passed at the period's end, unpaid."),
        formula=DUES.closing("amount", currency=CURRENCY),
        unit="money",
        owner=FINANCE,
        good="down",
    )
)
OVERDUE_SHARE = declare(
    Metric(
        name="overdue_share",
        label=_("Overdue share"),
        description=_("Overdue amount, of all receivables at the period's end."),
        formula=OVERDUE_AMOUNT / RECEIVABLES,
        unit="percent",
        digits=1,
        owner=FINANCE,
        good="down",
    )
)
DAYS_SALES_OUTSTANDING = declare(
    Metric(
        name="days_sales_outstanding",
        label=_("Days sales outstanding"),
        description=_("Receivables at the period's end, in days of the period's invoices."),
        formula=RECEIVABLES * Days() / INVOICED_AMOUNT,
        unit="days",
        owner=FINANCE,
        good="down",
    )
)
CREDIT_LIMIT = declare(
    Metric(
        name="credit_limit",
        label=_("Credit limit"),
        description=_(
            "Credit limits in force at the period's end; an unlimited partner counts with nothing."
        ),
        formula=LIMITS.closing("change"),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
CREDIT_USED = declare(
    Metric(
        name="credit_used",
        label=_("Credit used"),
        description=_(
            "Credit that open orders and unpaid invoices hold now; the past is not kept, so every"
            " period shows the present."
        ),
        formula=CREDIT_USE.closing("used"),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
CREDIT_UTILISATION = declare(
    Metric(
        name="credit_utilisation",
        label=_("Credit utilisation"),
        description=_("Credit used now, of the limits in force at the period's end."),
        formula=CREDIT_USED / CREDIT_LIMIT,
        unit="percent",
        digits=1,
        owner=FINANCE,
        good="neither",
    )
)
REBATE_SETTLED = declare(
    Metric(
        name="rebate_settled",
        label=_("Rebate settled"),
        description=_(
            "Rebates credited to partners' accounts in the period, less those taken back."
        ),
        formula=-ENTRIES.sum(
            "amount",
            kind=(EntryKind.REBATE.value, EntryKind.CLAWBACK.value),
            currency=CURRENCY,
        ),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
