"""Targets: what was set, and a form that sets one or replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.models import Node
from yunhe.platform.metrics import permissions, registry
from yunhe.platform.metrics.models import Target
from yunhe.platform.metrics.targets import NewTarget, list_targets, remove_targets, set_targets
from yunhe.platform.metrics.wording import number_text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.filters import ChoiceFilter, FilterSet
from yunhe.platform.ui.forms import StyledForm
from yunhe.platform.ui.tables import LinkColumn, Table, TextColumn
from yunhe.platform.ui.views import BulkAction, BulkView, FormView, ListView

DICTIONARY = Crumb(_("Metric dictionary"), reverse_lazy("metrics:list"))


def metric_choices() -> list[tuple[str, str]]:
    """Every metric by its label."""
    found = [(name, str(metric.label)) for name, metric in registry.metrics().items()]
    return sorted(found, key=lambda pair: pair[1])


def metric_label(row: Target) -> str:
    """The metric's label; its name when no domain declares it any more."""
    metric = registry.metrics().get(row.metric)
    return str(metric.label) if metric else row.metric


def value_text(row: Target) -> str:
    """The target in its metric's unit."""
    metric = registry.metrics().get(row.metric)
    return number_text(metric, row.value) if metric else str(row.value)


def month_text(row: Target) -> str:
    return f"{row.month:%Y-%m}"


class TargetTable(Table):
    metric = LinkColumn(
        _("Metric"), url="metrics:detail", args=("metric",), source=metric_label, sort="metric"
    )
    node = TextColumn(
        _("Region or partner"), source="node.label", sort="node__name", secondary="node.code"
    )
    month = TextColumn(_("Month"), source=month_text, sort="month")
    value = TextColumn(_("Target"), source=value_text, sort="value", card="value")

    class Meta:
        order_by = "-month"


class TargetFilters(FilterSet):
    metric = ChoiceFilter(_("Metric"), choices=metric_choices)
    search = ("node__name", "node__code")


class TargetList(ListView):
    permission, face, title = permissions.VIEW, None, _("Targets")
    subtitle = _("A region's own target stands for it; without one, its partners' targets add up")
    table, filters = TargetTable, TargetFilters
    create_url_name, create_label = "metrics:target_set", _("Set a target")
    create_permission = permissions.TARGETS
    bulk = (BulkAction(_("Remove"), "metrics:targets_remove", "trash", permissions.TARGETS),)
    empty = Empty(
        title=_("No target yet"),
        text=_("A target says what a metric shall reach at a place in a month."),
        icon="target",
    )

    def get_rows(self) -> QuerySet[Target]:
        return list_targets()

    def get_actions(self) -> Sequence[Button]:
        url = f"{reverse('intake:create')}?type=targets"
        label = _("Import a file of targets")
        return (
            Button(label=label, url=url, icon="file-import", permission=permissions.TARGETS),
            *super().get_actions(),
        )

    def get_crumbs(self) -> Sequence[Crumb]:
        return (DICTIONARY,)


class TargetsRemove(BulkView):
    permission, title, model, verb = permissions.TARGETS, _("Remove targets"), Target, _("Remove")
    dangerous, back_url = True, "/metrics/targets/"

    def get_queryset(self) -> QuerySet[Target]:
        return list_targets()

    def apply(self, record: Target) -> None:
        remove_targets([record.pk], actor=self.principal)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (DICTIONARY, Crumb(_("Targets"), reverse("metrics:targets")))


class TargetForm(StyledForm):
    """One metric at one place in one month."""

    metric = forms.ChoiceField(label=_("Metric"), choices=metric_choices)
    node = forms.CharField(
        label=_("Code of the place"),
        max_length=40,
        help_text=_("A region or a partner of your data scope"),
    )
    month = forms.DateField(
        label=_("Month"), widget=forms.DateInput(), help_text=_("Any day of the month")
    )
    value = forms.DecimalField(label=_("Target"), max_digits=20, decimal_places=4, min_value=0)

    def clean_month(self) -> date:
        return self.cleaned_data["month"].replace(day=1)

    def clean_node(self) -> Node:
        found = Node.objects.filter(code=self.cleaned_data["node"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no such place in your data scope."))
        return found


class TargetSet(FormView):
    permission, title, form_class = permissions.TARGETS, _("Set a target"), TargetForm
    cancel_url_name = "metrics:targets"

    def get_initial(self) -> dict[str, Any]:
        return {"metric": self.request.GET.get("metric", "")}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (DICTIONARY, Crumb(_("Targets"), reverse("metrics:targets")))

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        self.principal.check(permissions.TARGETS, path=data["node"].path)
        given = NewTarget(data["metric"], data["node"].pk, data["month"], data["value"])
        return set_targets([given], actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("metrics:targets")
