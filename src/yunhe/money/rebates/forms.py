"""Forms of rebates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.money.rebates.choices import SettlementKind
from yunhe.money.rebates.models import Program
from yunhe.money.rebates.queries.reading import settleable_programs
from yunhe.platform.ui.forms import StyledForm, offer


class _ProgramsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Program) -> str:
        return f"{obj.label} · {obj.starts_on:%Y-%m-%d} – {obj.ends_on:%Y-%m-%d}"


class SettlementForm(StyledForm):
    """What to settle, up to when."""

    programs = _ProgramsField(
        label=_("Programs"),
        queryset=Program.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=SettlementKind.choices,
        help_text=_("A final settlement pays every remainder and closes the programs"),
    )
    cutoff = forms.DateField(
        label=_("Last business date"),
        widget=forms.DateInput(),
        help_text=_("Sales after this day do not count yet"),
    )
    known_by = forms.DateField(
        label=_("Recorded up to"),
        widget=forms.DateInput(),
        required=False,
        help_text=_("Grace days for late reports; empty: everything recorded until now"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "programs", settleable_programs())
