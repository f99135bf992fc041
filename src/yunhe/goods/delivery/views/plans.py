"""Delivery plans: begin, plan the routes, change by hand, release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.delivery import permissions, services
from yunhe.goods.delivery.choices import OPEN_STATUSES, PLAN_TONES, PlanStatus
from yunhe.goods.delivery.filters import PlanFilters
from yunhe.goods.delivery.forms import ContentsForm, MoveForm, PlanForm, SolveForm
from yunhe.goods.delivery.jobs import solve
from yunhe.goods.delivery.models import DeliveryPlan, Depot
from yunhe.goods.delivery.queries import (
    changes_of,
    last_change,
    list_depots,
    list_plans,
    plan_for,
    state_of,
    unpacked_orders,
)
from yunhe.goods.delivery.services.moving import Moved
from yunhe.goods.delivery.tables import ChangeTable, PlanTable
from yunhe.goods.delivery.transitions import MOVES
from yunhe.goods.delivery.views.board import BOARD, MOVED, TAKEN_BACK, board_context
from yunhe.goods.delivery.views.masters import plans_crumb
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queries import open_runs
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import DateColumn, MomentColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Progress
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Page,
    TablePanel,
    TemplatePanel,
)


class PlanList(ListView):
    permission, face, title = permissions.VIEW, None, _("Delivery plans")
    subtitle = _("Which vehicle brings which goods to whom, in which order")
    table, filters = PlanTable, PlanFilters
    create_url_name, create_permission = "delivery:create", permissions.PLAN
    create_label = _("Plan a day")

    def get_rows(self) -> Rows:
        return list_plans()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=_("On the road"), url=reverse("delivery:board"), icon="progress-check"),
            Button(label=_("Vehicles"), url=reverse("delivery:vehicles"), icon="truck"),
            Button(label=_("Receiving places"), url=reverse("delivery:sites"), icon="map-pin"),
            *super().get_actions(),
        ]

    def empty_state(self) -> Empty:
        if self.filter_set.active or list_depots().exists():
            return super().empty_state()
        depot = Button(
            label=_("New depot"),
            url=reverse("delivery:depot_create"),
            style="primary",
            icon="plus",
            permission=permissions.MASTER,
        )
        return Empty(
            title=_("Nothing is planned"),
            text=_("First say where deliveries leave from and which vehicles there are."),
            icon="route",
            actions=[depot] if self.can(permissions.MASTER) else (),
        )


class PlanCreate(FormView):
    permission, face, title, form_class = permissions.PLAN, None, _("Plan a day"), PlanForm
    intro = _("Every shipment that is ready and due is taken, with the vehicles in service.")
    submit_label = _("Begin")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(),)

    def get_actions(self) -> Sequence[Button]:
        depots = list_depots().filter(node_id__in=self.principal.node_ids)
        return [
            Button(
                label=_("Pack confirmed orders"),
                url=reverse("delivery:pack", args=[depot.pk]),
                icon="package",
                method="post",
            )
            for depot in depots
            if unpacked_orders(depot).exists()
        ]

    def get_initial(self) -> dict[str, Any]:
        own = list_depots().filter(node_id__in=self.principal.node_ids).first()
        return {"day": timezone.localdate(self.now) + timedelta(days=1), "depot": own}

    def perform(self, form: PlanForm) -> DeliveryPlan:
        return services.create_plan(form.draft(), actor=self.principal, now=self.now)


class PackOrders(ActionView):
    """Pick and pack the confirmed orders of a depot."""

    permission, face, model = permissions.PLAN, None, Depot
    success_message = _("What is confirmed is packed and can be planned.")

    def perform(self) -> Any:
        return services.pack_orders(self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return reverse("delivery:create")


def solving_run(plan: DeliveryPlan) -> JobRun | None:
    """The reader's own search for this plan, while it waits or runs."""
    runs = open_runs().filter(job=solve.name, arguments__plan_id=plan.pk)
    return runs.first()


class Solving(TemplatePanel):
    """The search while it runs."""

    title, icon, template_name = (
        _("Routes are being planned"),
        "progress-check",
        "delivery/solving.html",
    )

    @cached_property
    def run(self) -> JobRun | None:
        return solving_run(self.record)

    def shown(self) -> bool:
        return self.record.status in OPEN_STATUSES and self.run is not None

    def context(self) -> dict[str, Any]:
        return {"bar": solving_bar(self.record, self.run)}


def solving_bar(plan: DeliveryPlan, run: JobRun | None) -> Progress:
    """The search's progress; it asks again until it is over."""
    return Progress(
        value=run.done if run else 100,
        total=100,
        label=_("Searching for the cheapest routes"),
        detail=run.message if run else "",
        poll_url=reverse("delivery:solving", args=[plan.pk]),
        every=1,
    )


class Routes(TemplatePanel):
    """Figures, map, bars and tours."""

    template_name = BOARD

    def context(self) -> dict[str, Any]:
        state = state_of(self.record)
        return board_context(state, self.view.principal, undo=last_change(self.record))


class PlanFacts(FactsPanel):
    title, icon, columns = _("Delivery plan"), "file-text", 4
    fields = (
        TextColumn(_("Supplier"), source="node.label"),
        TextColumn(_("Depot"), source="depot.name"),
        DateColumn(_("Delivery day"), source="day"),
        MomentColumn(_("Routes planned"), source="solved_at"),
        MomentColumn(_("Released"), source="released_at"),
        TextColumn(_("Released by"), source="released_by.name"),
        MomentColumn(_("Finished"), source="finished_at"),
        TextColumn(_("Note"), source="note"),
    )


class Changes(TablePanel):
    title, icon, table, limit = _("Changes"), "history", ChangeTable, 30

    def shown(self) -> bool:
        return bool(self.record.changes.exists())

    def rows(self) -> Rows:
        return changes_of(self.record)


class PlanDetail(DetailView):
    permission, face, model = permissions.VIEW, None, DeliveryPlan
    panels = (Solving, Routes, PlanFacts, Changes)

    def get_queryset(self) -> Any:
        return list_plans().select_related("released_by")

    def get_subtitle(self) -> str:
        return f"{self.record.depot.name} · {formatting.day(self.record.day)}"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(),)

    def get_status(self) -> Badge:
        tone = PLAN_TONES[PlanStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        plan = self.record
        if not self.principal.can(permissions.PLAN, path=plan.node.path):
            return ()
        buttons = [self._button(move) for move in MOVES.offered(plan.status)]
        if plan.status in OPEN_STATUSES:
            url = reverse("delivery:contents", args=[plan.pk])
            buttons.insert(0, Button(label=_("Shipments and vehicles"), url=url, icon="list-check"))
        return buttons

    def _button(self, move: Any) -> Button:
        asks = move.action == "solve"
        name = "delivery:solve" if asks else "delivery:act"
        first = "release" if self.record.status == PlanStatus.SOLVED else "solve"
        style = "primary" if move.action == first else "secondary"
        return Button(
            label=move.label,
            url=reverse(name, args=[self.record.pk] if asks else [self.record.pk, move.action]),
            icon=move.icon,
            method="get" if asks else "post",
            confirm=move.confirm,
            permission=move.permission,
            style="danger" if move.action == "cancel" else style,
        )


class PlanPart(Page):
    """Base of what is done to one plan."""

    permission, face = permissions.PLAN, None

    @cached_property
    def plan(self) -> DeliveryPlan:
        return plan_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (plans_crumb(), Crumb(self.plan.number, self.plan.get_absolute_url()))


class PlanContents(PlanPart, FormView):
    permission, title, form_class = permissions.PLAN, _("Shipments and vehicles"), ContentsForm
    intro = _("What is added waits on no vehicle until the routes are planned or you move it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.plan}

    def perform(self, form: ContentsForm) -> DeliveryPlan:
        told = form.cleaned_data
        return services.change_plan(
            self.plan,
            shipments=[shipment.pk for shipment in told["shipments"]],
            vehicles=[vehicle.pk for vehicle in told["vehicles"]],
            actor=self.principal,
        )


class PlanSolve(PlanPart, FormView):
    """Queue the search."""

    permission, title, form_class = permissions.PLAN, _("Plan the routes"), SolveForm
    submit_label = _("Plan the routes")
    intro = _("The cheapest routes within capacity, receiving hours and working hours.")
    success_message = _("The routes are being planned.")

    def perform(self, form: SolveForm) -> DeliveryPlan:
        services.check_solvable(self.plan, actor=self.principal)
        enqueue(
            solve,
            key=str(self.plan.pk),
            title=f"{_('Plan delivery routes')} {self.plan.number}",
            plan_id=self.plan.pk,
            seconds=form.cleaned_data["seconds"],
        )
        return self.plan


class PlanSolving(PlanPart):
    """The progress bar of the search; when it is over the page renews itself."""

    permission, title = permissions.PLAN, _("Routes are being planned")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        run = solving_run(self.plan)
        answer = HttpResponse(solving_bar(self.plan, run).render(request))
        if run is None:
            answer["HX-Refresh"] = "true"
        return answer


class PlanAction(PlanPart, ActionView):
    """Release, take back, cancel: the table of moves guards each."""

    permission, model = permissions.PLAN, DeliveryPlan
    uses = {
        "release": services.release_plan,
        "withdraw": services.withdraw_plan,
        "cancel": services.cancel_plan,
    }

    @cached_property
    def record(self) -> DeliveryPlan:
        return self.plan

    def perform(self) -> Any:
        action = str(self.kwargs["action"])
        if action not in self.uses:
            raise NotFound()
        return self.uses[action](self.record, actor=self.principal, now=self.now)


class RouteChange(PlanPart, ActionView):
    """Base of changes by hand: HTMX gets the board, others the page."""

    permission, model = permissions.PLAN, DeliveryPlan

    @cached_property
    def record(self) -> DeliveryPlan:
        return self.plan

    def perform(self) -> Moved:
        raise NotImplementedError

    def said(self, moved: Moved) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        moved = self.perform()
        said = self.said(moved)
        if not self.wants_fragment:
            messages.success(request, said)
            return HttpResponse(status=302, headers={"Location": self.get_next_url(moved)})
        context = board_context(moved.state, self.principal, said=said, undo=last_change(self.plan))
        return TemplateResponse(request, BOARD, context)


def signed_money(value: Any) -> str:
    """`+¥12.30`, `−¥4.00`."""
    return f"{'+' if value > 0 else ''}{formatting.money(value)}"


class StopMove(RouteChange):
    permission = permissions.PLAN

    def perform(self) -> Moved:
        form = MoveForm(self.request.POST)
        if not form.is_valid():
            raise NotFound()
        told = form.cleaned_data
        self.stop_id = told["stop"]
        return services.move_stop(
            self.plan,
            stop_id=told["stop"],
            tour_id=told["tour"],
            position=told["position"] or 999,
            actor=self.principal,
            now=self.now,
        )

    def said(self, moved: Moved) -> str:
        stop = moved.state.stop_by_id[self.stop_id]
        words = {
            "partner": stop.partner_label,
            "difference": signed_money(moved.cost_difference),
        }
        return str(MOVED) % words


class ChangeUndo(RouteChange):
    permission = permissions.PLAN

    def perform(self) -> Moved:
        return services.undo_change(self.plan, actor=self.principal)

    def said(self, moved: Moved) -> str:
        return str(TAKEN_BACK) % {"difference": signed_money(moved.cost_difference)}
