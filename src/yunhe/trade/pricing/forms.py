"""Forms of pricing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.forms import node_by_code
from yunhe.platform.access.models import Node
from yunhe.platform.errors import DomainError
from yunhe.platform.ui.forms import StyledForm, offer, unreadable_line
from yunhe.platform.values import read_number
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.catalog.queries import ids_by_code, sku_for
from yunhe.trade.pricing.choices import Channel, ListStatus, Stage
from yunhe.trade.pricing.filing import entries_from_text
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.services import (
    ChangeDraft,
    CompetitorEntry,
    FloorDraft,
    ListDraft,
    PriceEntry,
)

ANY_LEVEL = [("", _("every level")), *Level.choices]
ANY_CHANNEL = [("", _("every channel")), *Channel.choices]
ANY_TIER = [("", _("every tier")), *Tier.choices]


class ListForm(StyledForm):
    """What defines a price list."""

    name = forms.CharField(label=_("List name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=ANY_LEVEL, required=False)
    tier = forms.ChoiceField(label=_("Tier"), choices=ANY_TIER, required=False)
    channel = forms.ChoiceField(label=_("Sales channel"), choices=ANY_CHANNEL, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial=settings.CURRENCY)
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=0,
        min_value=-1000,
        max_value=1000,
        help_text=_("Decides between equally specific lists: the higher wins"),
    )
    valid_from = forms.DateField(label=_("First day"), widget=forms.DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def draft(self) -> ListDraft:
        """The use case's input from valid data."""
        data = self.cleaned_data
        last_day = data["last_day"]
        names = (
            "name",
            "name_en",
            "level",
            "tier",
            "channel",
            "currency",
            "priority",
            "valid_from",
            "note",
        )
        return ListDraft(
            **{name: data[name] for name in names},
            valid_to=last_day and last_day + timedelta(days=1),
        )


class NewListForm(ListForm):
    """A new price list: its code and where it is valid."""

    code = forms.CharField(label=_("Reference code"), max_length=40)
    node = forms.CharField(
        label=_("Valid in"),
        max_length=40,
        help_text=_("Code of a unit (everybody below it) or of one partner"),
    )
    field_order = ("code", "node")

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


def list_initial(price_list: PriceList) -> dict[str, Any]:
    """Form values of a price list."""
    names = ("name", "name_en", "level", "tier", "channel", "currency", "priority", "note")
    upper = price_list.period.upper
    return {name: getattr(price_list, name) for name in names} | {
        "valid_from": price_list.period.lower,
        "last_day": upper and upper - timedelta(days=1),
    }


class PricesForm(StyledForm):
    """Any number of prices, as pasted from a spreadsheet."""

    effective = forms.DateField(label=_("Effective from"), widget=forms.DateInput())
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(),
        required=False,
        help_text=_("Empty: until changed again"),
    )
    rows = forms.CharField(
        label=_("Prices"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One per line: product code, unit, from quantity, price (tabs or spaces)"),
    )

    def clean_rows(self) -> list[PriceEntry]:
        if not self.cleaned_data["rows"].strip():
            return []
        try:
            return entries_from_text(self.cleaned_data["rows"])
        except DomainError as error:
            told = [f"{row['row']}: {row['message']}" for row in error.rows]
            raise forms.ValidationError(told or str(error)) from error


class PricesUploadForm(PricesForm):
    """Prices pasted, or a file of them."""

    file = forms.FileField(
        label=_("CSV or Excel file"),
        required=False,
        help_text=_("Columns: product, price; and unit, from quantity where they differ"),
    )
    field_order = ("effective", "last_day", "file", "rows")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("file") and not data.get("rows") and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste prices."))
        return data


class OwnListForm(ListForm):
    """A partner's own list: for whom among its customers, and when."""

    channel = None  # type: ignore[assignment]  # Django: not in this form
    currency = None  # type: ignore[assignment]  # Django: not in this form
    priority = None  # type: ignore[assignment]  # Django: not in this form

    def draft(self) -> ListDraft:
        data = self.cleaned_data
        return ListDraft(
            **{
                name: data[name]
                for name in ("name", "name_en", "level", "tier", "valid_from", "note")
            },
            valid_to=data["last_day"] and data["last_day"] + timedelta(days=1),
        )


class ChangeForm(PricesForm):
    """A request to change the prices of a published list."""

    price_list = forms.ModelChoiceField(
        label=_("Price list"), queryset=PriceList.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    field_order = ("price_list", "title", "effective", "last_day", "reason", "rows")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = PriceList.objects.filter(
            status=ListStatus.PUBLISHED, by_partner=False
        ).select_related("node")
        offer(self, "price_list", published.order_by("code"))

    def change_draft(self) -> ChangeDraft:
        """The use case's input from valid data."""
        data = self.cleaned_data
        last_day = data["last_day"]
        return ChangeDraft(
            title=data["title"],
            effective=data["effective"],
            until=last_day and last_day + timedelta(days=1),
            reason=data["reason"],
            entries=data["rows"],
        )


class FloorsForm(StyledForm):
    """Minimum prices, as pasted from a spreadsheet."""

    stage = forms.ChoiceField(
        label=_("Sold to"),
        choices=Stage.choices,
        help_text=_(
            "Consumers: sales of stores below it are found. Stores: dealers' own price lists are bound."
        ),
    )

    node = forms.CharField(
        label=_("Valid in"), max_length=40, help_text=_("Code of a unit: everybody below it")
    )
    starts = forms.DateField(label=_("First day"), widget=forms.DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(), required=False)
    rows = forms.CharField(
        label=_("Minimum prices"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One per line: product code, lowest price of one base unit"),
    )

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])

    def clean_rows(self) -> list[FloorDraft]:
        lines = [line.split() for line in self.cleaned_data["rows"].splitlines() if line.strip()]
        found = ids_by_code(parts[0] for parts in lines)
        floors, faults = [], []
        for at, parts in enumerate(lines, start=1):
            price = read_number(parts[1]) if len(parts) == 2 and parts[0] in found else None
            if price is None:
                faults.append(unreadable_line(at, parts))
            else:
                floors.append(FloorDraft(sku_id=found[parts[0]], price=price))
        if faults:
            raise forms.ValidationError(faults)
        return floors


class CompetitorForm(StyledForm):
    """A competing product's price, seen somewhere."""

    competitor = forms.CharField(label=_("Competitor"), max_length=60)
    product = forms.CharField(label=_("Competing product"), max_length=120)
    sku = forms.CharField(
        label=_("Our product (code)"),
        max_length=40,
        required=False,
        help_text=_("Give the price for one of our base units, so that the two compare"),
    )
    price = forms.DecimalField(
        label=_("Price"), min_value=Decimal("0.0001"), max_digits=14, decimal_places=4
    )
    seen_on = forms.DateField(
        label=_("Seen on"), widget=forms.DateInput(), initial=timezone.localdate
    )
    channel = forms.ChoiceField(
        label=_("Sales channel"), choices=[("", "–"), *Channel.choices], required=False
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_sku(self) -> int | None:
        code = self.cleaned_data["sku"].strip()
        return sku_for(code).pk if code else None

    def entry(self) -> CompetitorEntry:
        """The use case's input from valid data."""
        data = dict(self.cleaned_data)
        data.pop("node", None)
        return CompetitorEntry(sku_id=data.pop("sku"), **data)


class PlacedCompetitorForm(CompetitorForm):
    """The same at headquarters, where the place is chosen."""

    node = forms.CharField(
        label=_("Seen at"), max_length=40, help_text=_("Code of a region, dealer or store")
    )
    field_order = ("node",)

    def clean_node(self) -> Node:
        return node_by_code(self.cleaned_data["node"])


class ExplainForm(StyledForm):
    """How a sale below the floor came about."""

    note = forms.CharField(
        label=_("Explanation"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ChannelsForm(StyledForm):
    """Sales channels of partners, one per line."""

    rows = forms.CharField(
        label=_("Sales channels"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One per line: partner's code, channel (nothing: none)"),
    )

    def clean_rows(self) -> dict[int, str]:
        words = {str(label): value for value, label in Channel.choices} | {
            value: value for value in Channel.values
        }
        found: dict[int, str] = {}
        for at, line in enumerate(self.cleaned_data["rows"].splitlines(), start=1):
            code, _space, channel = line.strip().partition(" ")
            channel = channel.strip()
            if code and channel and channel not in words:
                raise forms.ValidationError(unreadable_line(at, line))
            if code:
                found[node_by_code(code).pk] = words.get(channel, "")
        return found


class HistoryForm(StyledForm):
    """The product whose prices are looked at."""

    sku = forms.CharField(label=_("Product code or GTIN"), max_length=40)


class WhyForm(StyledForm):
    """The question: what does this partner pay for this, and why."""

    partner = forms.CharField(label=_("Partner's code"), max_length=40)
    sku = forms.CharField(label=_("Product code or GTIN"), max_length=40)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=Decimal("0.001"), max_digits=12, decimal_places=3, initial=1
    )
    day = forms.DateField(label=_("Price on"), widget=forms.DateInput(), initial=timezone.localdate)

    def clean_partner(self) -> Node:
        return node_by_code(self.cleaned_data["partner"])
