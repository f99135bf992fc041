"""Console pages of the production schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.schedule.choices import PROGRESS_TONES
from yunhe.goods.schedule.filters import ScheduleFilters
from yunhe.goods.schedule.forms import FinishForm, MoveForm, PlanForm
from yunhe.goods.schedule.models import ScheduledProduction
from yunhe.goods.schedule.permissions import CHANGE, VIEW
from yunhe.goods.schedule.queries import list_schedule, promised_from
from yunhe.goods.schedule.services import (
    finish_production,
    move_production,
    plan_production,
    start_production,
)
from yunhe.goods.schedule.tables import PromisedTable, ScheduleTable
from yunhe.platform.ui.columns import DateColumn, MomentColumn, QuantityColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
)


class ScheduleList(ListView):
    permission, title = VIEW, _("Production schedule")
    subtitle = _("What reaches the warehouse and when; dealers see by when goods can be promised")
    table, filters = ScheduleTable, ScheduleFilters
    create_url_name, create_permission = "schedule:plan", CHANGE
    create_label = _("Schedule")
    empty = Empty(
        title=_("Nothing is scheduled"),
        text=_("Enter production with its days, or import a file."),
        icon="calendar",
    )

    def get_rows(self) -> Rows:
        """What is to come, and what is late."""
        return list_schedule().filter(finished_at=None)


class PlanProduction(FormView):
    permission, title, form_class = CHANGE, _("Schedule production"), PlanForm
    cancel_url_name = "schedule:list"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Production schedule"), reverse("schedule:list")),)

    def perform(self, form: Any) -> int:
        return plan_production(
            form.cleaned_data["node"], form.lines, actor=self.principal, now=self.now
        )

    def get_success_message(self, result: int) -> str:
        return ngettext("%(count)d line scheduled.", "%(count)d lines scheduled.", result) % {
            "count": result
        }

    def get_success_url(self, result: Any) -> str:
        return reverse("schedule:list")


class ProductionFacts(FactsPanel):
    title, icon = _("Production"), "building-factory"
    fields = (
        TextColumn(_("Product"), source="sku.label"),
        TextColumn(_("Supply place"), source="node.label"),
        QuantityColumn(_("Planned"), source="quantity", unit=".sku.get_base_unit_display"),
        QuantityColumn(_("Produced"), source="made", unit=".sku.get_base_unit_display"),
        DateColumn(_("First planned for"), source="first_on"),
        DateColumn(_("Available on"), source="on"),
        MomentColumn(_("Started"), source="started_at"),
        MomentColumn(_("Finished"), source="finished_at"),
        TextColumn(_("Plan number"), source="ref"),
    )


class Promised(TablePanel):
    title, icon, table = _("Promised to"), "calendar-event", PromisedTable
    empty = Empty(title=_("Nobody waits for it"), icon="calendar-event")

    def rows(self) -> Rows:
        return promised_from(self.record)


class ProductionDetail(DetailView):
    permission, model = VIEW, ScheduledProduction
    panels = (ProductionFacts, Promised)

    def get_queryset(self) -> Any:
        return list_schedule()

    def get_title(self) -> str:
        return str(self.record.sku.label)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Production schedule"), reverse("schedule:list")),)

    def get_status(self) -> Badge:
        state = self.record.state_on(timezone.localdate(self.now))
        return Badge(label=state.label, tone=PROGRESS_TONES[state])

    def get_actions(self) -> Sequence[Button]:
        pk = self.record.pk
        if self.record.finished_at is not None:
            return ()
        start = Button(
            label=_("Start"),
            url=reverse("schedule:start", args=[pk]),
            icon="player-play",
            method="post",
            permission=CHANGE,
        )
        pages = [
            Button(label=label, url=reverse(url, args=[pk]), icon=icon, permission=CHANGE)
            for label, url, icon in (
                (_("Report as produced"), "schedule:finish", "check"),
                (_("Another day"), "schedule:move", "calendar-event"),
            )
        ]
        return pages if self.record.started_at is not None else [start, *pages]


class ProductionStart(ActionView):
    permission, model = CHANGE, ScheduledProduction
    success_message = _("Production has begun.")

    def get_queryset(self) -> Any:
        return list_schedule()

    def perform(self) -> Any:
        return start_production(self.record, actor=self.principal, now=self.now)


class ProductionChange(FormView):
    """What finishing and moving share."""

    permission, model = CHANGE, ScheduledProduction

    def get_queryset(self) -> Any:
        return list_schedule()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Production schedule"), reverse("schedule:list")),
            Crumb(self.record.sku.label, self.record.get_absolute_url()),
        )


class ProductionFinish(ProductionChange):
    title, form_class = _("Finish production"), FinishForm
    intro = _("The goods reach the stock; orders that wait for them get them first.")
    submit_label = _("Report as produced")
    success_message = _("The goods are in stock.")

    def get_initial(self) -> dict[str, Any]:
        return {"made": self.record.quantity.normalize()}

    def perform(self, form: FinishForm) -> Any:
        made = form.cleaned_data["made"]
        return finish_production(self.record, made=made, actor=self.principal, now=self.now)


class ProductionMove(ProductionChange):
    title, form_class = _("Another day"), MoveForm
    intro = _("Promises on this production move with it, and the dealers are told.")
    submit_label = _("Change the day")
    success_message = _("The production was moved.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": self.record.on}

    def perform(self, form: MoveForm) -> Any:
        on = form.cleaned_data["on"]
        return move_production(self.record, on=on, actor=self.principal, now=self.now)
