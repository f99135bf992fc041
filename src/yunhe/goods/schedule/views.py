"""Console pages of the production schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.schedule.filters import ScheduleFilters
from yunhe.goods.schedule.forms import PlanForm
from yunhe.goods.schedule.permissions import CHANGE, VIEW
from yunhe.goods.schedule.queries import list_schedule
from yunhe.goods.schedule.services import plan_production
from yunhe.goods.schedule.tables import ScheduleTable
from yunhe.platform.ui.components.basics import Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView


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
        return list_schedule().filter(on__gte=timezone.localdate(self.now))


class PlanProduction(FormView):
    permission, title, form_class = CHANGE, _("Schedule production"), PlanForm
    cancel_url = "/schedule/"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Production schedule"), reverse("schedule:list")),)

    def perform(self, form: Any) -> int:
        return plan_production(form.cleaned_data["node"], form.lines, actor=self.principal)

    def get_success_message(self, result: int) -> str:
        return ngettext("%(count)d line scheduled.", "%(count)d lines scheduled.", result) % {
            "count": result
        }

    def get_success_url(self, result: Any) -> str:
        return reverse("schedule:list")
