"""What rebates cost as sales happen, and what of it is still open. (Settled: see the ledger.)"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.choices import SettlementKind
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare

FINANCE = _("Channel finance")
CURRENCY = settings.CURRENCY

ACCRUALS = declare(
    Fact(
        name="rebate_accruals",
        label=_("Rebate accruals"),
        grain=_("one change of what a partner has earned in a program"),
        sql="""
SELECT e.id, e.node_id, e."on", e.currency, e.amount, p.code AS program
  FROM rebates_accrualentry e JOIN rebates_program p ON p.id = e.program_id""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "on": "date",
            "currency": "string",
            "amount": "decimal(18, 4)",
            "program": "string",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(Attribute(name="rebate_program", label=_("Rebate program"), column="program"),),
        watches=(Watch(table="rebates_accrualentry", date='changed."on"'),),
        sources=(_("Sales facts through the rebate kernel"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("program", _("Rebate program")),
            ("amount", _("Amount")),
        ),
    )
)
STATEMENTS = declare(
    Fact(
        name="rebate_statements",
        label=_("Rebate statements"),
        grain=_("one posted statement of a partner"),
        sql="""
SELECT s.id, s.node_id, s."on", s.currency, s.due, s.kind, s.number
  FROM rebates_statement s""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "on": "date",
            "currency": "string",
            "due": "decimal(18, 4)",
            "kind": "string",
            "number": "string",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(
            Attribute(
                name="settlement_kind",
                label=_("Kind of settlement"),
                column="kind",
                choices=dict(SettlementKind.choices),
            ),
        ),
        watches=(Watch(table="rebates_statement", date='changed."on"'),),
        sources=(_("Posted rebate settlements"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("number", _("Statement")),
            ("due", _("Amount")),
        ),
    )
)
REBATE_ACCRUED = declare(
    Metric(
        name="rebate_accrued",
        label=_("Rebates accrued"),
        description=_(
            "What partners earned under running rebate programs, by the day it was computed for;"
            " returns and new policy versions lower it."
        ),
        formula=ACCRUALS.sum("amount", currency=CURRENCY),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
REBATE_OPEN = declare(
    Metric(
        name="rebate_open",
        label=_("Rebates not yet settled"),
        description=_(
            "What partners have earned at the period's end and was neither paid nor charged back."
        ),
        formula=ACCRUALS.closing("amount", currency=CURRENCY)
        - STATEMENTS.closing("due", currency=CURRENCY),
        unit="money",
        owner=FINANCE,
        good="neither",
    )
)
