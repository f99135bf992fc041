"""Forms of frames."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import LastDayField, StyledForm
from yunhe.trade.blankets.choices import Measure, PeriodUnit, Plan, Pricing
from yunhe.trade.blankets.models import Frame, FrameLine
from yunhe.trade.blankets.services import FrameDraft, LineDraft
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.models import Category, Sku
from yunhe.trade.orders.filters import ordering_partners

BY_VALUE = "value"
LIMITS = ("call_minimum", "call_maximum", "period_minimum", "period_maximum")


class FrameForm(StyledForm):
    """Parties, validity and terms; the lines are a table below."""

    node: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Partner"), queryset=Node.objects.none()
    )
    title = forms.CharField(label=_("Subject"), max_length=120)
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput())
    until = LastDayField(label=_("Last day"), widget=forms.DateInput())
    pricing = forms.ChoiceField(
        label=_("Price"),
        choices=Pricing.choices,
        help_text=_("A fixed price left empty is taken from the price list at submission"),
    )
    promotions = forms.BooleanField(label=_("Promotions count on call-offs"), required=False)
    period_unit = forms.ChoiceField(
        label=_("Limits count by"), choices=PeriodUnit.choices, required=False
    )
    plan = forms.ChoiceField(
        label=_("Planned call-offs"),
        choices=Plan.choices,
        required=False,
        help_text=_("The days and quantities can be changed afterwards"),
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Node]", self.fields["node"]).queryset = ordering_partners()

    def draft(self, lines: BaseFormSet[Any]) -> FrameDraft:
        """The use case's input from valid data."""
        told = [form.draft() for form in lines.forms if form.has_changed()]
        return FrameDraft(lines=told, **self.cleaned_data)


def _amount(label: Any, *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal("0.001"),
        max_digits=15,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


class LineForm(StyledForm):
    """One line: a product in a unit, a product group, or either by value."""

    code = forms.CharField(label=_("Product or group code"), max_length=40)
    total = _amount(_("Total"), required=True)
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[*Unit.choices, (BY_VALUE, _("by value"))],
        initial=Unit.CASE,
    )
    price = forms.DecimalField(
        label=_("Agreed price"), required=False, min_value=0, max_digits=14, decimal_places=4
    )
    discount = forms.DecimalField(
        label=_("Discount %"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    call_minimum = _amount(_("Call-off from"))
    call_maximum = _amount(_("Call-off to"))
    period_minimum = _amount(_("Period from"))
    period_maximum = _amount(_("Period to"))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        code = told.get("code", "").strip()
        sku = Sku.objects.filter(code=code).first()
        group = None if sku else Category.objects.filter(code=code).first()
        if code and sku is None and group is None:
            self.add_error("code", _("No product or group has this code."))
        return told | {"sku": sku, "category": group}

    def draft(self) -> LineDraft:
        """The use case's input from valid data."""
        told = self.cleaned_data
        by_value = told["unit"] == BY_VALUE
        return LineDraft(
            sku=told["sku"],
            category=told["category"],
            measure=Measure.VALUE if by_value else Measure.QUANTITY,
            unit="" if by_value else told["unit"],
            total=told["total"],
            price=told["price"],
            discount=told["discount"] or Decimal(0),
            **{name: told[name] for name in LIMITS},
        )


LineFormSet = formset_factory(LineForm, extra=4, max_num=200, validate_max=True)


def line_initial(line: FrameLine) -> dict[str, Any]:
    """Form values of a line."""
    names = ("code", "total", "price", *LIMITS)
    return {name: getattr(line, name) for name in names} | {
        "unit": BY_VALUE if line.by_value else line.unit or Unit.PIECE,
        "discount": line.discount or None,
    }


def frame_initial(frame: Frame) -> dict[str, Any]:
    """Form values of a frame."""
    names = ("node", "title", "pricing", "promotions", "period_unit", "note")
    return {name: getattr(frame, name) for name in names} | {
        "starts": frame.period.lower,
        "until": frame.period.upper,
    }


class PlannedForm(StyledForm):
    """A planned call-off."""

    line = forms.TypedChoiceField(label=_("Product"), coerce=int)
    on = forms.DateField(label=_("Planned for"), widget=forms.DateInput())
    quantity = _amount(_("Quantity"), required=True)

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["line"]).choices = [("", "—"), *lines]


PlanFormSet = formset_factory(PlannedForm, extra=3, max_num=500, can_delete=True)


class ReasonForm(StyledForm):
    """Why a frame is closed, cancelled or declined."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CallForm(StyledForm):
    """What is said about a call-off beside its quantities; `key` makes a second click the same order.

    A partner without an address in its book is asked for none, a frame without groups for no
    products of them.
    """

    address = forms.TypedChoiceField(
        label=_("Delivery address"), coerce=int, required=False, empty_value=None
    )
    wanted_on = forms.DateField(label=_("Wanted on"), required=False, widget=forms.DateInput())
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    more = forms.CharField(
        label=_("Products of a group"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One product a line: code, quantity and unit, as copied from a spreadsheet."),
    )
    key = forms.CharField(widget=forms.HiddenInput(), initial=lambda: str(uuid4()))

    def __init__(
        self, *args: Any, addresses: Any = (), groups: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if addresses:
            cast("forms.ChoiceField", self.fields["address"]).choices = list(addresses)
        else:
            del self.fields["address"]
        if not groups:
            del self.fields["more"]
