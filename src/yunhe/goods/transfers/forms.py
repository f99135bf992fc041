"""Forms of stock alerts and transfers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.forms import node_by_code
from yunhe.goods.stock.forms import RowsForm
from yunhe.goods.transfers.models import TransferLine
from yunhe.goods.transfers.queries import Wish, partner_by_code
from yunhe.goods.transfers.services import NewLine
from yunhe.platform.access.models import Node
from yunhe.platform.ui.forms import StyledForm, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin

ANY = ("", _("any"))


class RuleForm(StyledForm):
    """When partners are warned."""

    node = forms.CharField(label=_("Partner or region"), max_length=40)
    level = forms.ChoiceField(label=_("Level"), choices=[ANY, *Level.choices], required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=[ANY, *Tier.choices], required=False)
    low_days = forms.IntegerField(label=_("Low below days"), min_value=0, max_value=365, initial=7)
    over_days = forms.IntegerField(
        label=_("Over above days"), min_value=0, max_value=365, initial=60
    )
    slow_days = forms.IntegerField(
        label=_("Slow after days"), min_value=0, max_value=365, initial=45
    )
    expiry_days = forms.IntegerField(
        label=_("Expiry within days"),
        min_value=0,
        max_value=365,
        initial=30,
        help_text=_("0 switches a warning off"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        over, low = data.get("over_days"), data.get("low_days")
        if over and low is not None and over <= low:
            self.add_error("over_days", _("Overstock begins above low stock."))
        return data


class TermsForm(StyledForm):
    """What holds for transfers that partners propose."""

    node = forms.CharField(label=_("Partner or region"), max_length=40)
    partners_propose = forms.BooleanField(
        label=_("Partners may propose transfers"), required=False, initial=True
    )
    approve_from = forms.DecimalField(
        label=_("Headquarters approves from"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        required=False,
        help_text=_("Value of the goods; 0: every transfer, empty: none"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


class SafetyForm(RowsForm):
    """The safety stock of some products of a partner."""

    node = forms.CharField(label=_("Partner"), max_length=40, help_text=_("Code of the partner"))
    field_order = ("node", "rows")

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


class OwnSafetyForm(RowsForm):
    """The same of one of the reader's places."""

    node = forms.ModelChoiceField(
        label=_("For which place"), queryset=Node.objects.none(), empty_label=None
    )
    field_order = ("node", "rows")

    def __init__(self, *args: Any, places: QuerySet[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self.fields["node"], places)


SERVICES = [(service, f"{service} %") for service in (80, 90, 95, 98, 99)]


class WishForm(StyledForm):
    """For what the sales are asked."""

    node = forms.CharField(label=_("Partner"), max_length=40, help_text=_("Code of the partner"))
    lead_days = forms.IntegerField(
        label=_("Days from order to arrival"), min_value=1, max_value=180, initial=7
    )
    service = forms.TypedChoiceField(
        label=_("Service level"),
        choices=SERVICES,
        coerce=int,
        initial=95,
        help_text=_("The share of orders in which stock lasts until the goods arrive"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(Decimal(data["service"]) / 100, data["lead_days"])


class OwnWishForm(WishForm):
    """For one of the reader's places."""

    node: Any = forms.ModelChoiceField(
        label=_("For which place"), queryset=Node.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, places: QuerySet[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self.fields["node"], places)

    def clean_node(self) -> Node:
        node: Node = self.cleaned_data["node"]
        return node


def offer_places(field: Any, places: QuerySet[Node]) -> None:
    """Let one of the places be chosen; a single one is no question."""
    field.queryset = places
    if places.count() == 1:
        field.initial, field.widget = places[0].pk, forms.HiddenInput()


class TransferForm(StyledForm):
    """Propose a transfer."""

    sender = forms.CharField(label=_("From"), max_length=40, help_text=_("Code of the partner"))
    receiver = forms.CharField(label=_("To"), max_length=40, help_text=_("Code of the partner"))
    rows = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line: product code, quantity and price, in base units"),
    )
    note = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def clean_sender(self) -> Node:
        return node_by_code(self.cleaned_data["sender"])

    def clean_receiver(self) -> Node:
        return node_by_code(self.cleaned_data["receiver"])

    def clean_rows(self) -> list[NewLine]:
        return read_rows(self.cleaned_data["rows"])


def read_rows(text: str) -> list[NewLine]:
    """Lines of product code, quantity and price. Raises ValidationError that names the line."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    words = [parts[0] for parts in lines]
    ids = ids_by_gtin(words) | ids_by_code(words)
    found = []
    for at, parts in enumerate(lines, start=1):
        numbers = [_number(text) for text in parts[1:]]
        if parts[0] not in ids or len(numbers) != 2 or None in numbers:
            raise forms.ValidationError(unreadable_line(at, parts))
        quantity, price = numbers
        found.append(
            NewLine(
                sku_id=ids[parts[0]],
                quantity=quantity or Decimal(0),
                unit_price=price or Decimal(0),
            )
        )
    return found


class OwnTransferForm(StyledForm):
    """A partner asks another for goods, or offers them."""

    way = forms.ChoiceField(
        label=_("What you want"),
        choices=[("ask", _("ask for goods")), ("offer", _("offer goods"))],
        widget=forms.RadioSelect,
    )
    own = forms.ModelChoiceField(
        label=_("For which place"), queryset=Node.objects.none(), empty_label=None
    )
    other = forms.CharField(
        label=_("The other partner"), max_length=40, help_text=_("Its code, as on its papers")
    )
    rows = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line: product code, quantity and price, in base units"),
    )
    note = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, places: QuerySet[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self.fields["own"], places)

    def clean_other(self) -> Node:
        found = partner_by_code(self.cleaned_data["other"].strip())
        if found is None:
            raise forms.ValidationError(_("There is no active partner with this code."))
        return found

    def clean_rows(self) -> list[NewLine]:
        return read_rows(self.cleaned_data["rows"])

    @property
    def sides(self) -> tuple[Node, Node]:
        """Sender and receiver."""
        own, other = self.cleaned_data["own"], self.cleaned_data["other"]
        return (other, own) if self.cleaned_data["way"] == "ask" else (own, other)


class ReceiveForm(StyledForm):
    """What arrived, line by line."""

    def __init__(self, *args: Any, lines: Sequence[TransferLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.DecimalField(
                label=line.sku.label,
                initial=line.quantity.normalize(),
                min_value=0,
                max_value=line.quantity,
                decimal_places=3,
            )

    @property
    def received(self) -> dict[int, Decimal]:
        """Line id -> base units that arrived."""
        return {int(name.removeprefix("line-")): q for name, q in self.cleaned_data.items()}


def _number(text: str) -> Decimal | None:
    value = read_number(text)
    return value if value is not None and 0 <= value < 10**12 else None
