"""The fields of each kind of rule. Lists are typed line by line, as people write them down."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from yunhe.platform.ui.forms import unreadable_line
from yunhe.trade.catalog.choices import Unit, unit_named
from yunhe.trade.promotions.choices import Kind
from yunhe.trade.promotions.forms.terms import (
    PromotionForm,
    number_of,
    skus_of,
)

UNITS = [("", gettext_lazy("base unit")), *Unit.choices]
MEASURES = [("spend", gettext_lazy("amount spent")), ("quantity", gettext_lazy("quantity"))]
REWARDS = [
    ("price", gettext_lazy("the set for a price")),
    ("percent", gettext_lazy("a percentage off")),
    ("cheapest", gettext_lazy("the cheapest ones free")),
]
POSITIVE: dict[str, Any] = {"min_value": Decimal("0.01"), "max_digits": 14, "decimal_places": 2}


def _lines(text: str) -> list[list[str]]:
    return [line.replace("，", " ").split() for line in text.splitlines() if line.strip()]


def _unreadable(at: int, words: list[str]) -> forms.ValidationError:
    return forms.ValidationError(unreadable_line(at, words))


class PercentForm(PromotionForm):
    rule_fields = ("percent",)
    percent = forms.DecimalField(
        label=gettext_lazy("Percent off"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
    )


class AmountForm(PromotionForm):
    rule_fields = ("amount", "per_unit", "unit")
    amount = forms.DecimalField(label=gettext_lazy("Amount off"), **POSITIVE)
    per_unit = forms.BooleanField(label=gettext_lazy("Off each unit"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)


class ThresholdForm(PromotionForm):
    rule_fields = ("measure", "unit", "steps", "repeat")
    measure = forms.ChoiceField(label=pgettext_lazy("promotion", "What counts"), choices=MEASURES)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    steps = forms.CharField(
        label=pgettext_lazy("promotion", "Steps"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line: from what on, and what comes off (30 or 5%)"),
    )
    repeat = forms.BooleanField(
        label=gettext_lazy("Again for each further full step"), required=False
    )

    def clean_steps(self) -> list[dict[str, str]]:
        found = []
        for at, words in enumerate(_lines(self.cleaned_data["steps"]), start=1):
            floor = number_of(words[0])
            reward = number_of(words[1]) if len(words) == 2 else None
            if not floor or not reward:
                raise _unreadable(at, words)
            name = "percent" if words[1][-1] in "%％" else "amount"
            found.append({"floor": str(floor), name: str(reward)})
        return found


class BuyGetForm(PromotionForm):
    rule_fields = ("buy", "get", "unit", "together", "gift", "gift_unit", "gift_value", "limit")
    buy = forms.IntegerField(label=gettext_lazy("Buy"), min_value=1)
    get = forms.IntegerField(label=gettext_lazy("Get free"), min_value=1)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    together = forms.BooleanField(label=gettext_lazy("All products count together"), required=False)
    gift = forms.CharField(
        label=gettext_lazy("Another product is free"),
        required=False,
        help_text=gettext_lazy("Its code; empty: the same product"),
    )
    gift_unit = forms.ChoiceField(
        label=gettext_lazy("Unit of the free product"), choices=UNITS, required=False
    )
    gift_value = forms.DecimalField(
        label=gettext_lazy("Worth of one free unit"),
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        help_text=gettext_lazy("What the budget is charged with"),
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Most free units an order"), min_value=1, required=False
    )

    def clean_gift(self) -> int | None:
        code = self.cleaned_data["gift"].strip()
        return skus_of([code])[code] if code else None


class BundleForm(PromotionForm):
    rule_fields = ("parts", "price", "limit")
    parts = forms.CharField(
        label=gettext_lazy("Parts of a set"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line: product code and base units"),
    )
    price = forms.DecimalField(label=gettext_lazy("Price of a set"), **POSITIVE)
    limit = forms.IntegerField(
        label=gettext_lazy("Most sets an order"), min_value=1, required=False
    )

    def clean_parts(self) -> list[dict[str, Any]]:
        lines = _lines(self.cleaned_data["parts"])
        skus = skus_of(words[0] for words in lines)
        found = []
        for at, words in enumerate(lines, start=1):
            quantity = number_of(words[1]) if len(words) == 2 else None
            if not quantity:
                raise _unreadable(at, words)
            found.append({"sku": skus[words[0]], "quantity": str(quantity)})
        return found


class MixForm(PromotionForm):
    rule_fields = ("size", "unit", "reward", "value", "limit")
    size = forms.IntegerField(label=gettext_lazy("Units of a set"), min_value=2)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    reward = forms.ChoiceField(label=gettext_lazy("What a set earns"), choices=REWARDS)
    value = forms.DecimalField(
        label=gettext_lazy("Price, percent or number of free units"), **POSITIVE
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Most sets an order"), min_value=1, required=False
    )


class GiftForm(PromotionForm):
    rule_fields = ("measure", "floor", "unit", "gifts", "pick", "repeat")
    measure = forms.ChoiceField(label=pgettext_lazy("promotion", "What counts"), choices=MEASURES)
    floor = forms.DecimalField(label=gettext_lazy("From"), **POSITIVE)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    gifts = forms.CharField(
        label=gettext_lazy("Gifts"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line: product code, quantity, unit, worth of one"),
    )
    pick = forms.IntegerField(label=gettext_lazy("How many to choose"), min_value=1, initial=1)
    repeat = forms.BooleanField(
        label=gettext_lazy("Again for each further full amount"), required=False
    )

    def clean_gifts(self) -> list[dict[str, Any]]:
        lines = _lines(self.cleaned_data["gifts"])
        skus = skus_of(words[0] for words in lines)
        found = []
        for at, words in enumerate(lines, start=1):
            rest = [*words[1:], "", "", ""]
            quantity, unit = number_of(rest[0]), unit_named(rest[1])
            value = number_of(rest[2] or "0")
            unknown = rest[1] and not unit
            if not quantity or unknown or value is None or len(words) > 4:
                raise _unreadable(at, words)
            gift = {"sku": skus[words[0]], "quantity": str(quantity), "unit": unit}
            found.append(gift | {"value": str(value)})
        return found


FORMS: dict[str, type[PromotionForm]] = {
    Kind.PERCENT: PercentForm,
    Kind.AMOUNT: AmountForm,
    Kind.THRESHOLD: ThresholdForm,
    Kind.BUY_GET: BuyGetForm,
    Kind.BUNDLE: BundleForm,
    Kind.MIX: MixForm,
    Kind.GIFT: GiftForm,
}


def rule_initial(
    kind: str, definition: Mapping[str, Any], codes: Mapping[int, str]
) -> dict[str, Any]:
    """Form values of a rule; `codes` are those of the SKUs it names."""
    found = dict(definition)
    if kind == Kind.THRESHOLD:
        found["steps"] = "\n".join(
            f"{step['floor']} {step['percent']}%"
            if step.get("percent")
            else f"{step['floor']} {step['amount']}"
            for step in definition["steps"]
        )
    if kind == Kind.BUNDLE:
        found["parts"] = "\n".join(
            f"{codes.get(one['sku'], '')} {one['quantity']}" for one in definition["parts"]
        )
    if kind == Kind.GIFT:
        found["gifts"] = "\n".join(
            " ".join(
                str(part)
                for part in (
                    codes.get(one["sku"], ""),
                    one["quantity"],
                    one.get("unit") or Unit.PIECE,
                    one.get("value", "0"),
                )
            )
            for one in definition["gifts"]
        )
    if kind == Kind.BUY_GET:
        found["gift"] = codes.get(definition.get("gift") or 0, "")
    return found
