"""Forms of stock."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import node_by_code
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin


class LinesForm(StyledForm):
    """Products and quantities in base units, as pasted from a spreadsheet."""

    ref = forms.CharField(
        label=_("Document"), max_length=60, help_text=_("The same number is recorded once")
    )
    on = forms.DateField(label=_("Business date"), widget=forms.DateInput())
    rows = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One per line: product code or GTIN, quantity in base units"),
    )

    def clean_rows(self) -> dict[int, Decimal]:
        """SKU id -> quantity; quantities of a repeated SKU are added."""
        lines = [line.split() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        words = [parts[0] for parts in lines]
        ids = ids_by_gtin(words) | ids_by_code(words)
        found: dict[int, Decimal] = {}
        faults = []
        for at, parts in enumerate(lines, start=1):
            quantity = _quantity(parts[1]) if len(parts) == 2 else None
            if parts[0] not in ids or quantity is None:
                faults.append(_("Line %(line)d cannot be read.") % {"line": at})
            else:
                sku = ids[parts[0]]
                found[sku] = found.get(sku, Decimal(0)) + quantity
        if faults:
            raise forms.ValidationError(faults)
        return found


def _quantity(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < 10**12 and round(value, 3) == value else None


class PlaceLinesForm(LinesForm):
    """The same for a place named by its code."""

    node = forms.CharField(
        label=_("Stock place"), max_length=40, help_text=_("Code of the warehouse or partner")
    )
    field_order = ("node",)

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


class CountForm(PlaceLinesForm):
    """What was counted at a place."""

    opening = forms.BooleanField(label=_("First count of this place"), required=False)


class PlaceForm(StyledForm):
    """How a node keeps stock."""

    node = forms.CharField(
        label=_("Stock place"), max_length=40, help_text=_("Code of the warehouse or partner")
    )
    supplies = forms.BooleanField(
        label=_("Supplies orders"),
        required=False,
        help_text=_("Orders reserve from what it holds; it never goes below zero"),
    )
    negative_allowed = forms.BooleanField(
        label=_("May go negative"),
        required=False,
        initial=True,
        help_text=_("Reports from the field may arrive late"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])
