"""Forms of returns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.forms import node_by_code
from yunhe.goods.returns.choices import SEND_DAYS, Period
from yunhe.goods.returns.models import MOST_SEND_DAYS, ReturnLine, RotationRight
from yunhe.goods.returns.queries import Returnable
from yunhe.goods.returns.services import AskedLine, Finding, RightChange, RightTerms
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, offer
from yunhe.platform.values import read_number
from yunhe.trade.catalog.models import Brand, Category


class RightChangeForm(StyledForm):
    """What of a right of return may change."""

    contract = forms.CharField(label=_("Contract"), max_length=60)
    percent = forms.DecimalField(
        label=_("Percent of purchases"), min_value=Decimal("0.01"), max_value=100, decimal_places=2
    )
    damaged_percent = forms.DecimalField(
        label=_("For damaged goods, percent"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=0,
    )
    send_days = forms.IntegerField(
        label=_("Days to send"),
        min_value=1,
        max_value=MOST_SEND_DAYS,
        initial=SEND_DAYS,
        help_text=_("An approved return that is not sent within them ends"),
    )
    valid_to = forms.DateField(label=_("Valid until"), widget=forms.DateInput(), required=False)

    @property
    def change(self) -> RightChange:
        return RightChange(**self.cleaned_data)


class RightForm(RightChangeForm):
    """Grant a right of return."""

    node = forms.CharField(label=_("Partner"), max_length=40, help_text=_("Code of the partner"))
    period = forms.ChoiceField(label=_("Period"), choices=Period.choices, initial=Period.QUARTER)
    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), required=False)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput())
    field_order = (
        "node",
        "contract",
        "percent",
        "damaged_percent",
        "period",
        "send_days",
        "brand",
        "category",
        "valid_from",
        "valid_to",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "brand", Brand.objects.order_by("name"))
        offer(self, "category", Category.objects.order_by("name"))

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])

    @property
    def terms(self) -> RightTerms:
        return RightTerms(**{k: v for k, v in self.cleaned_data.items() if k != "node"})


PREFIX = "sku-"


class ReturnForm(StyledForm):
    """Ask for a return: a quantity beside each product that goes back."""

    right = forms.ModelChoiceField(
        label=_("Right of return"), queryset=RotationRight.objects.none(), empty_label=None
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    key = forms.CharField(widget=forms.HiddenInput(), max_length=100, required=False)

    def __init__(
        self, *args: Any, rights: Any, goods: Sequence[Returnable] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if rights is None:  # a dealer takes the goods back, without a right
            del self.fields["right"]
        else:
            offer(self, "right", rights)
        self.goods = goods

    def clean(self) -> dict[str, Any]:
        """`lines`: what goes back, product by product."""
        lines = []
        for each in self.goods:
            text = str(self.data.get(f"{PREFIX}{each.sku.pk}", "")).strip()
            if not text:
                continue
            quantity = _quantity(text)
            if quantity is None:
                message = _now("%(product)s: “%(text)s” is no quantity.")
                self.add_error(None, message % {"product": each.sku.label, "text": text})
            else:
                lines.append(AskedLine(sku_id=each.sku.pk, quantity=quantity))
        if not lines and not self.errors:
            self.add_error(None, _("Enter how much of which product goes back."))
        self.cleaned_data["lines"] = lines
        return self.cleaned_data


class InspectForm(StyledForm):
    """What was found, line by line; what is neither damaged nor refused is good."""

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            words = {"product": line.sku.label, "quantity": line.quantity.normalize()}
            for name, label in (
                ("damaged", _("%(product)s: damaged of %(quantity)s")),
                ("refused", _("%(product)s: refused of %(quantity)s")),
            ):
                self.fields[f"{name}-{line.pk}"] = forms.DecimalField(
                    label=label % words,
                    initial=0,
                    min_value=0,
                    max_value=line.quantity,
                    decimal_places=3,
                )

    @property
    def findings(self) -> dict[int, Finding]:
        """Line id -> what was found."""
        ids = {int(name.partition("-")[2]) for name in self.cleaned_data}
        return {
            pk: Finding(
                damaged=self.cleaned_data[f"damaged-{pk}"],
                refused=self.cleaned_data[f"refused-{pk}"],
            )
            for pk in ids
        }


def _quantity(text: str) -> Decimal | None:
    value = read_number(text)
    fits = value is not None and 0 < value < 10**12 and round(value, 3) == value
    return value if fits else None
