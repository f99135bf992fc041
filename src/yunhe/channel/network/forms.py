"""Forms of the network."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level, Tier
from yunhe.channel.network.divisions import division_chain
from yunhe.channel.network.filters import province_choices
from yunhe.channel.network.models import Contact, DeliveryAddress, Licence, Partner
from yunhe.channel.network.queries import list_units
from yunhe.channel.network.services import AddressDraft, Founding, PartnerDraft
from yunhe.platform.access.models import Node
from yunhe.platform.accounts.forms import NewPasswordForm
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.forms import StyledForm, StyledModelForm, offer


def _provinces() -> list[tuple[str, str]]:
    return [("", "—"), *province_choices()]


def node_by_code(code: str) -> Node:
    """The node with this code in scope. Raises a form error."""
    found = Node.objects.filter(code=code.strip()).first()
    if found is None:
        raise forms.ValidationError(str(NotFound().message))
    return found


class FirstAccountForm(NewPasswordForm):
    """The company and its first person, with the key that the server printed."""

    company = forms.CharField(
        label=_("Company"),
        max_length=120,
        help_text=_("As dealers know you; it heads every page and statement"),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    company_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    key = forms.CharField(
        label=_("Setup key"),
        max_length=60,
        help_text=_("The command `yunhe serve` prints it with the link to this page"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("company", "company_en", "name", "username", "password", "again", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("key"):  # it came with the link
            self.fields["key"].widget = forms.HiddenInput()

    def founding(self, language: str) -> Founding:
        """The use case's input from valid data."""
        names = ("company", "company_en", "name", "username", "password")
        return Founding(language=language, **{name: self.cleaned_data[name] for name in names})


class DossierForm(StyledForm):
    """What is filed about a partner."""

    name = forms.CharField(label=_("Company name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices, initial=Tier.GROWTH)
    external_code = forms.CharField(
        label=_("External code"),
        max_length=60,
        required=False,
        help_text=_("Key in the ERP or in the partner's files"),
    )
    province = forms.ChoiceField(label=_("Province"), choices=_provinces, required=False)
    city = forms.CharField(label=_("City"), max_length=40, required=False)
    city_en = forms.CharField(label=_("City in English"), max_length=60, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    address_en = forms.CharField(label=_("Address in English"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    opened_on = forms.DateField(label=_("Partner since"), required=False, widget=forms.DateInput())

    def draft(self) -> PartnerDraft:
        """The use case's input from valid data."""
        names = PartnerDraft.__dataclass_fields__
        return PartnerDraft(**{name: self.cleaned_data[name] for name in names})


class NewPartnerForm(DossierForm):
    """A new partner: its code and the node above it, then the dossier."""

    parent = forms.CharField(
        label=_("Belongs to"),
        max_length=40,
        help_text=_("Code of the region, dealer or sub-dealer"),
    )
    code = forms.CharField(label=_("Reference code"), max_length=40)
    field_order = ("parent", "code")

    def clean_parent(self) -> Node:
        return node_by_code(self.cleaned_data["parent"])


def dossier_initial(partner: Partner) -> dict[str, Any]:
    """Form values of a dossier."""
    values = {name: getattr(partner, name, None) for name in PartnerDraft.__dataclass_fields__}
    return values | {"name": partner.node.name, "name_en": partner.node.name_en}


class UnitForm(StyledForm):
    """A new organisation unit."""

    parent = forms.ModelChoiceField(label=_("Belongs to"), queryset=Node.objects.none())
    code = forms.CharField(label=_("Reference code"), max_length=40)
    name = forms.CharField(label=_("Unit name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    provinces = forms.MultipleChoiceField(
        label=_("Provinces"), choices=province_choices, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", list_units())


class MoveForm(StyledForm):
    """Where a node goes, and when."""

    to = forms.CharField(
        label=_("Will belong to"),
        max_length=40,
        help_text=_("Code of the region, dealer or sub-dealer"),
    )
    effective = forms.DateField(label=_("Effective from"), widget=forms.DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean_to(self) -> Node:
        return node_by_code(self.cleaned_data["to"])


class LicenceForm(StyledModelForm):
    """A qualification document, with its scan or photo."""

    document = forms.FileField(
        label=_("Scan of the document"),
        required=False,
        help_text=_("PDF or picture; a new one replaces the old one"),
    )

    class Meta:
        model = Licence
        fields = ("kind", "number", "issuer", "issued_on", "expires_on")


class ContactForm(StyledModelForm):
    """A contact person."""

    class Meta:
        model = Contact
        fields = ("name", "duty", "phone", "email")


class AddressForm(StyledForm):
    """A delivery address; cities and districts are offered as they are typed."""

    label = forms.CharField(
        label=_("Address name"),
        max_length=40,
        required=False,
        help_text=_("As you call it: main warehouse, shop in the south …"),
    )
    receiver = forms.CharField(label=_("Receiver"), max_length=60)
    phone = forms.RegexField(
        r"^\+?[\d\s-]{7,20}$",
        label=_("Phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
        error_messages={"invalid": _("Give a phone number of at least seven figures.")},
    )
    province = forms.ChoiceField(label=_("Province"), choices=_provinces)
    city = forms.CharField(
        label=_("City"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "cities", "autocomplete": "off"}),
    )
    district = forms.CharField(
        label=_("District or county"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "districts", "autocomplete": "off"}),
    )
    street = forms.CharField(label=_("Street and number"), max_length=160)
    is_default = forms.BooleanField(
        label=_("Default address"),
        required=False,
        help_text=_("Orders go there unless they say otherwise"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asks = {
            "hx-get": "",
            "hx-trigger": "change",
            "hx-target": "#divisions",
            "hx-include": "[name=province],[name=city]",
        }
        for name in ("province", "city"):
            self.fields[name].widget.attrs.update(asks)

    def draft(self) -> AddressDraft:
        """The use case's input from valid data."""
        return AddressDraft(**self.cleaned_data)


def address_initial(address: DeliveryAddress) -> dict[str, Any]:
    """Form values of an address."""
    _province, *below = division_chain(address.division) or [""]
    names = ("label", "receiver", "phone", "street", "is_default")
    return {name: getattr(address, name) for name in names} | {
        "province": f"{address.division[:2]}0000",
        "city": below[0] if below else "",
        "district": below[1] if len(below) > 1 else "",
    }
