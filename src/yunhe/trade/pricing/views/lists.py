"""Price lists, their rows, and the question why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, DetailView, FormView, ListView, Page, Panel
from yunhe.trade.catalog.queries import sku_for
from yunhe.trade.pricing.choices import ListAction, ListStatus
from yunhe.trade.pricing.filing import set_prices_from_file
from yunhe.trade.pricing.filters import PriceFilters, PriceListFilters
from yunhe.trade.pricing.forms import (
    ListForm,
    NewListForm,
    PricesUploadForm,
    WhyForm,
    list_initial,
)
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.panels import ListApproval, PricesPanel, TermsPanel
from yunhe.trade.pricing.permissions import CHANGE, PUBLISH, VIEW
from yunhe.trade.pricing.queries import (
    AskedLine,
    PricedLine,
    applicable_lists,
    describe_scope,
    list_label,
    list_price_lists,
    price_lines,
    prices_of,
)
from yunhe.trade.pricing.queries.publishing import preview_list, waiting_for
from yunhe.trade.pricing.services import (
    change_price_list,
    create_price_list,
    publish_price_list,
    set_prices,
    withdraw_price_list,
)
from yunhe.trade.pricing.tables import STATUS_TONES, PriceListTable, PriceTable
from yunhe.trade.pricing.transitions import MOVES

LIST_CRUMB = Crumb(_("Price lists"), reverse_lazy("pricing:list"))


class PriceListList(ListView):
    permission, title = VIEW, _("Price lists")
    table, filters = PriceListTable, PriceListFilters
    create_url_name, create_label, create_permission = "pricing:create", _("New price list"), CHANGE
    empty = Empty(
        title=_("No price list yet"),
        text=_(
            "Begin with a general list for everybody; then add what differs by region or level."
        ),
        icon="tags",
    )

    def get_rows(self) -> Rows:
        return list_price_lists()

    def get_actions(self) -> Sequence[Button]:
        why = Button(label=_("Why this price?"), url=reverse("pricing:why"), icon="help-circle")
        channels = Button(label=_("Sales channels"), url=reverse("pricing:channels"))
        return (channels, why, *super().get_actions())


class PriceListDetail(DetailView):
    permission, model = VIEW, PriceList
    panels: ClassVar[Sequence[type[Panel]]] = (TermsPanel, PricesPanel, ListApproval)

    def get_queryset(self) -> QuerySet[Any]:
        return list_price_lists()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[ListStatus(self.record.status)]
        label = self.record.get_status_display()
        if self.record.waiting:
            action = ListAction(self.record.waiting).label
            return Badge(label=f"{label} · {action}, {_('waiting for approval')}", tone="amber")
        return Badge(label=label, tone=tone)

    def get_stats(self) -> Sequence[Component]:
        """What publishing the list would do, or what was asked for does."""
        request = waiting_for(self.record)
        if request is not None:
            effect, partners = Decimal(request.facts["effect"]), request.facts["partners"]
        elif self.record.status == ListStatus.PUBLISHED or self.record.by_partner:
            return ()
        else:
            today = timezone.localdate(self.now)
            found = preview_list(self.record, first=self.record.period.lower, today=today)
            effect, partners = found.effect, found.partners
        return (
            Stat(
                label=_("Expected effect on revenue"),
                value=formatting.money(effect, self.record.currency),
                note=_("the last 90 days' purchases at the new prices"),
                icon="coins",
            ),
            Stat(label=_("Affected partners"), value=formatting.number(partners), icon="users"),
        )

    def get_actions(self) -> Sequence[Button]:
        args = [self.record.pk]
        buttons: list[Button] = []
        if self.record.by_partner or self.record.waiting:
            return buttons
        if MOVES.allows(self.record.status, "withdraw"):
            buttons.append(
                Button(
                    label=_("Withdraw"),
                    url=reverse("pricing:withdraw", args=args),
                    method="post",
                    style="danger",
                    permission=PUBLISH,
                    confirm=_("Withdraw the list? New orders are priced by the next list at once."),
                )
            )
        if MOVES.allows(self.record.status, "publish"):
            buttons.append(
                Button(
                    label=_("Publish"),
                    url=reverse("pricing:publish", args=args),
                    method="post",
                    style="primary",
                    icon="send",
                    permission=PUBLISH,
                    confirm=_("Publish the list? It prices new orders from its first day on."),
                )
            )
        return buttons


class PriceListCreate(FormView):
    permission, title, form_class = CHANGE, _("New price list"), NewListForm
    cancel_url_name = "pricing:list"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(self.now)}

    def perform(self, form: Any) -> PriceList:
        data = form.cleaned_data
        return create_price_list(
            data["node"], code=data["code"], draft=form.draft(), actor=self.principal
        )


class PriceListForms(FormView):
    """Base of the forms about one price list."""

    permission = CHANGE

    @cached_property
    def price_list(self) -> PriceList:
        found = PriceList.objects.select_related("node").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    @property
    def record(self) -> Any:
        return None

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.price_list), self.price_list.get_absolute_url()))

    def get_success_url(self, result: Any) -> str:
        return self.price_list.get_absolute_url()


class PriceListChange(PriceListForms):
    permission, title, form_class = CHANGE, _("Change the price list"), ListForm

    def get_initial(self) -> dict[str, Any]:
        return list_initial(self.price_list)

    def perform(self, form: Any) -> PriceList:
        return change_price_list(
            self.price_list, draft=form.draft(), actor=self.principal, now=self.now
        )

    def get_success_message(self, result: Any) -> Any:
        if result.status == ListStatus.PUBLISHED and waiting_for(result):
            return _("Approval of the last day was asked for; the rest is saved.")
        return super().get_success_message(result)


class PricesSet(PriceListForms):
    permission, title, form_class = CHANGE, _("Set prices"), PricesUploadForm
    intro = _(
        "Earlier and later days keep their prices; orders keep the prices they were made with."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"effective": timezone.localdate(self.now)}

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        terms: dict[str, Any] = {
            "effective": data["effective"],
            "until": data["last_day"] and data["last_day"] + timedelta(days=1),
            "actor": self.principal,
            "now": self.now,
        }
        if file := data["file"]:
            return set_prices_from_file(self.price_list, file.name, file.read(), **terms)
        return set_prices(self.price_list, data["rows"], **terms)

    def get_success_message(self, result: int) -> str:
        return ngettext("%(count)d price is set.", "%(count)d prices are set.", result) % {
            "count": result
        }


class PriceRows(ListView):
    """Every row of a list, of all days."""

    permission, title = VIEW, _("Prices")
    table, filters = PriceTable, PriceFilters

    @cached_property
    def price_list(self) -> PriceList:
        found = PriceList.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def get_rows(self) -> Rows:
        return prices_of(self.price_list).select_related("price_list")

    def get_subtitle(self) -> str:
        return str(self.price_list)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB, Crumb(str(self.price_list), self.price_list.get_absolute_url()))


class PublishList(ActionView):
    permission, model, success_message = PUBLISH, PriceList, _("The price list is published.")

    def get_queryset(self) -> QuerySet[Any]:
        return PriceList.objects.select_related("node")

    def perform(self) -> PriceList:
        return publish_price_list(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: PriceList) -> Any:
        return _("Approval was asked for.") if waiting_for(result) else self.success_message


class WithdrawList(PublishList):
    permission, success_message = PUBLISH, _("The price list is withdrawn.")

    def perform(self) -> PriceList:
        return withdraw_price_list(self.record, actor=self.principal, now=self.now)


class WhyThisPrice(Page):
    """The price of one line for one partner on one day, with every list that was considered."""

    permission, title = VIEW, _("Why this price?")
    subtitle = _("Partner before region before level before general; then quantity and unit")
    template_name = "pricing/why.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LIST_CRUMB,)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = WhyForm(request.GET or None)
        answer: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            try:
                answer = self._answer(form.cleaned_data)
            except DomainError as error:
                add_domain_error(form, error)
        return self.render(form=form, **answer)

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        sku = sku_for(asked["sku"])
        node, day = asked["partner"], asked["day"]
        line = AskedLine(sku.pk, asked["unit"], asked["quantity"])
        (priced,) = price_lines(node_id=node.pk, lines=[line], on=day, require=False)
        lists = applicable_lists(node.pk, on=day)
        return {
            "priced": priced,
            "sku": sku,
            "node": node,
            "considered": _considered(priced, lists),
        }


def _considered(priced: PricedLine, lists: Sequence[Any]) -> list[dict[str, Any]]:
    passed = {price_list.id: reason for price_list, reason in priced.resolution.passed}
    return [
        {
            "list": price_list,
            "label": list_label(price_list),
            "scope": describe_scope(price_list),
            "taken": price_list.id == priced.price_list_id,
            "passed": passed.get(price_list.id, ""),
        }
        for price_list in lists
    ]
