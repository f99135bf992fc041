"""Which places keep stock in a way of their own, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.filters import PlaceFilters
from yunhe.goods.stock.forms import PlaceForm
from yunhe.goods.stock.models import StockPlace
from yunhe.goods.stock.permissions import RECORD, VIEW
from yunhe.goods.stock.queries import list_places
from yunhe.goods.stock.services import open_place
from yunhe.goods.stock.tables import PlaceTable
from yunhe.goods.stock.views.console import LIST_CRUMB, StockForm
from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ListView


class PlaceList(ListView):
    permission, title = VIEW, _("Stock places")
    subtitle = _("Partners that are not listed may go negative and supply nobody")
    table, filters = PlaceTable, PlaceFilters
    create_url_name, create_permission = "stock:place_set", RECORD
    create_label = _("Set a place")
    empty = Empty(
        title=_("No place supplies orders yet"),
        text=_("Set the warehouse that orders are served from."),
        icon="building-warehouse",
    )

    def get_rows(self) -> Rows:
        return list_places()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)


class PlaceSet(StockForm):
    permission, title, form_class = RECORD, _("How a place keeps stock"), PlaceForm
    cancel_url_name = "stock:places"

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(_("Stock places"), reverse("stock:places")))

    def perform(self, form: Any) -> Any:
        return open_place(**form.cleaned_data, actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("stock:places")


class PlaceChange(PlaceSet):
    """What is set for a place, to change it."""

    permission, model = RECORD, StockPlace

    def get_queryset(self) -> QuerySet[StockPlace]:
        return list_places()

    def get_initial(self) -> dict[str, Any]:
        place = self.record
        names = ("supplies", "resells", "negative_allowed")
        return {"node": place.node.code} | {name: getattr(place, name) for name in names}

    def get_form(self) -> BaseForm:
        form = super().get_form()
        form.fields["node"].disabled = True
        return form
