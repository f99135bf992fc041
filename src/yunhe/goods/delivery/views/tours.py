"""Tours: loading order with its list as PDF, who drives, and everything on the road at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery import permissions, services
from yunhe.goods.delivery.choices import RUNNING_STATUSES, TOUR_TONES, TourStatus
from yunhe.goods.delivery.forms import DriverChoiceForm
from yunhe.goods.delivery.models import Tour
from yunhe.goods.delivery.progress import TourNow, loading_rows, tours_now
from yunhe.goods.delivery.queries import list_stops, list_tours
from yunhe.goods.delivery.tables import LoadingTable, StopTable
from yunhe.goods.delivery.views.masters import plans_crumb
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.columns import MomentColumn, MoneyColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty, Live
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, FactsPanel, FormView, Page, TablePanel


def tours() -> Any:
    """Tours in scope, of plans in every state."""
    return Tour.objects.select_related("plan__depot", "plan__node", "vehicle", "driver")


class Loading(TablePanel):
    title, icon, table, limit = _("Loading order: last stop first"), "stack-2", LoadingTable, 200
    empty = Empty(title=_("Nothing to load"), icon="package")

    def rows(self) -> Rows:
        return loading_rows(self.record)


class Stops(TablePanel):
    title, icon, table, limit = _("Stops"), "map-pin", StopTable, 200

    def rows(self) -> Rows:
        return list_stops().filter(tour=self.record)


class TourFacts(FactsPanel):
    title, icon, side, columns = _("Tour"), "truck", True, 1
    fields = (
        TextColumn(_("Plan"), source="plan.number"),
        TextColumn(_("Vehicle"), source="vehicle.plate"),
        TextColumn(_("Driver"), source="driver.name"),
        TextColumn(_("Phone"), source="driver.phone"),
        MomentColumn(_("Leaves"), source="starts_at"),
        MomentColumn(_("Back"), source="ends_at"),
        MoneyColumn(_("Cost"), source="cost"),
        MomentColumn(_("Left at"), source="departed_at"),
        MomentColumn(_("Back at"), source="returned_at"),
    )


class TourDetail(DetailView):
    permission, face, model = permissions.VIEW, None, Tour
    panels = (Loading, Stops, TourFacts)

    def get_queryset(self) -> Any:
        return tours()

    def get_title(self) -> str:
        return self.record.vehicle.plate

    def get_crumbs(self) -> Sequence[Crumb]:
        plan = self.record.plan
        return (plans_crumb(), Crumb(plan.number, plan.get_absolute_url()))

    def get_status(self) -> Badge:
        tone = TOUR_TONES[TourStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        tour = self.record
        buttons = [
            Button(
                label=_("Loading list"),
                url=reverse("delivery:loading_list", args=[tour.pk]),
                icon="printer",
                download=True,
            )
        ]
        if tour.status == TourStatus.PLANNED:
            buttons.append(
                Button(
                    label=_("Choose the driver"),
                    url=reverse("delivery:driver_choose", args=[tour.pk]),
                    icon="user-check",
                    permission=permissions.PLAN,
                )
            )
        if tour.plan.status in RUNNING_STATUSES and tour.starts_at:
            buttons.append(
                Button(
                    label=_("Drive"),
                    url=reverse("delivery_portal:tour", args=[tour.pk]),
                    icon="truck-delivery",
                    style="primary",
                    permission=permissions.DRIVE,
                )
            )
        return buttons


class TourPart(Page):
    """Base of pages about one tour."""

    permission, face = permissions.VIEW, None

    @cached_property
    def tour(self) -> Tour:
        found = tours().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found


class LoadingList(TourPart):
    """The loading list as PDF."""

    permission, title = permissions.VIEW, _("Loading list")

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        # imported here: drawing PDFs takes a quarter of a second to load
        from yunhe.goods.delivery.printing import render_loading_list

        content = render_loading_list(self.tour, loading_rows(self.tour))
        answer = HttpResponse(content, content_type="application/pdf")
        name = f"{self.tour.plan.number}-{self.tour.pk}"
        answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return answer


class DriverChoose(TourPart, FormView):
    permission, title, form_class = permissions.PLAN, _("Choose the driver"), DriverChoiceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tour": self.tour}

    def get_initial(self) -> dict[str, Any]:
        return {"driver": self.tour.driver_id}

    def get_crumbs(self) -> Sequence[Crumb]:
        plan, url = self.tour.plan, reverse("delivery:tour", args=[self.tour.pk])
        return (
            plans_crumb(),
            Crumb(plan.number, plan.get_absolute_url()),
            Crumb(self.tour.vehicle.plate, url),
        )

    def perform(self, form: DriverChoiceForm) -> Tour:
        driver = form.cleaned_data["driver"]
        return services.assign_driver(self.tour, driver=driver, actor=self.principal)

    def get_success_url(self, result: Tour) -> str:
        return reverse("delivery:tour", args=[result.pk])


class Board(Page):
    """Everything on the road today, live."""

    permission, face, title = permissions.VIEW, None, _("On the road")
    subtitle = _("Planned beside actual, renewed every 15 seconds")
    template_name = "delivery/road.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(),)

    def context(self, **extra: Any) -> dict[str, Any]:
        live = Live(url=reverse("delivery:board_now"), every=15, label=_("Tours on the road"))
        return super().context(live=live, **extra)


class BoardNow(Page):
    """The tours of the board, as a fragment."""

    permission, face, title = permissions.VIEW, None, _("On the road")
    template_name = "delivery/road_now.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        found: list[TourNow] = tours_now(list_tours().filter(day=today), now=self.now)
        empty = Empty(
            title=_("Nothing is on the road today"),
            text=_("Released plans of today are followed here, stop by stop."),
            icon="truck",
            actions=(
                Button(label=_("Delivery plans"), url=reverse("delivery:list"), icon="route"),
            ),
        )
        return super().context(tours=found, empty=empty, **extra)
