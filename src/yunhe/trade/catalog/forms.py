"""Forms of the catalogue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.forms import StyledForm, StyledModelForm
from yunhe.trade.catalog.choices import Status, Unit
from yunhe.trade.catalog.models import Brand, Category, Product
from yunhe.trade.catalog.services import SkuDraft


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
    gtin = forms.CharField(
        label=_("GTIN"), max_length=14, required=False, help_text=_("8, 12, 13 or 14 digits")
    )
    base_unit = forms.ChoiceField(label=_("Base unit"), choices=Unit.choices)
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)

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
