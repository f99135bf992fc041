"""Forms of stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import node_by_code
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin


class RowsForm(StyledForm):
    """Products and quantities in base units, as pasted from a spreadsheet."""

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
                faults.append(unreadable_line(at, parts))
            else:
                sku = ids[parts[0]]
                found[sku] = found.get(sku, Decimal(0)) + quantity
        if faults:
            raise forms.ValidationError(faults)
        return found


class LinesForm(RowsForm):
    """The same of a document."""

    ref = forms.CharField(
        label=_("Document"), max_length=60, help_text=_("The same number is recorded once")
    )
    on = forms.DateField(label=_("Business date"), widget=forms.DateInput())
    field_order: Sequence[str] = ("ref", "on", "rows")


def _quantity(text: str) -> Decimal | None:
    value = read_number(text)
    fits = value is not None and 0 <= value < 10**12 and round(value, 3) == value
    return value if fits else None


class PlaceLinesForm(LinesForm):
    """The same for a place named by its code."""

    node = forms.CharField(
        label=_("Stock place"), max_length=40, help_text=_("Code of the warehouse or partner")
    )
    field_order = ("node", *LinesForm.field_order)

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


@dataclass(frozen=True)
class ReadLine:
    """A line as it was read; `lot` empty: not on the label."""

    sku_id: int
    quantity: Decimal
    lot: str = ""
    expires_on: date | None = None


class LotLinesForm(PlaceLinesForm):
    """Lines that may name the lot and its best-before date."""

    lot_needed = False
    rows = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "One per line: product code or GTIN, quantity in base units, lot, best before"
            " (2027-05-31)"
        ),
    )

    def clean_rows(self) -> list[ReadLine]:  # type: ignore[override]
        """The lines as read, in order."""
        lines = [line.split() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        words = [parts[0] for parts in lines]
        ids = ids_by_gtin(words) | ids_by_code(words)
        found = [self._read(parts, ids) for parts in lines]
        faults = [
            unreadable_line(at, parts)
            for at, (parts, line) in enumerate(zip(lines, found, strict=True), start=1)
            if line is None
        ]
        if faults:
            raise forms.ValidationError(faults)
        return [line for line in found if line is not None]

    def _read(self, parts: list[str], ids: dict[str, int]) -> ReadLine | None:
        least = 3 if self.lot_needed else 2
        quantity = _quantity(parts[1]) if least <= len(parts) <= 4 else None
        if parts[0] not in ids or quantity is None:
            return None
        lot = parts[2] if len(parts) > 2 else ""
        if len(lot) > 40:
            return None
        try:
            expires_on = date.fromisoformat(parts[3]) if len(parts) > 3 else None
        except ValueError:
            return None
        return ReadLine(ids[parts[0]], quantity, lot, expires_on)


class LotsForm(LotLinesForm):
    """Which lots lie at a place."""

    lot_needed = True


class ShelfLifeForm(StyledForm):
    """How many good days goods must have left when they are shipped."""

    node = forms.CharField(
        label=_("Partner or region"),
        max_length=40,
        help_text=_("Its code; the rule also holds for everybody below without one of their own"),
    )
    days = forms.IntegerField(
        label=_("Days left at shipment"),
        min_value=0,
        max_value=3650,
        help_text=_("0 removes the rule"),
    )

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
    resells = forms.BooleanField(
        label=_("Takes orders of its stores"),
        required=False,
        help_text=_("A dealer from whom the partners below it order; it answers them itself"),
    )
    negative_allowed = forms.BooleanField(
        label=_("May go negative"),
        required=False,
        initial=True,
        help_text=_("Reports from the field may arrive late"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])
