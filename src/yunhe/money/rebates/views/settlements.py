"""Settlements at headquarters: the drafts, what they pay, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.money.rebates.choices import SETTLEMENT_TONES, SettlementState
from yunhe.money.rebates.filters import LineFilters, SettlementFilters
from yunhe.money.rebates.forms import SettlementForm
from yunhe.money.rebates.models import Settlement, StatementLine
from yunhe.money.rebates.permissions import SETTLE, VIEW
from yunhe.money.rebates.queries.reading import lines_of, list_settlements
from yunhe.money.rebates.services import open_settlement
from yunhe.money.rebates.tables import LineTable, SettlementTable
from yunhe.money.rebates.transitions import MOVES
from yunhe.money.rebates.views.shared import (
    PROGRAMS_CRUMB,
    SETTLEMENTS_CRUMB,
    StepsPanel,
    WaterfallPanel,
    area_note,
    money_stat,
)
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event, Fact, Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
    TimelinePanel,
)


class SettlementList(ListView):
    permission, title = VIEW, _("Settlements")
    table, filters = SettlementTable, SettlementFilters
    create_url_name, create_permission = "rebates:open", SETTLE
    create_label = _("Open a settlement")
    empty = Empty(
        title=_("No settlements yet"),
        text=_("A settlement pays what was earned and not paid before."),
        icon="report-money",
    )

    def get_rows(self) -> Rows:
        return list_settlements()

    def get_subtitle(self) -> Any:
        return area_note(self.principal)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB,)


class OpenSettlement(FormView):
    permission, title, form_class = SETTLE, _("Open a settlement"), SettlementForm
    submit_label = _("Compute the draft")
    cancel_url_name = "rebates:settlements"
    success_message = _("The draft is computed; somebody else approves it.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, SETTLEMENTS_CRUMB)

    def perform(self, form: Any) -> Settlement:
        data = form.cleaned_data
        return open_settlement(
            list(data["programs"]),
            cutoff=data["cutoff"],
            known_by=data["known_by"],
            kind=data["kind"],
            actor=self.principal,
            now=self.now,
        )


class SettlementLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 20

    def actions(self) -> Sequence[Button]:
        url = reverse("rebates:lines", args=[self.record.pk])
        return [Button(label=_("All lines"), url=url, icon="list", size="small")]

    def rows(self) -> Rows:
        return lines_of(self.record.pk)


class SettlementHistory(TimelinePanel):
    def events(self) -> list[Event]:
        record = self.record
        steps = [
            (record.opened_at, pgettext_lazy("rebate", "Opened"), record.opened_by, "plus"),
            (record.approved_at, _("Approved"), record.approved_by, "check"),
            (record.posted_at, _("Posted"), record.posted_by, "report-money"),
        ]
        return [
            Event(at=at, title=title, who=who.name if who else "", icon=icon)
            for at, title, who, icon in steps
            if at
        ]


class SettlementFacts(FactsPanel):
    title, icon, side, columns = _("Settlement"), "report-money", True, 1

    def facts(self) -> Sequence[Fact]:
        record = self.record
        programs = [part.program.label for part in record.parts.select_related("program")]
        return [
            Fact(_("Kind"), record.get_kind_display()),
            Fact(_("Last business date"), formatting.day(record.cutoff)),
            Fact(_("Recorded up to"), formatting.day(record.known_by)),
            Fact(_("Programs"), "、".join(programs)),
        ]


class SettlementDetail(DetailView):
    permission, model = VIEW, Settlement
    panels = (SettlementLines, SettlementFacts, SettlementHistory)

    def get_queryset(self) -> QuerySet[Any]:
        return list_settlements().select_related("opened_by", "approved_by", "posted_by")

    def get_subtitle(self) -> Any:
        return area_note(self.principal)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, SETTLEMENTS_CRUMB)

    def get_status(self) -> Badge:
        state = SettlementState(self.record.state)
        return Badge(label=state.label, tone=SETTLEMENT_TONES[state])

    def get_stats(self) -> Sequence[Stat]:
        record = self.record
        return [
            money_stat(_("Earned"), record.scope_earned, record.currency),
            money_stat(_("Paid before"), record.scope_paid_before, record.currency),
            money_stat(pgettext_lazy("rebate", "Due"), record.scope_due, record.currency),
            Stat(label=_("Partners"), value=formatting.number(record.scope_partners)),
        ]

    def get_actions(self) -> Sequence[Button]:
        buttons = [
            Button(
                label=str(move.label),
                url=reverse("rebates:act", args=[self.record.pk, move.action]),
                icon=move.icon,
                method="post",
                confirm=str(move.confirm),
                style="quiet" if move.action == "cancel" else "primary",
                permission=move.permission,
            )
            for move in MOVES.offered(self.record.state)
            # who opened it would only be refused (SameHand)
            if move.action != "approve" or self.record.opened_by_id != self.principal.user_id
        ]
        if self.record.state == SettlementState.POSTED:
            url = f"{reverse('rebates:statements')}?q={self.record.number}"
            buttons.append(Button(label=_("Statements"), url=url, icon="file-certificate"))
        return buttons


class LineList(ListView):
    permission, title, table, filters = VIEW, _("Lines"), LineTable, LineFilters

    def get_rows(self) -> Rows:
        return lines_of(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, SETTLEMENTS_CRUMB)


class LineDetail(DetailView):
    """Why a line of a settlement is what it is."""

    permission, model = VIEW, StatementLine
    panels = (WaterfallPanel, StepsPanel)

    def get_queryset(self) -> QuerySet[Any]:
        return StatementLine.objects.select_related("program", "node", "settlement")

    def get_title(self) -> Any:
        return self.record.node.label

    def get_subtitle(self) -> Any:
        return self.record.program.label

    def get_crumbs(self) -> Sequence[Crumb]:
        settlement = self.record.settlement
        return (SETTLEMENTS_CRUMB, Crumb(settlement.number, settlement.get_absolute_url()))
