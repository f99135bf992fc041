"""Depots, vehicles, drivers and receiving places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery import permissions, services
from yunhe.goods.delivery.filters import SiteFilters, VehicleFilters
from yunhe.goods.delivery.forms import DepotForm, DriverForm, SiteForm, VehicleForm
from yunhe.goods.delivery.models import Depot, Driver, StopSite, Vehicle
from yunhe.goods.delivery.queries import list_depots, list_drivers, list_sites, list_vehicles
from yunhe.goods.delivery.tables import DepotTable, DriverTable, SiteTable, VehicleTable
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView


def plans_crumb() -> Crumb:
    return Crumb(_("Delivery plans"), reverse("delivery:list"))


class MasterList(ListView):
    """Base of the lists of master data."""

    permission, face = permissions.VIEW, None
    create_permission = permissions.MASTER

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(),)


class MasterForm(FormView):
    """Base of the forms of master data: `list_url_name` and `list_title` lead back."""

    permission, face = permissions.MASTER, None
    list_url_name: str
    list_title: Text

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(), Crumb(self.list_title, reverse(self.list_url_name)))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"principal": self.principal}

    def get_success_url(self, result: Any) -> str:
        return reverse(self.list_url_name)


class DepotList(MasterList):
    permission, title, table = permissions.VIEW, _("Depots"), DepotTable
    create_url_name, create_label = "delivery:depot_create", _("New depot")
    empty = Empty(
        title=_("No depot yet"),
        text=_("Say where your deliveries leave from; then add vehicles."),
        icon="building-warehouse",
    )

    def get_rows(self) -> Rows:
        return list_depots()


class DepotEdit(MasterForm):
    permission, title, form_class, model = permissions.MASTER, _("Depot"), DepotForm, Depot
    list_url_name, list_title = "delivery:depots", _("Depots")

    def perform(self, form: DepotForm) -> Depot:
        return services.save_depot(form.save(commit=False), actor=self.principal)


class VehicleList(MasterList):
    permission, title, table = permissions.VIEW, _("Vehicles"), VehicleTable
    filters = VehicleFilters
    create_url_name, create_label = "delivery:vehicle_create", _("New vehicle")
    empty = Empty(
        title=_("No vehicle yet"),
        text=_("Add the vehicles of your depot with what they take, their hours and costs."),
        icon="truck",
    )

    def get_rows(self) -> Rows:
        return list_vehicles()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=_("Depots"), url=reverse("delivery:depots"), icon="building-warehouse"),
            Button(label=_("Drivers"), url=reverse("delivery:drivers"), icon="users"),
            *super().get_actions(),
        ]


class VehicleEdit(MasterForm):
    permission, title, form_class, model = permissions.MASTER, _("Vehicle"), VehicleForm, Vehicle
    list_url_name, list_title = "delivery:vehicles", _("Vehicles")
    intro = _("An empty capacity is no limit. Costs decide which vehicles the plan prefers.")

    def perform(self, form: VehicleForm) -> Vehicle:
        return services.save_vehicle(form.save(commit=False), actor=self.principal)


class DriverList(MasterList):
    permission, title, table = permissions.VIEW, _("Drivers"), DriverTable
    create_url_name, create_label = "delivery:driver_create", _("New driver")
    empty = Empty(title=_("No driver yet"), text=_("Every tour needs one."), icon="user")

    def get_rows(self) -> Rows:
        return list_drivers()


class DriverEdit(MasterForm):
    permission, title, form_class, model = permissions.MASTER, _("Driver"), DriverForm, Driver
    list_url_name, list_title = "delivery:drivers", _("Drivers")

    def perform(self, form: DriverForm) -> Driver:
        return services.save_driver(form.save(commit=False), actor=self.principal)


class SiteList(MasterList):
    permission, title, table = permissions.VIEW, _("Receiving places"), SiteTable
    filters = SiteFilters
    create_url_name, create_label = "delivery:site_create", _("New receiving place")
    empty = Empty(
        title=_("No receiving place yet"),
        text=_("Where and when each partner takes goods: plans need it."),
        icon="map-pin",
    )

    def get_rows(self) -> Rows:
        return list_sites()


class SiteEdit(MasterForm):
    permission, title, form_class, model = (
        permissions.MASTER,
        _("Receiving place"),
        SiteForm,
        StopSite,
    )
    list_url_name, list_title = "delivery:sites", _("Receiving places")

    def perform(self, form: SiteForm) -> StopSite:
        return services.save_site(form.save(commit=False), actor=self.principal)
