"""The rule kind `obligation`: something each recipient has to do by a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.channel.policies.errors import RuleRefused
from yunhe.channel.policies.rules.registry import (
    CompileContext,
    Definition,
    Finding,
    Rule,
    RuleForm,
    RuleKind,
    Severity,
    register,
)


class ObligationForm(RuleForm):
    """What is to be done, and by when."""

    task = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("By"), widget=forms.DateInput())

    @classmethod
    def initial_from(cls, definition: Definition) -> dict[str, Any]:
        return {"task": definition.get("task"), "due_on": definition.get("due_on")}

    def definition(self) -> dict[str, Any]:
        return {
            "task": self.cleaned_data["task"],
            "due_on": self.cleaned_data["due_on"].isoformat(),
        }


def validate(definition: Definition) -> None:
    """A task and a day. Raises RuleRefused."""
    task = definition.get("task")
    if not isinstance(task, str) or not task.strip() or _day(definition) is None:
        raise RuleRefused(_("An obligation says what is to be done and by which day."))


def summarise(definition: Definition) -> str:
    return _("Do by %(day)s: %(task)s") % {
        "day": definition.get("due_on", ""),
        "task": definition.get("task", ""),
    }


def check(rules: Sequence[Rule], context: CompileContext) -> Iterable[Finding]:
    """The day must lie in the policy's period and not in the past."""
    for rule in rules:
        due = _day(rule.definition)
        if due is None:
            continue
        if due < context.today:
            yield Finding(
                Severity.ERROR,
                "obligation.past",
                gettext_lazy("The day by which something is to be done has passed."),
                f"{rule.where}.due_on",
            )
        elif (context.start and due < context.start) or (context.end and due >= context.end):
            yield Finding(
                Severity.WARNING,
                "obligation.outside",
                gettext_lazy("The day lies outside the policy's period."),
                f"{rule.where}.due_on",
            )


def _day(definition: Definition) -> date | None:
    try:
        return date.fromisoformat(str(definition.get("due_on")))
    except ValueError:
        return None


OBLIGATION = register(
    RuleKind(
        code="obligation",
        label=gettext_lazy("Obligation"),
        form=ObligationForm,
        validate=validate,
        summarise=summarise,
        check=check,
        icon="checklist",
    )
)
