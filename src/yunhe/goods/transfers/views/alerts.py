"""Stock alerts on the console: by partner, by product, one by one; their rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal

from django.core.paginator import Page as PageOfRows
from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.transfers.choices import AlertKind
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.filters import AlertFilters, GroupFilters
from yunhe.goods.transfers.forms import RuleForm
from yunhe.goods.transfers.models import AlertRule, StockAlert
from yunhe.goods.transfers.permissions import RULES, VIEW
from yunhe.goods.transfers.queries import (
    alert_counts,
    fill_worst,
    group_alerts,
    list_alerts,
    list_rules,
)
from yunhe.goods.transfers.services import remove_rule, set_rule
from yunhe.goods.transfers.tables import AlertTable, PartnerGroups, ProductGroups, RuleTable
from yunhe.goods.transfers.views.removing import remove_button
from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.controls import Tab, Tabs
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views import ActionView, FormView, ListView

TITLE = _("Stock alerts")
SUBTITLE = _("Low, over, slow and near-expiry stock of partners, looked for every morning")
DAYS = ("low_days", "over_days", "slow_days", "expiry_days")
NOTHING = Empty(title=_("No stock alert"), icon="shield-check")


class AlertPage(ListView):
    """Base of the lists of alerts: tiles, and tabs that lead to the other ways to look at them.

    `ways` are (name of the address, label); filters are kept from one to the next.
    """

    permission, above, empty = VIEW, "transfers/alerts_head.html", NOTHING
    ways: ClassVar[Sequence[tuple[str, Text]]] = (
        ("transfers:alerts", _("By partner")),
        ("transfers:alert_products", _("By product")),
        ("transfers:alert_rows", _("One by one")),
    )

    def get_rows(self) -> QuerySet[StockAlert]:
        return list_alerts()

    def stats(self) -> list[Stat]:
        """A tile a kind; each narrows the list to its alerts."""
        counts = alert_counts(self.get_rows())
        found = [(kind, *counts.get(kind, (0, 0))) for kind in AlertKind]
        return [
            Stat(
                label=kind.label,
                value=formatting.number(alerts),
                note=self.where(partners),
                url=f"?kind={kind}",
            )
            for kind, alerts, partners in found
        ]

    def where(self, partners: int) -> str:
        """At how many partners the alerts of a tile are."""
        words = ngettext("%(count)s partner", "%(count)s partners", partners)
        return words % {"count": formatting.number(partners)}

    def tabs(self) -> Tabs | None:
        query = self.request.GET.copy()
        for name in ("page", "sort", "cols"):
            query.pop(name, None)
        kept = f"?{query.urlencode()}" if query else ""
        tabs = [
            Tab(label, reverse(name) + kept, active=reverse(name) == self.request.path)
            for name, label in self.ways
        ]
        return Tabs(tabs=tabs, label=_("How the alerts are shown"))

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(stats=self.stats(), tabs=self.tabs(), **extra)


class GroupedAlerts(AlertPage):
    """Base of alerts in groups: each with its counts, what to do, and its worst in a fold."""

    permission = VIEW
    by: ClassVar[Literal["node", "sku"]] = "node"

    @cached_property
    def chosen(self) -> QuerySet[StockAlert]:
        found: QuerySet[StockAlert] = self.filter_set.apply(self.get_rows())
        return found

    @cached_property
    def found(self) -> Table:
        return self.table(group_alerts(self.chosen, self.by), query=self.request.GET)

    def page(self) -> PageOfRows[Any]:
        page = super().page()
        fill_worst(list(page.object_list), self.chosen, self.by)
        return page


class ConsoleActions:
    """What follows from alerts at headquarters."""

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=_("Safety stock"),
                url=reverse("transfers:safety"),
                icon="shield-check",
                permission=VIEW,
            ),
            Button(
                label=_("Rules"),
                url=reverse("transfers:rules"),
                icon="adjustments",
                permission=VIEW,
            ),
            Button(
                label=_("Who can help whom"),
                url=reverse("transfers:proposals"),
                icon="arrows-exchange",
                style="primary",
                permission=VIEW,
            ),
        ]


class PartnerAlerts(ConsoleActions, GroupedAlerts):
    permission, title, subtitle = VIEW, TITLE, SUBTITLE
    table, filters = PartnerGroups, GroupFilters


class ProductAlerts(ConsoleActions, GroupedAlerts):
    permission, title, subtitle = VIEW, TITLE, SUBTITLE
    table, filters, by = ProductGroups, GroupFilters, "sku"


class AlertList(ConsoleActions, AlertPage):
    permission, title, subtitle = VIEW, TITLE, SUBTITLE
    table, filters = AlertTable, AlertFilters


class RuleList(ListView):
    permission, title, table = VIEW, _("Rules of stock alerts"), RuleTable
    subtitle = _("Without a rule: low 7, over 60, slow 45, expiry 30 days")
    create_url_name, create_permission = "transfers:rule_set", RULES

    def get_rows(self) -> Rows:
        return list_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock alerts"), reverse("transfers:alerts")),)


class RuleSet(FormView):
    permission, title, form_class = RULES, _("Rule of stock alerts"), RuleForm
    cancel_url_name = "transfers:rules"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Rules of stock alerts"), reverse("transfers:rules")),)

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        days = {name: data[name] for name in DAYS}
        return set_rule(
            data["node"],
            level=data["level"],
            tier=data["tier"],
            limits=Limits(**days),
            actor=self.principal,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("transfers:rules")


class RuleChange(RuleSet):
    """The days of a rule; for whom it holds stays."""

    permission, model = RULES, AlertRule

    def get_queryset(self) -> QuerySet[AlertRule]:
        return list_rules()

    def get_initial(self) -> dict[str, Any]:
        rule = self.record
        days = {name: getattr(rule, name) for name in DAYS}
        return {"node": rule.node.code, "level": rule.level, "tier": rule.tier, **days}

    def get_form(self) -> BaseForm:
        form = super().get_form()
        for name in ("node", "level", "tier"):
            form.fields[name].disabled = True
        return form

    def get_actions(self) -> Sequence[Button]:
        return [remove_button("transfers:rule_remove", self.record.pk)]


class RuleRemove(ActionView):
    permission, model = RULES, AlertRule
    success_message = _("The rule is removed.")

    def get_queryset(self) -> QuerySet[AlertRule]:
        return list_rules()

    def perform(self) -> None:
        remove_rule(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("transfers:rules")
