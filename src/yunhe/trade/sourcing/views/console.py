"""Sourcing at headquarters: rules, supply places, the split of an order with its preview."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView, Page
from yunhe.platform.values import read_number
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.permissions import SPLIT
from yunhe.trade.orders.queries import order_for
from yunhe.trade.sourcing import permissions, services
from yunhe.trade.sourcing.filters import PartFilters
from yunhe.trade.sourcing.forms import PointForm, RuleForm
from yunhe.trade.sourcing.models import SourcingRule, SupplyPoint
from yunhe.trade.sourcing.queries import list_parts, list_points, list_rules
from yunhe.trade.sourcing.services import HandShare, Plan
from yunhe.trade.sourcing.tables import PartTable, PointTable, RuleTable
from yunhe.trade.sourcing.views.matrix import matrix_of


def list_crumb() -> Crumb:
    return Crumb(_("Sourcing"), reverse("sourcing:list"))


class PartList(ListView):
    permission, title = permissions.VIEW, _("Sourcing")
    subtitle = _("Parts of orders and the places that serve them")
    table, filters = PartTable, PartFilters
    empty = Empty(
        title=_("No order was split"),
        text=_("Plan the split on the page of an order."),
        icon="arrows-split",
    )

    def get_rows(self) -> Rows:
        return list_parts()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(label=_("Rules"), url=reverse("sourcing:rules"), icon="scale"),
            Button(label=_("Supply places"), url=reverse("sourcing:points"), icon="map-pin"),
        ]


class RuleList(ListView):
    permission, title, table = permissions.VIEW, _("Sourcing rules"), RuleTable
    create_url_name, create_permission = "sourcing:rule_create", permissions.CHANGE
    create_label = _("New rule")
    empty = Empty(title=_("No rule yet"), text=_("Name the first rule to split by."), icon="scale")

    def get_rows(self) -> Rows:
        return list_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)


class RuleEdit(FormView):
    permission, title = permissions.CHANGE, _("Sourcing rule")
    form_class, model = RuleForm, SourcingRule

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(_("Rules"), reverse("sourcing:rules")))


class PointList(ListView):
    permission, title, table = permissions.VIEW, _("Supply places"), PointTable
    subtitle = _("Where orders of other partners may be served from")
    create_url_name, create_permission = "sourcing:point_create", permissions.CHANGE
    create_label = _("Add a place")
    empty = Empty(
        title=_("No place yet"),
        text=_("Add the warehouses and dealers that serve."),
        icon="map-pin",
    )

    def get_rows(self) -> Rows:
        return list_points()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)


class PointEdit(FormView):
    permission, title = permissions.CHANGE, _("Supply place")
    form_class, model = PointForm, SupplyPoint

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(_("Supply places"), reverse("sourcing:points")))


class SourceOrder(Page):
    """The split a rule proposes, line by line with its reasons; changed by hand; then done."""

    permission, title, template_name = SPLIT, _("Plan the split"), "sourcing/order.html"

    @cached_property
    def record(self) -> Order:
        return order_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse("orders:list")),
            Crumb(str(self.record), self.record.get_absolute_url()),
        )

    @cached_property
    def rule(self) -> SourcingRule:
        asked = self.request.POST.get("rule") or self.request.GET.get("rule", "")
        return list_rules().filter(code=asked).first() or services.preferred_rule()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return self.show()
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self.record.get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                services.source_order(
                    self.record,
                    rule=self.rule,
                    shares=self.shares(),
                    actor=self.principal,
                    now=self.now,
                )
        except DomainError as error:
            return self.show(error=error, status=error.status)
        messages.success(request, _("The order was split."))
        return HttpResponseRedirect(self.record.get_absolute_url())

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        self.__dict__.pop("record", None)
        plan = services.plan_order(
            self.record, rule=self.rule, wide=self.principal.wide, now=self.now
        )
        return self.render(
            record=self.record,
            plan=plan,
            rules=list_rules(),
            error=error,
            matrix=matrix_of(plan, self.request.POST),
            served=self._served(plan),
            status=status,
        )

    def _served(self, plan: Plan) -> int:
        return len({(share.candidate.node.pk, share.made_on) for share in plan.shares})

    def shares(self) -> list[HandShare]:
        """From the fields `share-<row>-<place>` and `made-<row>-<place>`; empty ones are left out.

        Raises LinesRefused for what is no quantity.
        """
        found, faults = [], []
        for name, value in self.request.POST.items():
            kind, *rest = name.split("-")
            if kind not in ("share", "made") or len(rest) != 2 or not str(value).strip():
                continue
            if rest[0].isdecimal() and rest[1].isdecimal():
                units = read_number(str(value))
                if units is None or units < 0:
                    words = {"line": rest[0], "text": str(value)[:40]}
                    message = _now("Line %(line)s: “%(text)s” is no quantity.") % words
                    faults.append({"row": int(rest[0]), "message": message})
                elif units:
                    share = HandShare(
                        row=int(rest[0]),
                        node_id=int(rest[1]),
                        units=units,
                        production=kind == "made",
                    )
                    found.append(share)
        if faults:
            raise LinesRefused(_("Some quantities cannot be read."), rows=faults)
        return found
