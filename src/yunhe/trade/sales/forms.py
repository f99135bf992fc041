"""Forms of sales."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import LastDayField, StyledForm, offer
from yunhe.trade.sales.choices import Flow

UNLISTED = "-"


class ScanForm(StyledForm):
    """A product and how many; the rest is known.

    A partner with customers below it also says to whom: to consumers (as it stands), or to one of them.
    """

    to = forms.ChoiceField(label=_("Sold to"), required=False)

    item = forms.CharField(
        label=_("Barcode or product code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "inputmode": "text",
                "enterkeyhint": "next",
            }
        ),
    )
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=12,
        decimal_places=3,
        initial=1,
        help_text=_("A return is negative."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "enterkeyhint": "send"}),
    )
    on = forms.DateField(label=_("Date"), widget=forms.DateInput())
    key = forms.CharField(max_length=100, widget=forms.HiddenInput())

    def __init__(self, *args: Any, customers: Sequence[Node] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        self.fields["key"].initial = uuid.uuid4().hex
        if not customers:
            del self.fields["to"]
            return
        buyers = [
            ("", _("Consumers")),
            *((node.code, node.label) for node in customers),
            (UNLISTED, _("A customer that is not listed")),
        ]
        offer(self, "to", buyers)

    def sale(self) -> tuple[str, str]:
        """The flow, and the customer's code where there is one."""
        to = self.cleaned_data.get("to", "")
        if not to:
            return Flow.SELL_OUT, ""
        return Flow.SELL_THROUGH, "" if to == UNLISTED else to


class CorrectForm(StyledForm):
    """What the line should have said in all, and why."""

    quantity = forms.DecimalField(
        label=_("Right quantity"),
        max_digits=14,
        decimal_places=3,
        help_text=_("Base units; 0 takes the line back, a return is negative."),
    )
    amount = forms.DecimalField(label=_("Right amount"), max_digits=16, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ReopenForm(StyledForm):
    """Which flow is open again from which day on, and why."""

    flow = forms.ChoiceField(label=_("Flow"), choices=Flow.choices)
    before = forms.DateField(
        label=_("Open again from"),
        help_text=_("Earlier days stay closed."),
        widget=forms.DateInput(),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PeriodForm(StyledForm):
    """Which flow is final before which day."""

    flow = forms.ChoiceField(label=_("Flow"), choices=Flow.choices)
    before = LastDayField(
        label=_("Closed through"),
        help_text=_("Lines of these days that come later count from the day after on."),
        widget=forms.DateInput(),
    )
