"""Forms of stock reports."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.queries import CountRow
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.values import read_number
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin

BY_CODE = "code-"
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
    """A quantity for each product; empty: not counted yet.

    `item` and `quantity` add one by its code, and so does a field `code-<code>` of the script.
    """

    item = forms.CharField(label=_("Product code or barcode"), max_length=60, required=False)
    quantity = forms.CharField(label=_("Quantity"), max_length=20, required=False)

    def __init__(self, *args: Any, rows: list[CountRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        """`counts`: SKU id -> base units of every product that has a quantity."""
        counts: dict[int, Decimal] = {}
        for row in self.rows:
            self._counted(counts, row.sku.pk, row.sku.label, self.data.get(f"{PREFIX}{row.sku.pk}"))
        self._by_code(counts)
        self.cleaned_data["counts"] = counts
        return self.cleaned_data

    def _counted(self, counts: dict[int, Decimal], sku: int, name: str, given: Any) -> None:
        text = str(given or "").strip()
        value = _quantity(text) if text else None
        if value is not None:
            counts[sku] = value
        elif text:
            message = _now("%(product)s: “%(text)s” is no quantity.")
            self.add_error(None, message % {"product": name, "text": text})

    def _by_code(self, counts: dict[int, Decimal]) -> None:
        named = {
            name.removeprefix(BY_CODE): value
            for name, value in self.data.items()
            if name.startswith(BY_CODE) and str(value).strip()
        }
        item = (self.cleaned_data.get("item") or "").strip()
        quantity = self.cleaned_data.get("quantity") or ""
        if item and not quantity:
            self.add_error("quantity", _("Enter the quantity counted."))
        elif item:
            named[item] = quantity
        found = ids_by_gtin(named) | ids_by_code(named) if named else {}
        for code, value in named.items():
            if code not in found:
                message = _now("There is no product with the code “%(code)s”.") % {"code": code}
                self.add_error("item" if code == item else None, message)
            else:
                self._counted(counts, found[code], code, value)


def _quantity(text: str) -> Decimal | None:
    value = read_number(text)
    fits = value is not None and 0 <= value < LARGEST and round(value, 3) == value
    return value if fits else None
