"""Forms of orders."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.queries import address_named
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, StyledModelForm
from yunhe.trade.orders.choices import OrderKind
from yunhe.trade.orders.filters import ordering_partners
from yunhe.trade.orders.models import OrderTerms


class OrderForm(StyledForm):
    """An order typed or pasted at headquarters; `key` makes a second click the same order."""

    partner: forms.ModelChoiceField[Node] = forms.ModelChoiceField(
        label=_("Partner"), queryset=Node.objects.none()
    )
    lines = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("One product a line: code, quantity and unit, as copied from a spreadsheet."),
    )
    wanted_on = forms.DateField(label=_("Wanted on"), required=False, widget=forms.DateInput())
    kind = forms.ChoiceField(label=_("Kind of order"), choices=OrderKind.choices, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("Needed for gifts and samples"),
    )
    agreement = forms.CharField(
        label=_("Under agreement"),
        required=False,
        max_length=20,
        help_text=_("Number of a blanket order; empty for prices of the day"),
    )
    address = forms.CharField(
        label=_("Delivery address"),
        required=False,
        max_length=40,
        help_text=_("Name of one of the partner's addresses; empty for its default"),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    submit = forms.BooleanField(
        label=_("Submit at once"),
        required=False,
        initial=True,
        help_text=_("Holds credit and stock"),
    )
    key = forms.CharField(widget=forms.HiddenInput(), initial=lambda: str(uuid4()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Node]", self.fields["partner"]).queryset = ordering_partners()

    def clean(self) -> dict[str, Any]:
        """`address_id` for the name of an address of the chosen partner."""
        told = super().clean() or self.cleaned_data
        partner, name = told.get("partner"), told.get("address", "").strip()
        found = address_named(partner.pk, name) if partner and name else None
        if partner and name and found is None:
            self.add_error("address", _("The partner has no address of this name."))
        return told | {"address_id": found.pk if found else None}


class TermsForm(StyledModelForm):
    """Terms of a region, and of a level in it."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Order days"),
        choices=[(day + 1, name) for day, name in sorted(WEEKDAYS.items())],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("None chosen: every day"),
    )

    class Meta:
        model = OrderTerms
        fields = ("node", "level", "minimum", "weekdays", "cut_off")
        widgets = {"cut_off": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Node.objects.order_by("path")
        cast("forms.ModelChoiceField[Node]", self.fields["node"]).queryset = places


class ScanOrderForm(StyledForm):
    """Lines that a dealer scanned or typed, and where and when they are wanted; `key` makes a second
    sending the same order. `addresses` are the partner's, as `address_choices` gives them."""

    lines = forms.CharField(
        label=_("Lines"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One product a line: code or barcode, quantity and unit."),
        error_messages={"required": _("Scan or type at least one product.")},
    )
    address = forms.TypedChoiceField(
        label=_("Delivery address"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={
            "invalid_choice": _("This delivery address is no longer in use: choose another.")
        },
    )
    wanted_on = forms.DateField(label=_("Wanted on"), required=False, widget=forms.DateInput())
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    key = forms.CharField(widget=forms.HiddenInput(), initial=lambda: str(uuid4()), required=False)

    def __init__(self, *args: Any, addresses: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["address"])
        field.choices = [(each["pk"], each["label"]) for each in addresses]
        chosen = next((each["pk"] for each in addresses if each["chosen"]), None)
        self.initial.setdefault("address", chosen)

    @property
    def details(self) -> list[forms.BoundField]:
        """What is asked beside the lines; the address of a partner that has some."""
        names = ("address", "wanted_on", "note") if self._has_addresses else ("wanted_on", "note")
        return [self[name] for name in names]

    @property
    def _has_addresses(self) -> bool:
        return bool(cast("forms.ChoiceField", self.fields["address"]).choices)


class CancelForm(StyledForm):
    """Why an order is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AddressForm(StyledForm):
    """Which of the partner's addresses an order goes to."""

    address = forms.TypedChoiceField(
        label=_("Delivery address"), coerce=int, widget=forms.RadioSelect()
    )

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["address"])
        field.choices = [(each["pk"], each["label"]) for each in choices]
        self.initial.setdefault(
            "address", next((each["pk"] for each in choices if each["chosen"]), None)
        )
