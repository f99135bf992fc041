"""Finance says which partner met a condition that the system cannot look up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.models import Program, ProgramPartner
from yunhe.money.rebates.permissions import CONDITION, VIEW
from yunhe.money.rebates.queries.reading import participants_of, recorded_conditions
from yunhe.money.rebates.rules.wording import condition_name
from yunhe.money.rebates.services import record_condition
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.ui.tables import LinkColumn, Table, TextColumn
from yunhe.platform.ui.views import FormView, ListView

PROGRAMS_CRUMB = Crumb(_("Rebates"), reverse_lazy("rebates:list"))


def states_text(row: ProgramPartner) -> str:
    """Every recorded condition with what was said of it."""
    words = {True: _("met"), False: _("not met")}
    return "；".join(
        f"{condition_name(name)}: {words[met]}" for name, met in row.conditions.items()
    )


class ParticipantTable(Table):
    partner = LinkColumn(
        _("Partner"),
        url="network:partner",
        args=("node_id",),
        source="node.label",
        sort="node__name",
        secondary="node.code",
    )
    conditions = TextColumn(_("Conditions"), source=states_text, sort=False)


class ProgramPages:
    """The program that the address names."""

    @cached_property
    def program(self) -> Program:
        found = Program.objects.filter(pk=self.kwargs["pk"]).first()  # type: ignore[attr-defined]
        if found is None:
            raise NotFound()
        return found

    def get_crumbs(self) -> Sequence[Crumb]:
        return (PROGRAMS_CRUMB, Crumb(self.program.label, self.program.get_absolute_url()))


class ConditionList(ProgramPages, ListView):
    permission, title, table = VIEW, _("Conditions by partner"), ParticipantTable
    empty = Empty(title=_("Nobody takes part yet"), icon="users")

    def get_rows(self) -> QuerySet[ProgramPartner]:
        return participants_of(self.program)

    def get_actions(self) -> Sequence[Button]:
        if not recorded_conditions(self.program):
            return ()
        url = reverse("rebates:condition_record", args=[self.program.pk])
        return (Button(label=_("Record a condition"), url=url, permission=CONDITION),)


class ConditionForm(StyledForm):
    """Which partners met, or did not meet, which condition."""

    name = forms.ChoiceField(label=_("Condition"))
    partners = forms.MultipleChoiceField(
        label=_("Partners"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Hold Ctrl or ⌘ to choose several"),
    )
    met = forms.ChoiceField(
        label=_("Outcome"), choices=[("yes", _("met")), ("no", _("not met"))], initial="yes"
    )


class ConditionRecord(ProgramPages, FormView):
    permission, title, form_class = CONDITION, _("Record a condition"), ConditionForm
    success_message = _("Recorded: it counts from the next accrual on.")

    def get_form(self) -> Any:
        form: Any = super().get_form()
        names = recorded_conditions(self.program)
        form.fields["name"].choices = [(name, condition_name(name)) for name in names]
        form.fields["partners"].choices = [
            (str(row.node_id), f"{row.node.code} {row.node.label}")
            for row in participants_of(self.program)
        ]
        return form

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        for node_id in data["partners"]:
            record_condition(
                self.program,
                node_id=int(node_id),
                name=data["name"],
                met=data["met"] == "yes",
                actor=self.principal,
            )
        return len(data["partners"])

    def get_success_url(self, result: Any) -> str:
        return reverse("rebates:conditions", args=[self.program.pk])
