"""Forms of the production schedule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import node_by_code
from yunhe.goods.schedule.services import PlanLine
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin


class PlanForm(StyledForm):
    """Lines of the schedule as pasted from a spreadsheet."""

    node = forms.CharField(
        label=_("Supply place"), max_length=40, help_text=_("Code of the warehouse")
    )
    ref = forms.CharField(label=_("Plan number"), max_length=60, required=False)
    confirmed = forms.BooleanField(label=_("Confirmed"), required=False)
    rows = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One per line: product code or GTIN, day (2026-12-15), base units; 0 removes"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])

    def clean_rows(self) -> list[tuple[int, date, Decimal]]:
        lines = [line.split() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        words = [parts[0] for parts in lines]
        ids = ids_by_gtin(words) | ids_by_code(words)
        found = []
        for at, parts in enumerate(lines, start=1):
            try:
                sku_id, on = ids[parts[0]], date.fromisoformat(parts[1])
                quantity = read_number(parts[2])
            except (KeyError, IndexError, ValueError):
                quantity = None
            if quantity is None or not 0 <= quantity < 10**12:
                raise forms.ValidationError(unreadable_line(at, parts))
            found.append((sku_id, on, quantity))
        return found

    @property
    def lines(self) -> list[PlanLine]:
        data = self.cleaned_data
        return [
            PlanLine(
                sku_id=sku_id,
                on=on,
                quantity=quantity,
                confirmed=data["confirmed"],
                ref=data["ref"],
            )
            for sku_id, on, quantity in data["rows"]
        ]


class FinishForm(StyledForm):
    """How much was made."""

    made = forms.DecimalField(
        label=_("Produced"), min_value=Decimal("0.001"), max_digits=16, decimal_places=3
    )


class MoveForm(StyledForm):
    """When the goods will be there."""

    on = forms.DateField(label=_("Available on"), widget=forms.DateInput())
