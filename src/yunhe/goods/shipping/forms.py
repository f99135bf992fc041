"""Forms of shipping."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yunhe.goods.shipping.carriers import carrier_choices
from yunhe.goods.shipping.services import Receipt
from yunhe.platform.ui.forms import StyledForm
from yunhe.trade.orders.models import Order

UNIT: dict[str, Any] = {"max_digits": 16, "decimal_places": 3, "min_value": 0}


class NewShipmentForm(StyledForm):
    """Which order is picked."""

    order = forms.CharField(label=_("Order"), max_length=20, help_text=_("Order number"))

    def clean_order(self) -> Order:
        found = Order.objects.filter(number=self.cleaned_data["order"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no such order."))
        return found


class PackForm(StyledForm):
    """Into how many packages."""

    packages = forms.IntegerField(label=_("Packages"), min_value=1, max_value=999, initial=1)


class ShipForm(StyledForm):
    """Who carries it."""

    carrier = forms.ChoiceField(label=_("Carrier"), choices=carrier_choices)


class DecideForm(StyledForm):
    """Accept or reject."""

    accept = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("accept and post a credit note")), ("no", _("reject"))],
    )
    answer = forms.CharField(
        label=_("Answer"), max_length=300, required=False, help_text=_("The partner reads it")
    )


class PicturesInput(forms.FileInput):
    """Several pictures at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """The pictures chosen, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(each, initial) for each in given if each]


class ReceiveForm(StyledForm):
    """What the scanner read, what is damaged, who took it, a photo."""

    receiver = forms.CharField(label=_("Received by"), max_length=60)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    photos = PicturesField(
        label=_("Photos: delivery note, signature, damage"),
        required=False,
        widget=PicturesInput(attrs={"accept": "image/*"}),
        help_text=_("Up to nine pictures"),
    )

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"damaged_{line.pk}"] = forms.DecimalField(
                label=_("Damaged: %(product)s") % {"product": line.line.sku.label},
                required=False,
                **UNIT,
            )

    def receipt(self) -> Receipt:
        """The use case's input from valid data."""
        told = self.cleaned_data
        return Receipt(
            scanned=cast("QueryDict", self.data).getlist("package"),
            damaged={
                line.pk: told[f"damaged_{line.pk}"]
                for line in self.lines
                if told[f"damaged_{line.pk}"]
            },
            receiver=told["receiver"],
            note=told["note"],
            photos=told["photos"],
        )
