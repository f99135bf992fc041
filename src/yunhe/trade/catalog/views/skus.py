"""Console pages of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.forms import style_form
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FormView, ListView, Panel
from yunhe.trade.catalog.choices import STATUS_TONES, AttributeOf, Status
from yunhe.trade.catalog.filters import SkuFilters
from yunhe.trade.catalog.forms import (
    AnnounceForm,
    BrandForm,
    CategoryForm,
    NewSkuForm,
    PackForm,
    ProductForm,
    ReplaceForm,
    SkuForm,
    ValuesForm,
    value_field,
)
from yunhe.trade.catalog.models import Category, PackUnit, Product, Sku
from yunhe.trade.catalog.panels import sku_panels
from yunhe.trade.catalog.permissions import CHANGE, VIEW
from yunhe.trade.catalog.queries import attributes_for, list_skus
from yunhe.trade.catalog.services import (
    announce_sku,
    change_sku,
    create_sku,
    move_sku,
    remove_pack,
    replace_sku,
    save_category,
    save_product,
    set_attributes,
    set_pack,
)
from yunhe.trade.catalog.tables import SkuTable
from yunhe.trade.catalog.transitions import MOVES

LIST_CRUMB = Crumb(_("Products"), reverse_lazy("catalog:list"))


class SkuList(ListView):
    permission, title = VIEW, _("Products")
    subtitle = _("Search by name, pinyin initials, code or GTIN")
    table, filters = SkuTable, SkuFilters
    create_url_name, create_label, create_permission = "catalog:sku_create", _("New SKU"), CHANGE
    empty = Empty(
        title=_("The catalogue is empty"),
        text=_("Add a brand and a product first, then its SKUs, or import them."),
        icon="package",
    )

    def get_rows(self) -> Rows:
        return list_skus()

    def get_actions(self) -> Sequence[Button]:
        add = [
            Button(label=label, url=reverse(name), permission=CHANGE)
            for label, name in (
                (_("New brand"), "catalog:brand_create"),
                (_("New category"), "catalog:category_create"),
                (_("New product"), "catalog:product_create"),
            )
        ]
        look = [
            Button(label=_("Categories"), url=reverse("catalog:tree"), icon="sitemap"),
            Button(label=_("Export"), url=reverse("catalog:export"), icon="download"),
        ]
        return (*look, *add, *super().get_actions())


class SkuDetail(DetailView):
    permission, model = VIEW, Sku

    @property
    def panels(self) -> Sequence[type[Panel]]:  # type: ignore[override]
        return sku_panels()

    def get_queryset(self) -> QuerySet[Any]:
        return list_skus()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_subtitle(self) -> str:
        return f"{self.record.product.brand.label} · {self.record.product.label}"

    def get_status(self) -> Badge:
        tone = STATUS_TONES[Status(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        sku = self.record
        moves = [
            Button(
                label=str(move.label),
                url=reverse("catalog:sku_move", args=[sku.pk, move.action]),
                icon=move.icon,
                method="post",
                confirm=str(move.confirm),
                permission=move.permission,
            )
            for move in MOVES.offered(sku.status)
        ]
        forms = [(_("Replaced by"), "catalog:sku_replace", "arrows-exchange")]
        if sku.status in (Status.LAUNCH, Status.ACTIVE):
            forms.append((_("Announce"), "catalog:sku_announce", "calendar"))
        asked = [
            Button(label=label, url=reverse(name, args=[sku.pk]), icon=icon, permission=CHANGE)
            for label, name, icon in forms
        ]
        return (*moves, *asked)


class CatalogForm(FormView):
    """Base of the catalogue's forms."""

    permission = CHANGE
    cancel_url_name = "catalog:list"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_success_url(self, result: Any) -> str:
        return reverse("catalog:list")


class BrandCreate(CatalogForm):
    permission, title, form_class = CHANGE, _("New brand"), BrandForm


class CategoryCreate(CatalogForm):
    permission, title, form_class = CHANGE, _("New category"), CategoryForm

    def perform(self, form: Any) -> Category:
        return save_category(form.save(commit=False), actor=self.principal)

    def get_success_url(self, result: Category) -> str:
        return reverse("catalog:tree")


class ProductCreate(CatalogForm):
    permission, title, form_class = CHANGE, _("New product"), ProductForm

    def perform(self, form: Any) -> Product:
        return save_product(form.save(commit=False), actor=self.principal)

    def get_success_url(self, result: Product) -> str:
        return f"{reverse('catalog:sku_create')}?product={result.pk}"


class SkuCreate(CatalogForm):
    permission, title, form_class = CHANGE, _("New SKU"), NewSkuForm

    def get_initial(self) -> dict[str, Any]:
        return {"product": self.request.GET.get("product")}

    def perform(self, form: Any) -> Sku:
        data = form.cleaned_data
        return create_sku(
            data["product"], code=data["code"], draft=form.draft(), actor=self.principal
        )

    def get_success_url(self, result: Sku) -> str:
        return result.get_absolute_url()


class SkuForms(CatalogForm):
    """Base of the forms about one SKU."""

    permission = CHANGE

    @cached_property
    def sku(self) -> Sku:
        found = list_skus().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.sku), self.sku.get_absolute_url()))

    def get_success_url(self, result: Any) -> str:
        return self.sku.get_absolute_url()


class SkuChange(SkuForms):
    permission, title, form_class = CHANGE, _("Change the product"), SkuForm

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.sku, name) for name in SkuForm.base_fields}

    def perform(self, form: Any) -> Sku:
        return change_sku(self.sku, draft=form.draft(), actor=self.principal)


class PackSet(SkuForms):
    permission, title, form_class = CHANGE, _("Pack"), PackForm

    def perform(self, form: Any) -> Any:
        return set_pack(self.sku, actor=self.principal, **form.cleaned_data)


class PackRemove(ActionView):
    permission, model = CHANGE, PackUnit
    success_message = _("The pack is removed; documents keep what they were written with.")

    def perform(self) -> Any:
        return remove_pack(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("catalog:sku", args=[self.record.sku_id])


class SkuMove(ActionView):
    """One step of a SKU's life, from the table in transitions.py."""

    permission, model = CHANGE, Sku
    success_message = _("Done.")

    @cached_property
    def record(self) -> Any:
        found = Sku.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def perform(self) -> Any:
        return move_sku(self.record, self.kwargs["action"], actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("catalog:sku", args=[self.kwargs["pk"]])


class SkuAnnounce(SkuForms):
    permission, title, form_class = CHANGE, _("Announce"), AnnounceForm

    def perform(self, form: Any) -> Sku:
        day = form.cleaned_data["on_sale_from"]
        return announce_sku(self.sku, on_sale_from=day, actor=self.principal, now=self.now)


class SkuReplace(SkuForms):
    permission, title, form_class = CHANGE, _("Replaced by"), ReplaceForm

    def get_initial(self) -> dict[str, Any]:
        successor = self.sku.replaced_by
        return {"successor": successor.code if successor else ""}

    def perform(self, form: Any) -> Sku:
        successor = form.cleaned_data["successor"]
        return replace_sku(self.sku, successor=successor, actor=self.principal)


class ValuesPage(SkuForms):
    """Base: the attribute values of a SKU or of its product."""

    permission, form_class = CHANGE, ValuesForm
    of: str = AttributeOf.PRODUCT

    @property
    def described(self) -> Any:
        return self.sku if self.of == AttributeOf.SKU else self.sku.product

    def get_form(self) -> Any:
        form = super().get_form()
        for attribute in attributes_for(self.sku.product.category_id, self.of):
            form.fields[attribute.code] = value_field(attribute)
        style_form(form)
        return form

    def get_initial(self) -> dict[str, Any]:
        return dict(self.described.attributes)

    def perform(self, form: Any) -> Any:
        return set_attributes(self.described, form.cleaned_data, actor=self.principal)


class ProductValues(ValuesPage):
    permission, title, of = CHANGE, _("Attributes of the product"), AttributeOf.PRODUCT


class SkuValues(ValuesPage):
    permission, title, of = CHANGE, _("Attributes of the SKU"), AttributeOf.SKU
