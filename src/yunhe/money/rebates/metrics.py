"""What partners earn in rebates, and what of it is still owed."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.choices import EntryKind
from yunhe.money.ledger.metrics import ENTRIES
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare
from yunhe.trade.sales.metrics import SELL_IN_AMOUNT

POLICY_DEPARTMENT = _("Policy and trade marketing")
CURRENCY = settings.CURRENCY

ACCRUALS = declare(
    Fact(
        name="rebate_accruals",
        label=_("Rebate accruals"),
        grain=_("the change of a partner's accrual in one program on one day"),
        sql="""
SELECT a.id, a.node_id, a.program_id, p.title AS program,
       coalesce(nullif(p.title_en, ''), p.title) AS program_en, a."on", a.amount, a.currency
  FROM rebates_accrualentry a JOIN rebates_program p ON p.id = a.program_id""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "program_id": "int64",
            "program": "string",
            "program_en": "string",
            "on": "date",
            "amount": "decimal(18, 4)",
            "currency": "string",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(
            Attribute(
                name="rebate_program",
                label=_("Rebate program"),
                column="program_id",
                text="program",
                text_en="program_en",
            ),
        ),
        watches=(Watch(table="rebates_accrualentry", date='changed."on"'),),
        sources=(_("Accrual after every fact, by the rebate kernel"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("program", _("Rebate program")),
            ("amount", _("Amount")),
        ),
    )
)

REBATE_ACCRUED = declare(
    Metric(
        name="rebate_accrued",
        label=_("Rebate accrued"),
        description=_(
            "What partners earned in rebates in the period, by the facts recorded so far."
        ),
        formula=ACCRUALS.sum("amount", currency=CURRENCY),
        unit="money",
        owner=POLICY_DEPARTMENT,
        good="neither",
    )
)
REBATE_PAYABLE = declare(
    Metric(
        name="rebate_payable",
        label=_("Rebate payable"),
        description=_(
            "Rebates earned and not yet credited to partners' accounts at the period's end."
        ),
        formula=ACCRUALS.closing("amount", currency=CURRENCY)
        + ENTRIES.closing("amount", kind=EntryKind.REBATE.value, currency=CURRENCY),
        unit="money",
        owner=POLICY_DEPARTMENT,
        good="neither",
    )
)
REBATE_SHARE = declare(
    Metric(
        name="rebate_share",
        label=_("Rebate share of sell-in"),
        description=_("Rebates earned in the period, of the sell-in amount of the same period."),
        formula=REBATE_ACCRUED / SELL_IN_AMOUNT,
        unit="percent",
        digits=1,
        owner=POLICY_DEPARTMENT,
        good="neither",
    )
)
