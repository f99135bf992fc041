"""Rebates at headquarters: programs, accruals, settlements, statements, keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.money.rebates.choices import (
    PROGRAM_TONES,
    SETTLEMENT_TONES,
    Frequency,
    ProgramState,
    SettlementState,
)
from yunhe.money.rebates.filters import (
    AccrualFilters,
    LineFilters,
    ProgramFilters,
    SettlementFilters,
    StatementFilters,
)
from yunhe.money.rebates.forms import SettlementForm
from yunhe.money.rebates.models import Accrual, Program, Settlement, Statement, StatementLine
from yunhe.money.rebates.permissions import SETTLE, VIEW
from yunhe.money.rebates.queries.reading import (
    lines_of,
    list_accruals,
    list_programs,
    list_settlements,
    list_statements,
    signing_keys,
)
from yunhe.money.rebates.rules.wording import summarise
from yunhe.money.rebates.services import open_settlement
from yunhe.money.rebates.tables import (
    AccrualTable,
    LineTable,
    ProgramTable,
    SettlementTable,
    SigningKeyTable,
    StatementTable,
)
from yunhe.money.rebates.transitions import moves_from
from yunhe.money.rebates.views.shared import (
    LadderPanel,
    StatementFacts,
    StepsPanel,
    VerifyPanel,
    WaterfallPanel,
    bundle_answer,
)
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event, Fact, Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Page,
    TablePanel,
    TimelinePanel,
)
from yunhe.platform.ui.views.base import PUBLIC

PROGRAMS_CRUMB = Crumb(_("Rebates"), "/rebates/")
SETTLEMENTS_CRUMB = Crumb(_("Settlements"), "/rebates/settlements/")


class ProgramList(ListView):
    permission, title, table, filters = VIEW, _("Rebates"), ProgramTable, ProgramFilters
    empty = Empty(
        title=_("No rebate programs yet"),
        text=_("They begin when a policy with a rebate rule is published."),
        icon="percentage",
    )

    def get_rows(self) -> Rows:
        return list_programs()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("rebates:settlements")
        return (Button(label=_("Settlements"), url=url, icon="report-money"),)


class ProgramFacts(FactsPanel):
    title, icon, side, columns = _("Program"), "percentage", True, 1

    def facts(self) -> Sequence[Fact]:
        program: Program = self.record
        policy = reverse("policies:detail", args=[program.version.policy_id])
        return [
            Fact(pgettext_lazy("rebate", "Code"), program.code),
            Fact(_("Policy"), program.version.policy.label, url=policy),
            Fact(_("Version"), str(program.version.number), numeric=True),
            Fact(_("First day"), formatting.day(program.starts_on)),
            Fact(_("Ends before"), formatting.day(program.ends_on)),
            Fact(_("Settlement"), Frequency(program.frequency).label),
            Fact(_("Computed"), formatting.moment(program.computed_at)),
            Fact(_("Rule"), summarise(program.rule)),
        ]


class ProgramAccruals(TablePanel):
    title, icon, table, limit = _("Accruals by partner"), "users", AccrualTable, 20
    empty = Empty(title=_("Nothing accrued yet"), icon="coins")

    def actions(self) -> Sequence[Button]:
        url = reverse("rebates:accruals", args=[self.record.pk])
        return [Button(label=_("All partners"), url=url, icon="list", size="small")]

    def rows(self) -> Rows:
        return list_accruals().filter(program=self.record)


class ProgramDetail(DetailView):
    permission, model = VIEW, Program
    panels = (LadderPanel, ProgramAccruals, ProgramFacts)

    def get_queryset(self) -> QuerySet[Any]:
        return list_programs().select_related("version__policy")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB,)

    def get_status(self) -> Badge:
        state = ProgramState(self.record.state)
        return Badge(label=state.label, tone=PROGRAM_TONES[state])

    def get_actions(self) -> Sequence[Button]:
        if not self.record.conditions:
            return ()
        url = reverse("rebates:conditions", args=[self.record.pk])
        return (Button(label=_("Conditions by partner"), url=url, icon="list"),)

    def get_stats(self) -> Sequence[Stat]:
        program = self.record
        return [
            _money(_("Accrued"), program.earned, program.currency),
            _money(_("Settled"), program.paid, program.currency),
            _money(
                pgettext_lazy("rebate", "Open"), program.earned - program.paid, program.currency
            ),
            Stat(label=_("Partners"), value=formatting.number(program.participants_count)),
        ]


def _money(label: Any, value: Any, currency: str) -> Stat:
    return Stat(label=label, value=formatting.money(value, currency))


class AccrualList(ListView):
    permission, table, filters = VIEW, AccrualTable, AccrualFilters

    def get_rows(self) -> Rows:
        return list_accruals().filter(program_id=self.kwargs["pk"])

    def get_title(self) -> Any:
        program = Program.objects.filter(pk=self.kwargs["pk"]).first()
        if program is None:
            raise NotFound()
        return program.label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB,)


class AccrualDetail(DetailView):
    """Why a partner has earned what it has."""

    permission, model = VIEW, Accrual
    panels = (LadderPanel, WaterfallPanel, StepsPanel)

    def get_queryset(self) -> QuerySet[Any]:
        return Accrual.objects.select_related("program", "node")

    def get_title(self) -> Any:
        return self.record.node.label

    def get_subtitle(self) -> Any:
        return self.record.program.label

    def get_crumbs(self) -> Sequence[Crumb]:
        program = self.record.program
        return (PROGRAMS_CRUMB, Crumb(program.label, program.get_absolute_url()))

    def get_stats(self) -> Sequence[Stat]:
        accrual, currency = self.record, self.record.program.currency
        return [
            _money(_("Accrued"), accrual.earned, currency),
            _money(_("Settled"), accrual.paid, currency),
            Stat(label=_("As of"), value=formatting.day(accrual.as_of)),
        ]


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

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB,)


class OpenSettlement(FormView):
    permission, title, form_class = SETTLE, _("Open a settlement"), SettlementForm
    submit_label = _("Compute the draft")
    cancel_url = "/rebates/settlements/"
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

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, SETTLEMENTS_CRUMB)

    def get_status(self) -> Badge:
        state = SettlementState(self.record.state)
        return Badge(label=state.label, tone=SETTLEMENT_TONES[state])

    def get_stats(self) -> Sequence[Stat]:
        record = self.record
        return [
            _money(_("Earned"), record.scope_earned, record.currency),
            _money(_("Paid before"), record.scope_paid_before, record.currency),
            _money(pgettext_lazy("rebate", "Due"), record.scope_due, record.currency),
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
            for move in moves_from(self.record.state)
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


class StatementList(ListView):
    permission, title = VIEW, _("Rebate statements")
    table, filters = StatementTable, StatementFilters

    def get_rows(self) -> Rows:
        return list_statements()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB,)


class StatementLines(TablePanel):
    title, icon, table = _("Lines"), "list", LineTable

    def rows(self) -> Rows:
        rows = StatementLine.objects.filter(statement=self.record)
        return rows.select_related("program", "node").defer("line")


class StatementDetail(DetailView):
    permission, model = VIEW, Statement
    panels = (StatementLines, VerifyPanel, StatementFacts)

    def get_queryset(self) -> QuerySet[Any]:
        return list_statements()

    def get_subtitle(self) -> Any:
        return self.record.node.label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, Crumb(_("Rebate statements"), reverse("rebates:statements")))

    def get_actions(self) -> Sequence[Button]:
        url = reverse("rebates:bundle", args=[self.record.pk])
        return [
            Button(label=_("Download"), url=url, icon="download", style="primary", download=True)
        ]


class StatementBundleView(Page):
    permission = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return bundle_answer(kwargs["pk"])


class Keys(ListView):
    """The public keys that anyone may compare a statement with."""

    permission, face, title = PUBLIC, None, _("Keys that sign statements")
    table, export = SigningKeyTable, False
    empty = Empty(title=_("No statement has been signed yet"), icon="key")

    def get_rows(self) -> Rows:
        return signing_keys()
