"""Forms of stock reports."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.reports.queries import Counted, CountRow, resolve_counts
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.values import read_number

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

    `item` and `quantity` add one by its code, and so does a field `code-<code>` of the script. A
    quantity may carry a unit: `3 case`.
    """

    item = forms.CharField(label=_("Product code or barcode"), max_length=60, required=False)
    quantity = forms.CharField(label=_("Quantity"), max_length=20, required=False)

    def __init__(self, *args: Any, rows: list[CountRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        """`counts`: SKU id -> base units of every product that has a quantity."""
        named = {
            row.sku.code: self.data.get(f"{PREFIX}{row.sku.pk}", "")
            for row in self.rows
            if str(self.data.get(f"{PREFIX}{row.sku.pk}") or "").strip()
        }
        lines = [self._counted(code, text) for code, text in named.items()]
        lines += [self._counted(code, text) for code, text in self._by_code().items()]
        counts, faults = resolve_counts([line for line in lines if line is not None])
        for fault in faults:
            own = fault["item"] == (self.cleaned_data.get("item") or "").strip()
            self.add_error("item" if own else None, str(fault["message"]))
        self.cleaned_data["counts"] = counts
        return self.cleaned_data

    def _counted(self, item: str, given: Any) -> Counted | None:
        """A line of `12` or `3 case`; an error when it is neither."""
        found = re.fullmatch(r"\s*([-+\d.,\s]+?)\s*([^\d\s.,+-]\S*)?\s*", str(given))
        value = _quantity(found[1]) if found else None
        if found is None or value is None:
            message = _now("%(product)s: “%(text)s” is no quantity.")
            self.add_error(None, message % {"product": item, "text": str(given).strip()})
            return None
        return Counted(item, value, found[2] or "")

    def _by_code(self) -> dict[str, Any]:
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
        return named


def _quantity(text: str) -> Decimal | None:
    value = read_number(text)
    fits = value is not None and 0 <= value < LARGEST and round(value, 3) == value
    return value if fits else None
