"""Allocation at headquarters: describe, compute, compare, change, approve, publish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.allocation import permissions, services
from yunhe.goods.allocation.choices import STATUS_TONES, AllocationStatus
from yunhe.goods.allocation.filters import AllocationFilters, QuotaFilters
from yunhe.goods.allocation.forms import AllocationForm
from yunhe.goods.allocation.forms import RuleForm as QuotaRuleForm
from yunhe.goods.allocation.forms import ShareForm as LotsForm
from yunhe.goods.allocation.models import Allocation, AllocationLine, QuotaRule
from yunhe.goods.allocation.queries import lines_of, list_allocations, list_rules, quota_rows
from yunhe.goods.allocation.tables import AllocationTable, QuotaTable, RuleTable, ShareTable
from yunhe.goods.allocation.transitions import MOVES
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import (
    DateColumn,
    LastDayColumn,
    MomentColumn,
    NumberColumn,
    TextColumn,
)
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.charts import BarChart, Series
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    ChartPanel,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
)


def list_crumb() -> Crumb:
    return Crumb(_("Allocation"), reverse("allocation:list"))


class AllocationList(ListView):
    permission, title = permissions.VIEW, _("Allocation")
    subtitle = _("Scarce goods, divided by a named rule")
    table, filters = AllocationTable, AllocationFilters
    create_url_name, create_permission = "allocation:create", permissions.PLAN
    create_label = _("Divide a product")
    empty = Empty(
        title=_("Nothing is divided"),
        text=_("When a product is scarce, divide it here: every dealer sees its share and why."),
        icon="chart-pie",
    )

    def get_rows(self) -> Rows:
        return list_allocations()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=_("Rules"), url=reverse("allocation:rules"), icon="scale"),
            Button(label=_("Quotas"), url=reverse("allocation:quotas"), icon="list"),
            *super().get_actions(),
        ]


class AllocationCreate(FormView):
    """The first step; the next are buttons of the record's page."""

    permission, title, form_class = permissions.PLAN, _("Divide a product"), AllocationForm
    submit_label = _("Compute the quotas")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate(self.now)
        return {"starts": today, "until": today + timedelta(days=30)}

    def perform(self, form: AllocationForm) -> Allocation:
        made = services.create_allocation(form.draft(), actor=self.principal, now=self.now)
        return services.compute_allocation(made, actor=self.principal, now=self.now)


class AllocationFacts(FactsPanel):
    title, icon, side, columns = _("Allocation"), "file-text", True, 1
    fields = (
        TextColumn(_("Rule"), source="rule.label"),
        TextColumn(_("Supplier"), source="node.label"),
        DateColumn(_("First day"), source="period.lower"),
        LastDayColumn(_("Last day"), source="period.upper"),
        TextColumn(_("Lot"), source="get_unit_display"),
        NumberColumn(_("Base units in a lot"), source="lot"),
        MomentColumn(_("Computed"), source="computed_at"),
        TextColumn(_("Computed by"), source="computed_by.name"),
        TextColumn(_("Approved by"), source="approved_by.name"),
        MomentColumn(_("Published"), source="published_at"),
        TextColumn(_("Note"), source="note"),
    )


class Comparison(ChartPanel):
    """Quota beside what was asked for and what was bought, the largest dealers."""

    title = _("Quota, demand and history")
    shown_dealers = 20

    def shown(self) -> bool:
        return bool(self.record.dealers)

    def chart(self) -> BarChart:
        lines = list(lines_of(self.record)[: self.shown_dealers])
        return BarChart(
            title=_("The dealers with the largest quotas, in base units"),
            categories=[line.node.label for line in lines],
            series=[
                Series(_("Quota"), [line.quantity for line in lines]),
                Series(_("Asked for"), [line.demand for line in lines]),
                Series(_("Past purchases"), [line.history for line in lines]),
            ],
            horizontal=True,
            height=480,
        )


class Shares(TablePanel):
    title, icon, table, limit = _("Shares"), "list", ShareTable, 500
    empty = Empty(
        title=_("Not computed yet"), text=_("Compute the quotas to see the shares."), icon="scale"
    )

    def rows(self) -> Rows:
        return lines_of(self.record)


class AllocationDetail(DetailView):
    permission, model = permissions.VIEW, Allocation
    panels = (Comparison, Shares, AllocationFacts)

    def get_queryset(self) -> Any:
        return list_allocations().select_related(
            "sku", "rule", "node", "computed_by", "approved_by"
        )

    def get_title(self) -> str:
        return self.record.sku.label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[AllocationStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)

    def get_stats(self) -> Sequence[Stat]:
        shared = self.record.shared or 0
        unit = formatting.counted(self.record.sku.get_base_unit_display(), self.record.supply)
        return (
            Stat(label=_("Supply"), value=f"{self.record.supply:,.0f}", unit=unit),
            Stat(label=_("Divided"), value=f"{shared:,.0f}", unit=unit),
            Stat(label=_("Not given"), value=f"{self.record.supply - shared:,.0f}", unit=unit),
            Stat(label=_("Dealers"), value=str(self.record.dealers)),
        )

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=move.label,
                url=reverse("allocation:act", args=[self.record.pk, move.action]),
                icon=move.icon,
                method="post",
                confirm=move.confirm,
                permission=move.permission,
                style="danger" if move.action == "cancel" else "secondary",
            )
            for move in MOVES.offered(self.record.status)
        ]


class AllocationAction(ActionView):
    """Every move of the table; the table guards each."""

    permission, model = permissions.VIEW, Allocation

    def perform(self) -> Any:
        use = {
            "compute": services.compute_allocation,
            "approve": services.approve_allocation,
            "publish": services.publish_allocation,
            "expire": services.expire_allocation,
            "cancel": services.cancel_allocation,
        }[str(self.kwargs["action"])]
        return use(self.record, actor=self.principal, now=self.now)

    @cached_property
    def record(self) -> Allocation:
        found = list_allocations().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found


class ShareForm(FormView):
    """A dealer's lots by hand, with a reason."""

    permission, title, form_class = permissions.PLAN, _("Change a share"), LotsForm
    intro = _("Before approval only. The others keep theirs; the dealer reads the reason.")

    @cached_property
    def line(self) -> AllocationLine:
        lines = AllocationLine.objects.select_related("node", "allocation__sku")
        found = lines.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_title(self) -> str:
        return self.line.node.label

    def get_crumbs(self) -> Sequence[Crumb]:
        allocation = self.line.allocation
        return (list_crumb(), Crumb(allocation.sku.label, allocation.get_absolute_url()))

    def get_initial(self) -> dict[str, Any]:
        return {"lots": self.line.lots, "reason": self.line.reason}

    def perform(self, form: LotsForm) -> Allocation:
        told = form.cleaned_data
        services.change_share(
            self.line, lots=told["lots"], reason=told["reason"], actor=self.principal, now=self.now
        )
        return self.line.allocation


class QuotaList(ListView):
    permission, title = permissions.VIEW_QUOTA, _("Quotas")
    subtitle = _("What dealers may order of scarce products, and what is left, in base units")
    table, filters = QuotaTable, QuotaFilters
    empty = Empty(title=_("No quota was published"), icon="chart-pie")

    def get_rows(self) -> Rows:
        return quota_rows()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),) if self.principal.can(permissions.VIEW) else ()


class RuleList(ListView):
    permission, title, table = permissions.VIEW, _("Allocation rules"), RuleTable
    create_url_name, create_permission = "allocation:rule_create", permissions.RULES
    create_label = _("New rule")
    empty = Empty(title=_("No rule yet"), text=_("Name the first rule to divide by."), icon="scale")

    def get_rows(self) -> Rows:
        return list_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)


class RuleForm(FormView):
    permission, title, form_class, model = (
        permissions.RULES,
        _("Allocation rule"),
        QuotaRuleForm,
        QuotaRule,
    )

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(_("Rules"), reverse("allocation:rules")))

    def get_success_url(self, result: Any) -> str:
        return reverse("allocation:rules")
