"""Forms of approvals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.roles import Role
from yunhe.platform.accounts.models import User
from yunhe.platform.ui.forms import StyledForm, offer
from yunhe.platform.workflow.choices import StepMode
from yunhe.platform.workflow.kinds import kind_choices, level_choices
from yunhe.platform.workflow.models import Definition
from yunhe.platform.workflow.queries import colleagues_of
from yunhe.platform.workflow.services import AbsenceDraft, ChainDraft


class AbsenceForm(StyledForm):
    """Who stands in, from the first to the last day (both included)."""

    substitute = forms.TypedChoiceField(label=_("Stands in for me"), coerce=int)
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput())
    ends = forms.DateField(label=_("Last day"), widget=forms.DateInput())
    kinds = forms.MultipleChoiceField(
        label=_("Only for"),
        required=False,
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: for everything."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "substitute", colleagues_of(actor))

    def draft(self) -> AbsenceDraft:
        data = self.cleaned_data
        return AbsenceDraft(
            substitute_id=data["substitute"],
            starts=data["starts"],
            ends=data["ends"] + timedelta(days=1),
            kinds=tuple(data["kinds"]),
            note=data["note"],
        )


class NodeField(forms.ModelChoiceField):
    """A unit of the company, indented by depth."""

    def label_from_instance(self, node: Node) -> str:
        return "\u3000" * node.path.count(".") + node.label


class ChainForm(StyledForm):
    """What a chain is for; its steps are the formset below."""

    kind = forms.ChoiceField(label=_("Subject"), choices=kind_choices)
    name = forms.CharField(label=pgettext_lazy("approval chain", "Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    node = NodeField(label=_("Valid in"), queryset=Node.objects.none(), empty_label=None)
    level = forms.ChoiceField(label=_("Partner level"), required=False)
    amount_from = forms.DecimalField(
        label=_("From amount"), min_value=0, max_digits=16, decimal_places=2, initial=0
    )
    amount_to = forms.DecimalField(
        label=_("Below amount"),
        min_value=0,
        max_digits=16,
        decimal_places=2,
        required=False,
        help_text=_("Empty: without a limit."),
    )
    distinct_people = forms.BooleanField(
        label=_("Nobody decides two steps"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Node.objects.filter(kind=NodeKind.ORGANISATION).order_by("path")
        offer(self, "node", units)
        offer(self, "level", [("", _("all")), *level_choices()])

    def draft(self, steps: tuple[dict[str, Any], ...]) -> ChainDraft:
        names = ("kind", "name", "name_en", "level", "amount_from", "amount_to", "distinct_people")
        return ChainDraft(**{name: self.cleaned_data[name] for name in names}, steps=steps)


class StepForm(StyledForm):
    """One row of the chain's table; an empty row is left out."""

    name = forms.CharField(label=_("Step"), max_length=60, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    role = forms.ChoiceField(
        label=_("Decided by role"), required=False, choices=[("", "–"), *Role.choices]
    )
    user = forms.ModelChoiceField(
        label=_("or by person"), required=False, queryset=User.objects.none(), empty_label="–"
    )
    mode = forms.ChoiceField(label=_("Who must agree"), choices=StepMode.choices)
    quorum = forms.IntegerField(label=_("How many"), min_value=1, max_value=20, required=False)
    remind_hours = forms.IntegerField(
        label=_("Remind after (h)"), min_value=1, max_value=2000, required=False
    )
    escalate_hours = forms.IntegerField(
        label=_("Escalate after (h)"), min_value=1, max_value=2000, required=False
    )
    escalate_role = forms.ChoiceField(
        label=_("Escalate to"), required=False, choices=[("", "–"), *Role.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, grants__isnull=False).distinct()
        offer(self, "user", people.order_by("name"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("escalate_hours") and not data.get("escalate_role"):
            self.add_error("escalate_role", _("Say to whom."))
        if (data.get("role") or data.get("user")) and not data.get("name"):
            self.add_error("name", _("Name the step."))
        return data

    def step(self, at: int) -> dict[str, Any]:
        """The row as a step of a chain; `at` is its place, which is its key."""
        data = self.cleaned_data
        return {
            "key": f"s{at}",
            "name": data["name"],
            "name_en": data["name_en"],
            "mode": data["mode"],
            "quorum": data["quorum"] or 1,
            "roles": [data["role"]] if data["role"] else [],
            "users": [data["user"].pk] if data["user"] else [],
            "remind_hours": data["remind_hours"],
            "escalate_hours": data["escalate_hours"],
            "escalate_role": data["escalate_role"],
        }


class BaseStepFormSet(forms.BaseFormSet):
    """The steps in their order."""

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        if instance is not None:
            kwargs["initial"] = [_initial(row) for row in instance.steps]
        super().__init__(*args, **kwargs)

    def steps(self) -> tuple[dict[str, Any], ...]:
        filled = [form for form in self.forms if form.cleaned_data.get("name")]
        return tuple(form.step(at) for at, form in enumerate(filled, start=1))


StepFormSet = forms.formset_factory(StepForm, formset=BaseStepFormSet, extra=2, max_num=12)


def _initial(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "role": next(iter(row["roles"]), ""),
        "user": next(iter(row["users"]), None),
    }


def chain_initial(definition: Definition) -> dict[str, Any]:
    """What the form shows of a chain."""
    names = ("kind", "name", "name_en", "node", "level", "amount_from", "amount_to")
    return {name: getattr(definition, name) for name in names} | {
        "distinct_people": definition.distinct_people
    }
