"""Forms of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.choices import Level
from yunhe.platform.ui.forms import StyledForm, StyledModelForm
from yunhe.trade.catalog.choices import AttributeKind, MaterialKind, Unit
from yunhe.trade.catalog.models import Attribute, Brand, Category, Product, Sku
from yunhe.trade.catalog.services import MaterialDraft, SkuDraft

LONGEST_OPTION = 60


class ProductForm(StyledModelForm):
    """A product: brand, category, names."""

    class Meta:
        model = Product
        fields = ("brand", "category", "code", "name", "name_en", "description")


class BrandForm(StyledModelForm):
    """A brand."""

    class Meta:
        model = Brand
        fields = ("code", "name", "name_en", "own")


class CategoryForm(StyledModelForm):
    """A category."""

    class Meta:
        model = Category
        fields = ("parent", "code", "name", "name_en")


class SkuForm(StyledForm):
    """What is filed about a SKU."""

    name = forms.CharField(label=_("Product name"), max_length=160)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    size = forms.CharField(label=_("Pack size"), max_length=60, required=False)
    size_en = forms.CharField(label=_("Pack size in English"), max_length=60, required=False)
    gtin = forms.CharField(
        label=_("GTIN"), max_length=14, required=False, help_text=_("8, 12, 13 or 14 digits")
    )
    base_unit = forms.ChoiceField(label=_("Base unit"), choices=Unit.choices)

    def draft(self) -> SkuDraft:
        """The use case's input from valid data."""
        names = SkuDraft.__dataclass_fields__
        return SkuDraft(**{name: self.cleaned_data[name] for name in names})


class NewSkuForm(SkuForm):
    """A new SKU of a product."""

    product = forms.ModelChoiceField(label=_("Product"), queryset=Product.objects.all())
    code = forms.CharField(label=_("Reference code"), max_length=40)
    field_order = ("product", "code")


class PackForm(StyledForm):
    """A pack of a SKU."""

    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    factor = forms.DecimalField(label=_("Base units"), max_digits=12, decimal_places=3)
    gtin = forms.CharField(label=_("GTIN"), max_length=14, required=False)


class AnnounceForm(StyledForm):
    """When an announced SKU goes on sale."""

    on_sale_from = forms.DateField(label=_("On sale from"), widget=forms.DateInput())


class ReplaceForm(StyledForm):
    """Which SKU takes its place."""

    successor = forms.CharField(
        label=_("Replaced by"),
        max_length=40,
        required=False,
        help_text=_("Product code or barcode; empty: nothing replaces it"),
    )

    def clean_successor(self) -> Sku | None:
        code = self.cleaned_data["successor"].strip()
        if not code:
            return None
        found = Sku.objects.filter(code=code).first() or Sku.objects.filter(gtin=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no product with this code."))
        return found


class AttributeForm(StyledModelForm):
    """A typed attribute; a choice has its options one a line, the English name after a bar."""

    options_text = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line, for attributes that are one of a list; the English name after a bar"
        ),
    )

    class Meta:
        model = Attribute
        fields = ("category", "of", "code", "name", "name_en", "kind", "unit", "required")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        named = read_options(data.get("options_text", ""))
        self.instance.options, self.instance.options_en = list(named), list(named.values())
        if any(len(text) > LONGEST_OPTION for text in (*named, *named.values())):
            message = _("An option has at most 60 characters.")
            self.add_error("options_text", message)
        if data.get("kind") == AttributeKind.CHOICE and not self.instance.options:
            self.add_error("options_text", _("Name at least one option."))
        return data


def read_options(text: str) -> dict[str, str]:
    """Option -> English name, from lines such as `酒类 | Alcohol`; the first of two counts."""
    named: dict[str, str] = {}
    for line in text.splitlines():
        option, _bar, english = (part.strip() for part in line.partition("|"))
        if option:
            named.setdefault(option, english)
    return named


def write_options(attribute: Attribute) -> str:
    """The options as `read_options` takes them."""
    return "\n".join(" | ".join(filter(None, names)) for names in attribute.option_names)


def value_field(attribute: Attribute) -> forms.Field:
    """The form field in which an attribute's value is entered."""
    plain: dict[str, Any] = {"label": attribute.label, "required": attribute.required}
    if attribute.kind == AttributeKind.FLAG:
        return forms.BooleanField(label=attribute.label, required=False)
    if attribute.kind == AttributeKind.CHOICE:
        options = [("", "—"), *attribute.option_labels.items()]
        return forms.ChoiceField(choices=options, **plain)
    if attribute.kind == AttributeKind.NUMBER:
        return forms.DecimalField(help_text=attribute.unit, **plain)
    return forms.CharField(max_length=200, **plain)


class ValuesForm(StyledForm):
    """The values of attributes that the view adds as fields."""


class PictureForm(StyledForm):
    """A picture from the device."""

    file = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=_("JPEG, PNG, GIF or WebP"),
    )


class MaterialForm(StyledForm):
    """A file for the library of marketing material."""

    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=MaterialKind.choices)
    file = forms.FileField(label=_("File"), help_text=_("Picture, video, PDF or Office document"))
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.filter(own=True), required=False
    )
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.filter(brand__own=True), required=False
    )
    levels = forms.MultipleChoiceField(
        label=_("For partners of level"),
        choices=Level.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("None chosen: every level may use it"),
    )
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=forms.DateInput())

    def draft(self) -> MaterialDraft:
        """The use case's input from valid data."""
        return MaterialDraft(
            **{name: self.cleaned_data[name] for name in MaterialDraft.__dataclass_fields__}
        )
