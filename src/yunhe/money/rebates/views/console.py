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
    Frequency,
    ProgramState,
)
from yunhe.money.rebates.filters import (
    AccrualFilters,
    ProgramFilters,
    StatementFilters,
)
from yunhe.money.rebates.models import Accrual, Program, Statement, StatementLine
from yunhe.money.rebates.permissions import VIEW
from yunhe.money.rebates.queries.reading import (
    list_accruals,
    list_programs,
    list_statements,
    signing_keys,
)
from yunhe.money.rebates.rules.wording import summarise
from yunhe.money.rebates.tables import (
    AccrualTable,
    LineTable,
    ProgramTable,
    SigningKeyTable,
    StatementTable,
)
from yunhe.money.rebates.views.shared import (
    PROGRAMS_CRUMB,
    LadderPanel,
    StatementFacts,
    StepsPanel,
    VerifyPanel,
    WaterfallPanel,
    area_note,
    bundle_answer,
    money_stat,
)
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Fact, Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    DetailView,
    FactsPanel,
    ListView,
    Page,
    TablePanel,
)
from yunhe.platform.ui.views.base import PUBLIC


class ProgramList(ListView):
    permission, title, table, filters = VIEW, _("Rebates"), ProgramTable, ProgramFilters
    empty = Empty(
        title=_("No rebate programs yet"),
        text=_("They begin when a policy with a rebate rule is published."),
        icon="percentage",
    )

    def get_rows(self) -> Rows:
        return list_programs()

    def get_subtitle(self) -> Any:
        return area_note(self.principal)

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
            Fact(_("Last day"), formatting.last_day(program.ends_on)),
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

    def get_subtitle(self) -> Any:
        return area_note(self.principal)

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
            money_stat(_("Accrued"), program.earned, program.currency),
            money_stat(_("Settled"), program.paid, program.currency),
            money_stat(
                pgettext_lazy("rebate", "Open"), program.earned - program.paid, program.currency
            ),
            Stat(label=_("Partners"), value=formatting.number(program.participants_count)),
        ]


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
            money_stat(_("Accrued"), accrual.earned, currency),
            money_stat(_("Settled"), accrual.paid, currency),
            Stat(label=_("As of"), value=formatting.day(accrual.as_of)),
        ]


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
