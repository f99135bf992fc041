"""The form of a rebate rule. Rates and shares are entered in percent; the definition holds ratios."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.rules.registry import RuleForm
from yunhe.money.rebates.choices import (
    EARLIER,
    POLICY_READ,
    RATIO_TIERS,
    Flow,
    Frequency,
    Mode,
    PayOn,
    RateKind,
    TierBy,
)
from yunhe.money.rebates.rules.definition import RebateRule, RuleTier, read_rule, write_rule
from yunhe.platform.ui.forms import offer
from yunhe.platform.values import read_number
from yunhe.platform.values.exact import to_text
from yunhe.trade.catalog.models import Brand, Category
from yunhe.trade.catalog.queries import ids_by_code

HUNDRED = Decimal(100)
SPARE_ROWS = 2
MORE = "more_tiers"
Row = tuple[str, str]


class TierRows(forms.Widget):
    """Rows of two numbers, `tiers-0-from` and `tiers-0-rate`, with spare ones at the end."""

    template_name = "rebates/widgets/tiers.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        rows: list[Row] = []
        while f"{name}-{len(rows)}-from" in data or f"{name}-{len(rows)}-rate" in data:
            at = len(rows)
            rows.append(
                (
                    data.get(f"{name}-{at}-from", "").strip(),
                    data.get(f"{name}-{at}-rate", "").strip(),
                )
            )
        self.spare = SPARE_ROWS if MORE in data else 0
        return rows

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value or ())
        spare = getattr(self, "spare", SPARE_ROWS)
        rows += [("", "")] * (spare if rows else SPARE_ROWS + 1)
        context["widget"]["rows"] = [
            {"number": at + 1, "from": start, "rate": rate, "name": f"{name}-{at}"}
            for at, (start, rate) in enumerate(rows)
        ]
        return context

    def id_for_label(self, id_: str) -> str:
        return ""


class TierField(forms.Field):
    """A list of (from, rate) in the order entered; empty rows are left out."""

    widget = TierRows

    def to_python(self, value: Any) -> list[tuple[Decimal, Decimal]]:
        rows = [(start, rate) for start, rate in value or () if start or rate]
        return [
            (self._number(at, start), self._number(at, rate))
            for at, (start, rate) in enumerate(rows, start=1)
        ]

    def _number(self, row: int, text: str) -> Decimal:
        number = read_number(text.rstrip("% "))
        if number is None or number < 0:
            message = _("Tier %(row)d: both numbers are needed, none below zero.")
            raise forms.ValidationError(message % {"row": row})
        return number


class RebateForm(RuleForm):
    """What is counted, the tiers, the products, the limits, the conditions."""

    flow = forms.ChoiceField(label=pgettext_lazy("rebate", "What counts"), choices=Flow.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of rate"), choices=RateKind.choices)
    pay_on = forms.ChoiceField(label=gettext_lazy("Paid on"), choices=PayOn.choices)
    tier_by = forms.ChoiceField(label=gettext_lazy("Tiers by"), choices=TierBy.choices)
    mode = forms.ChoiceField(label=gettext_lazy("How tiers work"), choices=Mode.choices)
    tiers = TierField(
        label=pgettext_lazy("rebate", "Tiers"),
        help_text=gettext_lazy(
            "From: amount, units, or percent where tiers go by growth or sell-through rate."
            " Rate: percent, or an amount."
        ),
    )
    brands = forms.MultipleChoiceField(
        label=gettext_lazy("Brands"),
        required=False,
        help_text=gettext_lazy("Nothing chosen: the whole range"),
    )
    categories = forms.MultipleChoiceField(label=gettext_lazy("Categories"), required=False)
    products = forms.CharField(
        label=gettext_lazy("Further products"),
        required=False,
        help_text=gettext_lazy("SKU codes, separated by commas or spaces"),
    )
    exclude_products = forms.CharField(label=gettext_lazy("Except products"), required=False)
    cap = forms.DecimalField(
        label=gettext_lazy("Cap a partner"), min_value=0, max_digits=16, required=False
    )
    minimum_payment = forms.DecimalField(
        label=gettext_lazy("Minimum payment"),
        min_value=0,
        max_digits=16,
        required=False,
        help_text=gettext_lazy("Less is carried forward to the next settlement"),
    )
    clawback = forms.BooleanField(
        label=gettext_lazy("Charge back what returns take away"), required=False, initial=True
    )
    net_of = forms.MultipleChoiceField(label=gettext_lazy("After deduction of"), required=False)
    policy_read = forms.BooleanField(
        label=gettext_lazy("Only for partners who have confirmed this policy"), required=False
    )
    other_conditions = forms.CharField(
        label=gettext_lazy("Further conditions"),
        required=False,
        help_text=gettext_lazy(
            "Short names, separated by commas; whether a partner met them is recorded in the program"
        ),
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("Settlement"), choices=Frequency.choices, initial=Frequency.QUARTERLY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = [(each.code, each.label) for each in Brand.objects.order_by("name")]
        categories = [(each.code, each.label) for each in Category.objects.order_by("name")]
        offer(self, "brands", brands)
        offer(self, "categories", categories)
        offer(self, "net_of", _programs_to_deduct())

    def is_valid(self) -> bool:
        """Asking for more rows shows the form again with what was entered."""
        return MORE not in self.data and super().is_valid()

    @classmethod
    def initial_from(cls, definition: Mapping[str, Any]) -> dict[str, Any]:
        rule = read_rule(definition)
        others = [name for name in rule.conditions if name != POLICY_READ]
        return dict(definition) | {
            "tier_by": rule.tier_by,
            "tiers": [
                (
                    _entered(tier.start, rule.tier_by in RATIO_TIERS),
                    _entered(tier.rate, rule.kind == RateKind.PERCENT),
                )
                for tier in rule.tiers
            ],
            "products": " ".join(rule.products),
            "exclude_products": " ".join(rule.exclude_products),
            "cap": rule.cap,
            "minimum_payment": rule.minimum_payment or None,
            "policy_read": POLICY_READ in rule.conditions,
            "other_conditions": ", ".join(others),
        }

    def definition(self) -> dict[str, Any]:
        return write_rule(self.rule())

    def rule(self) -> RebateRule:
        """The rule of valid form data."""
        data = self.cleaned_data
        shares = data["tier_by"] in RATIO_TIERS
        percent = data["kind"] == RateKind.PERCENT
        read = (POLICY_READ,) if data["policy_read"] else ()
        return RebateRule(
            flow=data["flow"],
            pay_on=data["pay_on"],
            tier_by=data["tier_by"],
            mode=data["mode"],
            kind=data["kind"],
            tiers=tuple(
                RuleTier(start / HUNDRED if shares else start, rate / HUNDRED if percent else rate)
                for start, rate in data["tiers"]
            ),
            brands=tuple(data["brands"]),
            categories=tuple(data["categories"]),
            products=data["products"],
            exclude_products=data["exclude_products"],
            cap=data["cap"],
            minimum_payment=data["minimum_payment"] or Decimal(0),
            clawback=data["clawback"],
            net_of=tuple(data["net_of"]),
            conditions=read + tuple(_words(data["other_conditions"], blanks=False)),
            frequency=data["frequency"],
        )

    def clean_products(self) -> tuple[str, ...]:
        return self._codes("products")

    def clean_exclude_products(self) -> tuple[str, ...]:
        return self._codes("exclude_products")

    def _codes(self, name: str) -> tuple[str, ...]:
        codes = _words(self.cleaned_data[name], blanks=True)
        known = ids_by_code(codes)
        if missing := [code for code in codes if code not in known]:
            message = _("There are no such products: %(codes)s")
            raise forms.ValidationError(message % {"codes": ", ".join(missing)})
        return tuple(codes)


def _entered(number: Decimal, percent: bool) -> str:
    return to_text(number * HUNDRED if percent else number)


def _words(text: str, *, blanks: bool) -> list[str]:
    plain = text.replace("，", ",").replace("、", ",")
    parts = plain.replace(" ", ",").split(",") if blanks else plain.split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _programs_to_deduct() -> list[tuple[str, str]]:
    """The rebate rules of the policies in force, and the rules before this one."""
    running = PolicyVersion.objects.filter(state="published").select_related("policy")
    named = [
        (f"{version.policy.code}#{at}", f"{version.policy.label} · {at}")
        for version in running.order_by("policy__code")
        for at, rule in enumerate(version.rules, start=1)
        if rule.get("kind") == "rebate"
    ]
    return [(EARLIER, _("the rebate rules before this one")), *named]
