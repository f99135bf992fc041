"""Columns of the lists of rebates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.money.rebates.choices import (
    PROGRAM_TONES,
    RATIO_TIERS,
    SETTLEMENT_TONES,
    Flow,
    PayOn,
    ProgramState,
    SettlementKind,
    SettlementState,
    TierBy,
)
from yunhe.money.rebates.rules.wording import percent_text, units_text
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import Cell
from yunhe.platform.ui.tables import (
    DateColumn,
    LastDayColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    StatusColumn,
    Table,
    TextColumn,
)


def metric_text(tier_by: str, value: Any, currency: str) -> str:
    """What chooses the tier: money, units, or a share in percent; `–` for nothing."""
    if value is None:
        return formatting.NOTHING
    if tier_by in RATIO_TIERS:
        return percent_text(round(value, 4))
    if tier_by == TierBy.QUANTITY:
        return units_text(value)
    return formatting.money(value, currency)


class BaseColumn(NumberColumn):
    """What a program pays on: units when it pays on the quantity, else money. The row has `program`."""

    unitless = False

    def show(self, row: Any) -> Cell:
        value, program = self.value(row), row.program
        if value is None:
            return formatting.NOTHING
        if program.definition["pay_on"] == PayOn.QUANTITY:
            return units_text(value)
        return formatting.money(value, program.currency)

    def export(self, row: Any) -> Any:
        value = self.value(row)
        return None if value is None else value.normalize()


def to_next_text(accrual: Any) -> str:
    """How much lacks to the next tier, or that the last one is reached."""
    if accrual.to_next is None:
        return str(_("highest tier"))
    program = accrual.program
    return metric_text(program.definition["tier_by"], accrual.to_next, program.currency)


class ProgramTable(Table):
    """Programs with what they have cost so far."""

    title = LinkColumn(
        _("Program"), url="rebates:program", source="label", sort="title", secondary="code"
    )
    flow = TextColumn(_("Counts"), source=lambda row: Flow(row.flow).label, sort="flow")
    starts = DateColumn(_("First day"), source="starts_on")
    ends = LastDayColumn(_("Last day"), source="ends_on")
    state = StatusColumn(_("Status"), tones=PROGRAM_TONES, labels=dict(ProgramState.choices))
    partners = NumberColumn(_("Partners"), source="participants_count")
    earned = MoneyColumn(_("Accrued"), currency=".currency")
    paid = MoneyColumn(_("Settled"), currency=".currency")

    class Meta:
        order_by = "-starts"


class AccrualTable(Table):
    """What partners have earned in a program."""

    partner = LinkColumn(
        _("Partner"),
        url="rebates:accrual",
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    base = BaseColumn(_("Base"), places=2, card="")
    tier = NumberColumn(_("Tier reached"))
    to_next = TextColumn(_("To the next tier"), source=to_next_text, sort="to_next")
    earned = MoneyColumn(_("Accrued"), currency=".program.currency")
    paid = MoneyColumn(_("Settled"), currency=".program.currency", card="")
    open = MoneyColumn(
        pgettext_lazy("rebate", "Open"),
        source=lambda row: row.earned - row.paid,
        sort=False,
        currency=".program.currency",
        card="",
    )

    class Meta:
        order_by = "-earned"


class PartnerAccrualTable(Table):
    """The accruals of one partner."""

    program = LinkColumn(
        _("Program"), url="rebates:accrual", source="program.label", secondary="program.code"
    )
    to_next = TextColumn(_("To the next tier"), source=to_next_text, sort=False)
    earned = MoneyColumn(_("Accrued"), currency=".program.currency")
    paid = MoneyColumn(_("Settled"), currency=".program.currency")


class SettlementTable(Table):
    """Settlements."""

    number = LinkColumn(_("Settlement"), url="rebates:settlement")
    kind = TextColumn(_("Kind"), source=lambda row: SettlementKind(row.kind).label, sort="kind")
    cutoff = DateColumn(_("Up to"))
    state = StatusColumn(_("Status"), tones=SETTLEMENT_TONES, labels=dict(SettlementState.choices))
    partners = NumberColumn(_("Partners"), source="scope_partners")
    earned = MoneyColumn(_("Earned"), source="scope_earned", currency=".currency")
    paid_before = MoneyColumn(_("Paid before"), source="scope_paid_before", currency=".currency")
    due = MoneyColumn(pgettext_lazy("rebate", "Due"), source="scope_due", currency=".currency")

    class Meta:
        order_by = "-number"


class LineTable(Table):
    """The lines of a settlement."""

    partner = LinkColumn(
        _("Partner"),
        url="rebates:line",
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    program = TextColumn(_("Program"), source="program.label", sort="program__title")
    base = BaseColumn(_("Base"), places=2, card="")
    earned = MoneyColumn(_("Earned"), currency=".currency")
    paid_before = MoneyColumn(_("Paid before"), currency=".currency", card="")
    due = MoneyColumn(pgettext_lazy("rebate", "Due"), currency=".currency")

    class Meta:
        order_by = "-due"


class StatementTable(Table):
    """Statements at headquarters."""

    number = LinkColumn(_("Statement"), url="rebates:statement")
    partner = TextColumn(
        _("Partner"), source="node.label", sort="node__name", secondary="node.code"
    )
    on = DateColumn(_("Posted on"))
    cutoff = DateColumn(_("Up to"))
    due = MoneyColumn(pgettext_lazy("rebate", "Due"), currency=".currency")

    class Meta:
        order_by = "-on"


class SigningKeyTable(Table):
    """Public keys."""

    key_id = TextColumn(pgettext_lazy("rebate", "Key"), card="title")
    public_key = TextColumn(_("Public key (base64)"), card="text")
    created = DateColumn(_("Since"), source="created_at")
    retired = DateColumn(_("Retired"), source="retired_at")
