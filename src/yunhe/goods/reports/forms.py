"""Forms of stock reports."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.queries import CountRow
from yunhe.platform.ui.forms import StyledForm
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin

PREFIX = "sku-"
LARGEST = Decimal(10) ** 12


class StartForm(StyledForm):
    """Begin a count."""

    on = forms.DateField(label=_("Counted on"), widget=forms.DateInput())
    blind = forms.BooleanField(
        label=_("Blind count"),
        required=False,
        help_text=_("Hides the last known quantity, so that it cannot be copied"),
    )


class CountForm(StyledForm):
    """A quantity for each product; empty: not counted yet. `scan` and `quantity` add one by its code."""

    scan = forms.CharField(label=_("Product code or barcode"), max_length=40, required=False)
    quantity = forms.CharField(label=_("Quantity"), max_length=20, required=False)

    def __init__(self, *args: Any, rows: list[CountRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        """`counts`: SKU id -> base units of every product that has a quantity."""
        counts: dict[int, Decimal] = {}
        for row in self.rows:
            text = str(self.data.get(f"{PREFIX}{row.sku.pk}", "")).strip()
            if text:
                value = _quantity(text)
                if value is None:
                    message = _now("%(product)s: “%(text)s” is no quantity.")
                    self.add_error(None, message % {"product": row.sku.label, "text": text})
                else:
                    counts[row.sku.pk] = value
        self._scanned(counts)
        self.cleaned_data["counts"] = counts
        return self.cleaned_data

    def _scanned(self, counts: dict[int, Decimal]) -> None:
        code = (self.cleaned_data.get("scan") or "").strip()
        if not code:
            return
        found = ids_by_gtin([code]) | ids_by_code([code])
        value = _quantity(self.cleaned_data.get("quantity") or "")
        if not found:
            self.add_error("scan", _("There is no product with this code."))
        elif value is None:
            self.add_error("quantity", _("Enter the quantity counted."))
        else:
            counts[next(iter(found.values()))] = value


def _quantity(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return (
        value if value.is_finite() and 0 <= value < LARGEST and round(value, 3) == value else None
    )
