"""Forms of delivery planning."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery.models import DeliveryPlan, Depot, Driver, Stop, StopSite, Tour, Vehicle
from yunhe.goods.delivery.queries import list_depots, list_drivers, ready_shipments
from yunhe.goods.delivery.services import PlanDraft
from yunhe.goods.shipping.models import Shipment
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.accounts.models import User
from yunhe.platform.ui.forms import StyledForm, StyledModelForm, offer
from yunhe.trade.orders.queries import NodeLabel

HOURS = {
    name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    for name in ("works_from", "works_until", "receives_from", "receives_until")
}


class NodeChoice(forms.ModelChoiceField):
    """A node by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.label}"


def own_nodes(principal: Principal) -> QuerySet[Node]:
    """The nodes that the person was given, where depots and drivers may belong."""
    return Node.objects.filter(pk__in=principal.node_ids).order_by("path")


# a column of each constraint that the use case tells of instead
TOLD_BY_USE_CASE = {"works_from", "receives_from", "capacity_cases", "fixed_cost"}


class MasterForm(StyledModelForm):
    """Master data; what the table's constraints demand the use case says better, at its field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TOLD_BY_USE_CASE & set(self.fields):
            column: Any = self._meta.model._meta.get_field(name)
            self.fields[name].validators += column.validators

    def _get_validation_exclusions(self) -> set[str]:
        """A constraint over an excluded column is not asked; nor is the column."""
        return super()._get_validation_exclusions() | TOLD_BY_USE_CASE  # type: ignore[misc]  # no stub

    def validate_unique(self) -> None:
        """Left to the use case."""


class OwnedForm(MasterForm):
    """A record of a place: a new one may be for any place that the person holds."""

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        if "node" in self.fields:
            self.fields["node"] = NodeChoice(
                label=self.fields["node"].label, queryset=self.places(), empty_label=None
            )
            if self.instance.pk:
                self.fields["node"].disabled = True

    def places(self) -> QuerySet[Node]:
        """Own nodes; of an existing record its own."""
        if self.instance.pk:
            return Node.objects.filter(pk=self.instance.node_id)
        return own_nodes(self.principal)


class DepotForm(OwnedForm):
    """Where a supplier's deliveries begin."""

    class Meta:
        model = Depot
        fields = ("node", "name", "address", "latitude", "longitude", "speed_kmh", "detour")


class VehicleForm(MasterForm):
    """A vehicle."""

    class Meta:
        model = Vehicle
        fields = (
            "depot",
            "plate",
            "ownership",
            "capacity_cases",
            "capacity_kg",
            "capacity_litres",
            "works_from",
            "works_until",
            "longest_hours",
            "fixed_cost",
            "km_cost",
            "hour_cost",
            "driver",
            "active",
        )
        labels: ClassVar[dict[str, Any]] = {"depot": _("Depot")}
        widgets = HOURS

    def __init__(self, *args: Any, principal: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "depot", list_depots())
        offer(self, "driver", list_drivers().filter(active=True))


class DriverForm(OwnedForm):
    """A driver, with the account whose phone shows the tours."""

    account = forms.CharField(
        label=_("Account"),
        max_length=150,
        required=False,
        help_text=_("User name; with it the tours are on the driver's phone"),
    )

    class Meta:
        model = Driver
        fields = ("node", "name", "phone", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id:
            self.fields["account"].initial = self.instance.user.username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = data.get("account", "").strip()
        self.instance.user = None
        if name:
            found = User.objects.filter(username=name, is_active=True)
            self.instance.user = found.first()
            if self.instance.user is None:
                self.add_error("account", _("There is no such account."))
        return data


class SiteForm(OwnedForm):
    """Where and when a partner receives."""

    class Meta:
        model = StopSite
        fields = (
            "node",
            "address",
            "latitude",
            "longitude",
            "receives_from",
            "receives_until",
            "unload_minutes",
            "case_seconds",
            "note",
        )
        widgets = HOURS

    def places(self) -> QuerySet[Node]:
        """Partners in scope without a receiving place."""
        if self.instance.pk:
            return super().places()
        placed = StopSite.objects.values("node_id")
        partners = Node.objects.filter(kind=NodeKind.PARTNER, active=True)
        return partners.exclude(pk__in=placed).order_by("code")


class PlanForm(StyledForm):
    """Which depot, which day; everything ready and due is taken."""

    depot = forms.ModelChoiceField(
        label=_("Depot"), queryset=Depot.objects.none(), empty_label=None
    )
    day = forms.DateField(label=_("Delivery day"), widget=forms.DateInput())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "depot", list_depots())

    def draft(self) -> PlanDraft:
        told = self.cleaned_data
        return PlanDraft(depot=told["depot"], day=told["day"], note=told["note"])


class ShipmentChoice(forms.ModelMultipleChoiceField):
    """A shipment with its receiver."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {obj.partner_label} · {obj.get_status_display()}"


class ContentsForm(StyledForm):
    """Shipments and vehicles of a plan."""

    shipments = ShipmentChoice(
        label=_("Shipments"),
        queryset=Shipment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    vehicles = forms.ModelMultipleChoiceField(
        label=_("Vehicles"),
        queryset=Vehicle.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, plan: DeliveryPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planned = Stop.objects.filter(plan=plan, parcels__live=True).values("parcels__shipment_id")
        ready = ready_shipments(plan.depot).values("pk")
        choices = Shipment.objects.filter(pk__in=ready) | Shipment.objects.filter(pk__in=planned)
        offer(
            self, "shipments", choices.annotate(partner_label=NodeLabel("node_id")).order_by("id")
        )
        vehicles = Vehicle.objects.filter(depot=plan.depot, active=True)
        offer(self, "vehicles", vehicles.order_by("plate"))
        self.initial.setdefault(
            "shipments", list(planned.values_list("parcels__shipment_id", flat=True))
        )
        self.initial.setdefault("vehicles", list(plan.tours.values_list("vehicle_id", flat=True)))


class SolveForm(StyledForm):
    """How long the search may take."""

    seconds = forms.IntegerField(
        label=_("Seconds"),
        min_value=1,
        max_value=120,
        initial=10,
        help_text=_("Longer searches find cheaper routes; small days end by themselves"),
    )


class MoveForm(forms.Form):
    """Where a stop goes: on a tour at a position (last without one), or on none."""

    stop = forms.IntegerField(min_value=1)
    tour = forms.IntegerField(min_value=1, required=False)
    position = forms.IntegerField(min_value=1, max_value=999, required=False)


class DriverChoiceForm(StyledForm):
    """Who drives a tour."""

    driver = forms.ModelChoiceField(
        label=_("Driver"), queryset=Driver.objects.none(), required=False
    )

    def __init__(self, *args: Any, tour: Tour, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drivers = list_drivers().filter(node_id=tour.node_id, active=True)
        offer(self, "driver", drivers)


class FailForm(StyledForm):
    """Why it could not be delivered."""

    remark = forms.CharField(
        label=_("Why it was not delivered"),
        max_length=200,
        help_text=_("Closed, refused, not found …; the planner reads it"),
    )
