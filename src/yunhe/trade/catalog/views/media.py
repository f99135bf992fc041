"""Pictures of products and the library of marketing material."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.files.downloads import answer_with_file
from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.views import ActionView, FormView, ListView, Page
from yunhe.trade.catalog.filters import MaterialFilters
from yunhe.trade.catalog.forms import MaterialForm, PictureForm
from yunhe.trade.catalog.models import Material, Picture
from yunhe.trade.catalog.permissions import CHANGE, MATERIAL, OFFER, VIEW
from yunhe.trade.catalog.queries import list_materials
from yunhe.trade.catalog.services import (
    add_material,
    add_picture,
    remove_material,
    remove_picture,
)
from yunhe.trade.catalog.tables import MaterialTable
from yunhe.trade.catalog.views.skus import SkuForms

SERVED = "the file is the manufacturer's own; the record that leads to it was checked"


def serve(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """The bytes of a file of the catalogue, once the record that shows it was found in scope."""
    with owner_access(SERVED):
        return answer_with_file(request, file_id)


class PictureFile(Page):
    """A picture in full; everybody may see what the catalogue shows."""

    permission, face = OFFER, None
    column = "file_id"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = Picture.objects.filter(pk=kwargs["pk"]).values_list(self.column, flat=True).first()
        if found is None:
            raise NotFound()
        return serve(request, found)


class Thumbnail(PictureFile):
    permission, face = OFFER, None
    column = "thumbnail_id"


class PictureAdd(SkuForms):
    permission, title, form_class = CHANGE, _("New picture"), PictureForm

    def perform(self, form: Any) -> Picture:
        upload = form.cleaned_data["file"]
        return add_picture(self.sku.product, upload, actor=self.principal, now=self.now)


class PictureRemove(ActionView):
    permission, model, success_message = CHANGE, Picture, _("The picture is removed.")

    def perform(self) -> Any:
        return remove_picture(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("catalog:list")


class MaterialList(ListView):
    permission, title = VIEW, _("Marketing material")
    table, filters = MaterialTable, MaterialFilters
    create_url_name, create_label = "catalog:material_add", _("Add material")
    create_permission = MATERIAL
    empty = Empty(
        title=_("The library is empty"),
        text=_("Add posters, videos and display guides; partners find them on their phone."),
        icon="photo",
    )

    def get_rows(self) -> QuerySet[Material]:
        return list_materials()


class MaterialAdd(FormView):
    permission, title, form_class = MATERIAL, _("Add material"), MaterialForm
    cancel_url_name = "catalog:materials"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Marketing material"), reverse("catalog:materials")),)

    def perform(self, form: Any) -> Material:
        upload = form.cleaned_data["file"]
        return add_material(form.draft(), upload, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("catalog:materials")


class MaterialRemove(ActionView):
    permission, model, success_message = MATERIAL, Material, _("Removed from the library.")

    def perform(self) -> Any:
        return remove_material(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("catalog:materials")


class MaterialFile(Page):
    """The bytes of a piece of material that the reader is entitled to."""

    permission, face = OFFER, None

    @cached_property
    def file_id(self) -> int:
        rows = list_materials().filter(pk=self.kwargs["pk"])
        found = rows.values_list("file_id", flat=True).first()
        if found is None:
            raise NotFound()
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return serve(request, self.file_id)
