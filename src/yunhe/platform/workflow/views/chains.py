"""Chains: the list, the form with its table of steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.queries import role_label
from yunhe.platform.accounts.models import User
from yunhe.platform.language import in_language
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Step
from yunhe.platform.ui.filters import BooleanFilter, ChoiceFilter, FilterSet
from yunhe.platform.ui.tables import BooleanColumn, Rows, TextColumn
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TemplatePanel,
)
from yunhe.platform.workflow.choices import StepMode
from yunhe.platform.workflow.forms import ChainForm, StepFormSet, chain_initial
from yunhe.platform.workflow.kinds import kind_choices
from yunhe.platform.workflow.models import Definition
from yunhe.platform.workflow.permissions import DEFINE, VIEW_CHAINS
from yunhe.platform.workflow.queries import list_definitions
from yunhe.platform.workflow.services import retire_chain, save_chain
from yunhe.platform.workflow.tables import DefinitionTable

CHAINS = Crumb(_("Approval chains"), reverse_lazy("workflow:definitions"))


class ChainFilters(FilterSet):
    kind = ChoiceFilter(_("Subject"), choices=kind_choices)
    in_use = BooleanFilter(_("Active"), field="active")
    search = ("name", "name_en", "node__name")


class ChainList(ListView):
    permission, title = VIEW_CHAINS, _("Approval chains")
    subtitle = _("Who decides what: by subject, place, partner level and amount.")
    table, filters = DefinitionTable, ChainFilters
    create_url_name, create_label = "workflow:define", _("New chain")
    create_permission = DEFINE
    empty = Empty(
        title=_("No approval chain yet"),
        text=_("Without a chain a request counts as approved at once."),
        icon="git-branch",
    )

    def get_rows(self) -> Rows:
        return list_definitions()


class ChainFacts(FactsPanel):
    title, icon = _("When it applies"), "filter"
    fields = (
        *(DefinitionTable.columns[name] for name in ("kind", "node", "level", "band")),
        BooleanColumn(_("Nobody decides two steps"), source="distinct_people", yes=_("yes")),
        TextColumn(_("English name"), source="name_en"),
    )


class StepsPanel(TemplatePanel):
    title, icon = _("Steps"), "git-branch"
    template_name = "workflow/steps.html"

    def context(self) -> dict[str, Any]:
        rows = self.record.steps
        ids = {user for row in rows for user in row["users"]}
        names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
        return {"steps": [_step(row, names) for row in rows]}


class ChainDetail(DetailView):
    permission, model = VIEW_CHAINS, Definition
    panels = (ChainFacts, StepsPanel)

    def get_queryset(self) -> QuerySet[Any]:
        return list_definitions()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CHAINS,)

    def get_status(self) -> Badge:
        if self.record.active:
            return Badge(label=_("active"), tone="green")
        return Badge(label=_("retired"))

    def get_actions(self) -> Sequence[Button]:
        args = [self.record.pk]
        change = Button(
            label=_("Change"),
            url=reverse("workflow:change_definition", args=args),
            icon="pencil",
            permission=DEFINE,
        )
        retire = Button(
            label=_("Retire"),
            url=reverse("workflow:retire_definition", args=args),
            method="post",
            style="danger",
            permission=DEFINE,
            confirm=_("New requests no longer use this chain. Those under way go on with it."),
        )
        return (retire, change) if self.record.active else ()


class ChainForms(FormView):
    """Base of the two forms."""

    permission, form_class, model = DEFINE, ChainForm, Definition
    formsets = {"steps": StepFormSet}
    intro = _(
        "A more specific place goes before a wider one, a named level before all levels. Requests"
        " under way keep the chain they began with."
    )
    cancel_url_name = "workflow:definitions"

    def get_queryset(self) -> QuerySet[Any]:
        return list_definitions()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CHAINS,)

    def perform(self, form: Any) -> Definition:
        steps = self.bound_formsets["steps"].steps()  # type: ignore[attr-defined]
        return save_chain(
            form.cleaned_data["node"],
            draft=form.draft(steps),
            actor=self.principal,
            definition=self.record,
        )


class ChainCreate(ChainForms):
    permission, title = DEFINE, _("New approval chain")


class ChainChange(ChainForms):
    permission, title = DEFINE, _("Change the approval chain")

    def get_initial(self) -> dict[str, Any]:
        return chain_initial(self.record)


class ChainRetire(ActionView):
    permission, model = DEFINE, Definition

    def get_queryset(self) -> QuerySet[Any]:
        return list_definitions()

    def perform(self) -> Definition:
        return retire_chain(self.record, actor=self.principal)


def _step(row: dict[str, Any], names: dict[int, str]) -> Step:
    who = [role_label(role) for role in row["roles"]]
    who += [names.get(user, f"#{user}") for user in row["users"]]
    mode: Text = StepMode(row["mode"]).label
    if row["mode"] == StepMode.QUORUM:
        mode = _("%(count)d of them") % {"count": row["quorum"]}
    note = f"{', '.join(who)} · {mode}"
    if row["remind_hours"]:
        note += " · " + str(_("reminder after %(hours)d h") % {"hours": row["remind_hours"]})
    if row["escalate_hours"]:
        words = {"hours": row["escalate_hours"], "role": role_label(row["escalate_role"])}
        note += " · " + str(_("after %(hours)d h to: %(role)s") % words)
    return Step(in_language(row["name"], row["name_en"]), "waiting", note)
