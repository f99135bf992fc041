"""Forms of compliance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.channel.network.choices import Level, LicenceKind
from yunhe.channel.network.filters import province_choices
from yunhe.channel.network.queries import list_units
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import LastDayField, StyledForm, offer
from yunhe.trade.catalog.models import Attribute, Category, Product
from yunhe.trade.compliance.choices import Demand, GoodsField, RegistrationKind
from yunhe.trade.compliance.library import STANDARDS
from yunhe.trade.compliance.models import Registration, Rule
from yunhe.trade.compliance.services import RegistrationDraft, RuleDraft


def optional(choices: Any) -> list[tuple[str, Any]]:
    """Choices with an empty one in front."""
    return [("", "—"), *choices]


class RuleForm(StyledForm):
    """A rule of the library."""

    code = forms.CharField(label=_("Reference code"), max_length=40)
    name = forms.CharField(label=_("Name of the rule"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    field = forms.ChoiceField(label=_("Field of law"), choices=GoodsField.choices)
    source = forms.CharField(
        label=_("Legal source"), max_length=200, required=False, help_text=_("Act and article")
    )
    category = forms.ModelChoiceField(
        label=_("Product category"),
        queryset=Category.objects.all(),
        required=False,
        help_text=_("With everything below it"),
    )
    attribute = forms.ModelChoiceField(
        label=_("Attribute"), queryset=Attribute.objects.all(), required=False
    )
    value = forms.CharField(label=_("Value of the attribute"), max_length=200, required=False)
    demand = forms.ChoiceField(label=_("Asks for"), choices=Demand.choices)
    licence_kind = forms.ChoiceField(
        label=_("Licence of the partner"),
        choices=lambda: optional(LicenceKind.choices),
        required=False,
    )
    registration_kind = forms.ChoiceField(
        label=_("Registration of the product"),
        choices=lambda: optional(RegistrationKind.choices),
        required=False,
    )
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"),
        choices=province_choices,
        required=False,
        help_text=_("None chosen: the whole country"),
    )
    region = forms.ModelChoiceField(label=_("Region"), queryset=Node.objects.none(), required=False)
    levels = forms.MultipleChoiceField(
        label=_("Levels"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("None chosen: partners of every level"),
    )
    starts_on = forms.DateField(label=_("In force from"), widget=forms.DateInput())
    ends_on = LastDayField(label=_("Last day"), widget=forms.DateInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "region", list_units())

    def draft(self) -> RuleDraft:
        """The use case's input from valid data."""
        data = dict(self.cleaned_data)
        for name in ("category", "attribute", "region"):
            record = data.pop(name)
            data[f"{name}_id"] = record.pk if record else None
        return RuleDraft(**data)


class AdoptForm(StyledForm):
    """Which entries of the library are to hold, for which goods, from when, where."""

    codes = forms.MultipleChoiceField(
        label=_("Rules"),
        choices=lambda: [(each.code, each.name) for each in STANDARDS],
        error_messages={"required": _("Choose at least one rule.")},
    )
    starts_on = forms.DateField(label=_("In force from"), widget=forms.DateInput())
    category = forms.ModelChoiceField(
        label=_("Product category"),
        queryset=Category.objects.all(),
        required=False,
        help_text=_("None: products whose regulated class is the one of the rule"),
    )
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"),
        choices=province_choices,
        required=False,
        help_text=_("None chosen: the whole country"),
    )


def rule_initial(rule: Rule) -> dict[str, Any]:
    """Form values of a rule."""
    names = set(RuleForm.base_fields) - {"category", "attribute", "region"}
    plain = {name: getattr(rule, name) for name in names}
    return plain | {
        "category": rule.category_id,
        "attribute": rule.attribute_id,
        "region": rule.region_id,
    }


class RegistrationForm(StyledForm):
    """A product's registration, with its scan."""

    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.filter(brand__own=True)
    )
    kind = forms.ChoiceField(label=_("Registration"), choices=RegistrationKind.choices)
    number = forms.CharField(label=pgettext_lazy("registration", "Number"), max_length=60)
    holder = forms.CharField(label=_("Holder"), max_length=120, required=False)
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"),
        choices=province_choices,
        required=False,
        help_text=_("None chosen: the whole country"),
    )
    issued_on = forms.DateField(label=_("Issued on"), widget=forms.DateInput(), required=False)
    expires_on = forms.DateField(label=_("Valid until"), widget=forms.DateInput(), required=False)
    document = forms.FileField(
        label=_("Scan"), required=False, help_text=_("PDF or picture; a new one replaces the old")
    )

    def draft(self) -> RegistrationDraft:
        """The use case's input from valid data, without the scan."""
        names = RegistrationDraft.__dataclass_fields__
        return RegistrationDraft(**{name: self.cleaned_data[name] for name in names})


def registration_initial(registration: Registration) -> dict[str, Any]:
    """Form values of a registration."""
    names = set(RegistrationForm.base_fields) - {"product", "document"}
    plain = {name: getattr(registration, name) for name in names}
    return plain | {"product": registration.product_id}
