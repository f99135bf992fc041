"""For whom, when and for what a promotion holds; limits, floors, and a basket to try."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.forms import node_by_code
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.choices import unit_named
from yunhe.trade.catalog.models import Brand, Category, Sku
from yunhe.trade.catalog.queries import ids_by_code
from yunhe.trade.promotions.choices import Stacking, Weekday
from yunhe.trade.promotions.models import Promotion
from yunhe.trade.promotions.services import PromotionDraft

SEPARATORS = re.compile(r"[\s,，;；、]+")
MONEY: dict[str, Any] = {
    "max_digits": 14,
    "decimal_places": 2,
    "min_value": Decimal("0.01"),
    "required": False,
}


def words_of(text: str) -> list[str]:
    return [word for word in SEPARATORS.split(text.strip()) if word]


def skus_of(codes: Iterable[str]) -> dict[str, int]:
    """SKU ids by code. Raises a form error naming the unknown ones."""
    wanted = list(codes)
    found = ids_by_code(wanted)
    missing = [code for code in wanted if code not in found]
    if missing:
        raise forms.ValidationError(
            _("No product has the code %(code)s.") % {"code": " ".join(missing)}
        )
    return found


def number_of(text: str) -> Decimal | None:
    value = read_number(text.rstrip("%％"))
    return value if value is not None and value >= 0 else None


def _brands() -> list[tuple[int, str]]:
    return [(one.pk, one.label) for one in Brand.objects.filter(own=True)]


def _categories() -> list[tuple[int, str]]:
    return [(one.pk, one.label) for one in Category.objects.all()]


class PromotionForm(StyledForm):
    """What every kind shares; the kinds add their rule's fields (`rule_fields`)."""

    rule_fields: ClassVar[tuple[str, ...]] = ()

    code = forms.CharField(label=gettext_lazy("Reference code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Promotion name"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    brands = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Brands"),
        choices=_brands,
        coerce=int,
        required=False,
        help_text=gettext_lazy("Nothing chosen below either: all products"),
    )
    categories = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Categories"), choices=_categories, coerce=int, required=False
    )
    products = forms.CharField(
        label=gettext_lazy("Products"),
        required=False,
        help_text=gettext_lazy("SKU codes, separated by commas or spaces"),
    )
    excluded = forms.CharField(label=gettext_lazy("Except products"), required=False)
    places = forms.CharField(
        label=gettext_lazy("Valid in"),
        help_text=gettext_lazy("Codes of units or partners; everybody below them is meant"),
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Tiers"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput())
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(), required=False
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only on"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    stacking = forms.ChoiceField(label=gettext_lazy("Beside others"), choices=Stacking.choices)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        initial=0,
        min_value=-1000,
        max_value=1000,
        help_text=gettext_lazy("The higher works first"),
    )
    most = forms.DecimalField(label=gettext_lazy("Most off one order"), **MONEY)
    budget = forms.DecimalField(label=gettext_lazy("Budget"), **MONEY)
    uses = forms.IntegerField(label=gettext_lazy("Orders in all"), min_value=1, required=False)
    partner_uses = forms.IntegerField(
        label=gettext_lazy("Orders a partner"), min_value=1, required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", "name", "name_en", *self.rule_fields])

    def clean_products(self) -> list[int]:
        return sorted(skus_of(words_of(self.cleaned_data["products"])).values())

    def clean_excluded(self) -> list[int]:
        return sorted(skus_of(words_of(self.cleaned_data["excluded"])).values())

    def clean_places(self) -> list[int]:
        return [node_by_code(code).pk for code in words_of(self.cleaned_data["places"])]

    def definition(self) -> dict[str, Any]:
        """The rule from valid data, as `definition.rule_of` reads it."""
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name in self.rule_fields
            if (value := self.cleaned_data[name]) not in (None, "")
        }

    def draft(self, kind: str) -> PromotionDraft:
        """The use case's input from valid data."""
        data = self.cleaned_data
        same = ("name", "name_en", "stacking", "priority", "places", "levels", "tiers", "weekdays")
        limits = ("valid_from", "most", "budget", "uses", "partner_uses", "note")
        return PromotionDraft(
            **{name: data[name] for name in (*same, *limits)},
            kind=kind,
            definition=self.definition(),
            selector={
                "skus": data["products"],
                "categories": data["categories"],
                "brands": data["brands"],
                "excluded": data["excluded"],
            },
            valid_to=data["last_day"] and data["last_day"] + timedelta(days=1),
        )


def entered(amount: Decimal | None) -> Decimal | None:
    """An amount as it was entered, with two decimals."""
    return amount if amount is None else amount.quantize(Decimal("0.01"))


def form_initial(promotion: Promotion, codes: Mapping[int, str]) -> dict[str, Any]:
    """Form values of a promotion, without its rule; `codes` are those of the SKUs it names."""
    names = ("code", "name", "name_en", "levels", "tiers", "weekdays", "stacking", "priority")
    upper = promotion.period.upper
    chosen = promotion.selector
    places = promotion.audience.order_by("place__code").values_list("place__code", flat=True)
    return {name: getattr(promotion, name) for name in names} | {
        "most": entered(promotion.most),
        "budget": entered(promotion.budget),
        "uses": promotion.uses,
        "partner_uses": promotion.partner_uses,
        "note": promotion.note,
        "valid_from": promotion.period.lower,
        "last_day": upper and upper - timedelta(days=1),
        "brands": chosen.get("brands", []),
        "categories": chosen.get("categories", []),
        "products": " ".join(codes[sku] for sku in chosen.get("skus", []) if sku in codes),
        "excluded": " ".join(codes[sku] for sku in chosen.get("excluded", []) if sku in codes),
        "places": " ".join(places),
    }


class LimitsForm(StyledForm):
    """What may change while a promotion runs."""

    budget = forms.DecimalField(label=gettext_lazy("Budget"), **MONEY)
    uses = forms.IntegerField(label=gettext_lazy("Orders in all"), min_value=1, required=False)
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(), required=False
    )


class CopyForm(StyledForm):
    """The code of the new draft."""

    code = forms.CharField(label=gettext_lazy("Reference code"), max_length=40)


class FloorsForm(StyledForm):
    """Any number of lowest prices, as pasted from a spreadsheet."""

    rows = forms.CharField(
        label=gettext_lazy("Lowest prices"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("One per line: product code and price of a base unit"),
    )

    def clean_rows(self) -> dict[int, Decimal]:
        lines = [line.split() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        found = ids_by_code(parts[0] for parts in lines)
        prices: dict[int, Decimal] = {}
        faults = []
        for at, parts in enumerate(lines, start=1):
            price = number_of(parts[1]) if len(parts) == 2 else None
            if price is None or parts[0] not in found:
                faults.append(unreadable_line(at, parts))
            else:
                prices[found[parts[0]]] = price
        if faults:
            raise forms.ValidationError(faults)
        return prices


class TryForm(StyledForm):
    """A basket to try: what would this partner get on this day."""

    partner = forms.CharField(label=gettext_lazy("Partner's code"), max_length=40)
    day = forms.DateField(
        label=gettext_lazy("Ordered on"), widget=forms.DateInput(), initial=timezone.localdate
    )
    tax = forms.DecimalField(
        label=gettext_lazy("Tax in percent"),
        initial=0,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )
    basket = forms.CharField(
        label=gettext_lazy("Basket"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One per line: product code, quantity, unit"),
    )

    def clean_partner(self) -> Node:
        return node_by_code(self.cleaned_data["partner"])

    def clean_basket(self) -> list[tuple[Sku, Decimal, str]]:
        lines = [
            words_of(line) for line in self.cleaned_data["basket"].splitlines() if line.strip()
        ]
        skus = Sku.objects.in_bulk({words[0] for words in lines}, field_name="code")
        found = []
        for at, words in enumerate(lines, start=1):
            sku = skus.get(words[0])
            quantity = number_of(words[1]) if len(words) in (2, 3) else None
            unit = unit_named(words[2]) if len(words) == 3 else (sku.base_unit if sku else None)
            if sku is None or not quantity or not unit:
                raise forms.ValidationError(unreadable_line(at, words))
            found.append((sku, quantity, unit))
        return found
