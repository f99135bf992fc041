"""Forms of policies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.queries import list_units, subtree
from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.services import Audience, VersionDraft
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.ui.forms import StyledForm, offer


class NewPolicyForm(StyledForm):
    """What a policy begins with."""

    node = forms.ModelChoiceField(label=_("Issued by"), queryset=Node.objects.none())
    code = forms.CharField(label=_("Reference code"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "node", list_units())


class DraftForm(StyledForm):
    """Text, period, audience and reading conditions of a draft."""

    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        help_text=_("Markdown: # heading, **bold**, - list, | tables |"),
    )
    body_en = forms.CharField(
        label=_("English text"), widget=forms.Textarea(attrs={"rows": 8}), required=False
    )
    change_note = forms.CharField(label=_("Change note"), max_length=300, required=False)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(), required=False)
    subtrees = forms.ModelMultipleChoiceField(
        label=_("Regions"),
        queryset=Node.objects.none(),
        required=False,
        help_text=_("Every active partner below the chosen units"),
    )
    levels = forms.MultipleChoiceField(
        label=_("Levels"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every level"),
    )
    tiers = forms.MultipleChoiceField(
        label=_("Tiers"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every tier"),
    )
    partners = forms.CharField(
        label=_("Further partners"),
        required=False,
        help_text=_("Codes, separated by commas or spaces"),
    )
    budget = forms.DecimalField(
        label=_("Budget"), min_value=0, max_digits=16, decimal_places=2, required=False
    )
    min_dwell_s = forms.IntegerField(
        label=_("Least reading time in seconds"), min_value=0, max_value=600, initial=10
    )
    question = forms.CharField(label=_("Comprehension question"), max_length=200, required=False)
    options = forms.CharField(
        label=_("Answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line"),
    )
    answer = forms.IntegerField(label=_("Number of the right answer"), min_value=1, required=False)

    def __init__(self, *args: Any, version: PolicyVersion, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(version) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        units = list_units().filter(path__subtree_of=version.node.path)
        offer(self, "subtrees", units)
        self.version = version

    def clean_partners(self) -> tuple[int, ...]:
        codes = self.cleaned_data["partners"].replace(",", " ").replace("，", " ").split()
        inside = subtree(self.version.node_id).filter(code__in=codes, kind=NodeKind.PARTNER)
        found = {node.code: node.pk for node in inside}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(
                _("No such partners: %(codes)s") % {"codes": ", ".join(missing)}
            )
        return tuple(dict.fromkeys(found[code] for code in codes))

    def draft(self) -> VersionDraft:
        """The use case's input from valid data."""
        data = self.cleaned_data
        last_day = data["last_day"]
        return VersionDraft(
            title=data["title"],
            title_en=data["title_en"],
            body=data["body"],
            body_en=data["body_en"],
            change_note=data["change_note"],
            starts_on=data["starts_on"],
            ends_on=last_day and last_day + timedelta(days=1),
            audience=Audience(
                subtree_ids=tuple(node.pk for node in data["subtrees"]),
                levels=tuple(data["levels"]),
                tiers=tuple(data["tiers"]),
                node_ids=data["partners"],
            ),
            budget=data["budget"],
            min_dwell_s=data["min_dwell_s"],
            quiz=self._quiz(),
        )

    def _quiz(self) -> dict[str, Any]:
        data = self.cleaned_data
        options = [line.strip() for line in data["options"].splitlines() if line.strip()]
        if not (data["question"] or options):
            return {}
        answer = (data["answer"] or 0) - 1
        return {"question": data["question"], "options": options, "answer": answer}


def _initial(version: PolicyVersion) -> dict[str, Any]:
    quiz = version.quiz
    upper = version.period.upper
    codes = Node.objects.filter(pk__in=version.node_ids).values_list("code", flat=True)
    return {
        "title": version.policy.title,
        "title_en": version.policy.title_en,
        "body": version.body,
        "body_en": version.body_en,
        "change_note": version.change_note,
        "starts_on": version.period.lower,
        "last_day": upper and upper - timedelta(days=1),
        "subtrees": version.subtree_ids,
        "levels": version.levels,
        "tiers": version.tiers,
        "partners": " ".join(codes) if version.node_ids else "",
        "budget": version.budget,
        "min_dwell_s": version.min_dwell_s,
        "question": quiz.get("question", ""),
        "options": "\n".join(quiz.get("options", [])),
        "answer": quiz["answer"] + 1 if "answer" in quiz else None,
    }
