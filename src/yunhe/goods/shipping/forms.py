"""Forms of shipping."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
        label=pgettext_lazy("from a partner", "Answer"),
        max_length=300,
        required=False,
        help_text=_("The partner reads it"),
    )


class SellerDecideForm(DecideForm):
    """As the dealer that sold the goods and settles with its buyer itself."""

    accept = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("accept; you settle it with your buyer")), ("no", _("reject"))],
    )


class PicturesInput(forms.FileInput):
    """Several pictures at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """The pictures chosen, as a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(each, initial) for each in given if each]


class SignatureField(forms.CharField):
    """A drawing that the script sends as a PNG in a data address; None when nobody drew."""

    widget = forms.HiddenInput
    most_bytes = 300_000

    def clean(self, value: Any) -> ContentFile | None:
        text = super().clean(value)
        if not text:
            return None
        head, _comma, body = text.partition(",")
        try:
            content = base64.b64decode(body, validate=True)
        except ValueError:
            content = b""
        if head != "data:image/png;base64" or not 0 < len(content) <= self.most_bytes:
            raise forms.ValidationError(_("The signature cannot be read; please sign again."))
        return ContentFile(content, name="signature.png")


class ReceiveForm(StyledForm):
    """What the scanner read, what is damaged, who took it, a photo."""

    receiver = forms.CharField(label=_("Received by"), max_length=60)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    photos = PicturesField(
        label=_("Photos: delivery note, damage"),
        required=False,
        widget=PicturesInput(attrs={"accept": "image/*"}),
        help_text=_("Up to nine pictures"),
    )
    signature = SignatureField(required=False)

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"arrived_{line.pk}"] = forms.DecimalField(
                label=_("Arrived: %(product)s") % {"product": line.line.sku.label},
                required=False,
                help_text=_("Only when a scanned package held less than it should"),
                **UNIT,
            )
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
            arrived=self._told("arrived"),
            damaged=self._told("damaged"),
            receiver=told["receiver"],
            note=told["note"],
            photos=told["photos"],
            signature=told["signature"],
        )

    def _told(self, kind: str) -> dict[int, Decimal]:
        given = {line.pk: self.cleaned_data[f"{kind}_{line.pk}"] for line in self.lines}
        return {pk: quantity for pk, quantity in given.items() if quantity is not None}
