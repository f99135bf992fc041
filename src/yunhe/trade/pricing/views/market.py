"""Price history, minimum retail prices, competitors' prices, sales channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.charts import Series, TrendChart
from yunhe.platform.ui.components.lists import TableComponent
from yunhe.platform.ui.forms import add_domain_error
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FormView, ListView, Page
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import sku_for
from yunhe.trade.pricing.filters import (
    BreachFilters,
    ChannelFilters,
    CompetitorFilters,
    FloorFilters,
)
from yunhe.trade.pricing.forms import (
    ChannelsForm,
    ExplainForm,
    FloorsForm,
    HistoryForm,
    PlacedCompetitorForm,
)
from yunhe.trade.pricing.models import RetailBreach
from yunhe.trade.pricing.permissions import CHANGE, RECORD, VIEW, WATCH
from yunhe.trade.pricing.queries.market import (
    competitor_prices,
    history_lines,
    list_breaches,
    list_channels,
    list_floors,
    price_history,
)
from yunhe.trade.pricing.services import (
    explain_breach,
    record_competitor_prices,
    set_channels,
    set_floors,
)
from yunhe.trade.pricing.tables import (
    BreachTable,
    ChannelTable,
    CompetitorTable,
    FloorTable,
    HistoryTable,
)

LISTS = Crumb(_("Price lists"), reverse_lazy("pricing:list"))
FLOORS = Crumb(_("Minimum retail prices"), reverse_lazy("pricing:floors"))
BREACHES = Crumb(_("Sales below the minimum"), reverse_lazy("pricing:breaches"))
COMPETITORS = Crumb(_("Competitors' prices"), reverse_lazy("pricing:competitors"))
ROWS_SHOWN = 200


class PriceHistory(Page):
    permission, title = VIEW, _("Price history")
    subtitle = _("A product's prices over time in every list, beside competitors' prices")
    template_name = "pricing/history.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LISTS,)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = HistoryForm(request.GET or None)
        found: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            try:
                found = self._found(sku_for(form.cleaned_data["sku"]))
            except DomainError as error:
                add_domain_error(form, error)
        return self.render(form=form, **found)

    def _found(self, sku: Sku) -> dict[str, Any]:
        days, lines = history_lines(sku, until=timezone.localdate(self.now))
        table = HistoryTable(price_history(sku))
        table.page_rows = list(table.plan()[:ROWS_SHOWN])
        chart = TrendChart(
            title=_("Price of one base unit"),
            unit="money",
            currency=settings.CURRENCY,
            categories=[formatting.day(day) for day in days],
            series=[Series(line.label, line.values, dashed=line.competitor) for line in lines],
            note=_("Dashed: competitors' prices as seen"),
        )
        empty = Empty(title=_("No price list has a price for this line."), icon="tags")
        return {
            "sku": sku,
            "chart": chart if lines else None,
            "rows": TableComponent(table=table, empty=empty),
        }


class FloorList(ListView):
    permission, title = VIEW, _("Minimum retail prices")
    table, filters = FloorTable, FloorFilters
    create_url_name, create_label, create_permission = "pricing:new_floors", _("Set"), WATCH
    empty = Empty(
        title=_("No minimum retail price yet"),
        text=_("Sales of stores below a minimum are found every hour, with their evidence."),
        icon="tags",
    )

    def get_rows(self) -> Rows:
        return list_floors()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("pricing:breaches")
        below = Button(label=_("Sales below the minimum"), url=url, icon="alert-triangle")
        return (below, *super().get_actions())


class FloorsSet(FormView):
    permission, title, form_class = WATCH, _("Set minimum retail prices"), FloorsForm
    intro = _("The minimum of the nearest unit above a store counts. A running one ends here.")
    cancel_url_name = "pricing:floors"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (FLOORS,)

    def get_initial(self) -> dict[str, Any]:
        return {"starts": timezone.localdate(self.now)}

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        return set_floors(
            data["node"],
            data["rows"],
            starts=data["starts"],
            stage=data["stage"],
            ends=data["last_day"] and data["last_day"] + timedelta(days=1),
            actor=self.principal,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing:floors")


class BreachList(ListView):
    permission, title = VIEW, _("Sales below the minimum")
    subtitle = _("Store, day, document and price of each sale, to be asked about")
    table, filters = BreachTable, BreachFilters
    empty = Empty(title=_("No sale below a minimum was found"), icon="circle-check")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (FLOORS,)

    def get_rows(self) -> Rows:
        return list_breaches()


class BreachExplain(FormView):
    permission, title, form_class = WATCH, _("Explain the sale"), ExplainForm
    model = RetailBreach
    cancel_url_name = "pricing:breaches"

    def get_queryset(self) -> QuerySet[Any]:
        return list_breaches()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (FLOORS, BREACHES)

    @cached_property
    def breach(self) -> RetailBreach:
        if self.record is None:
            raise NotFound()
        return self.record

    def get_subtitle(self) -> str:
        words = {
            "store": self.breach.node.label,
            "product": self.breach.sku.label,
            "day": formatting.day(self.breach.on),
            "price": formatting.money(self.breach.unit_price, self.breach.currency),
            "floor": formatting.money(self.breach.floor_price, self.breach.currency),
        }
        return (
            _("%(store)s sold %(product)s on %(day)s at %(price)s; the minimum is %(floor)s")
            % words
        )

    def get_initial(self) -> dict[str, Any]:
        return {"note": self.breach.note}

    def perform(self, form: Any) -> RetailBreach:
        return explain_breach(self.breach, note=form.cleaned_data["note"], actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing:breaches")


class CompetitorList(ListView):
    permission, title = VIEW, _("Competitors' prices")
    table, filters = CompetitorTable, CompetitorFilters
    create_url_name, create_label = "pricing:new_competitor", _("Record a price")
    create_permission = RECORD
    empty = Empty(
        title=_("No competitor's price yet"),
        text=_("Record what you see in stores, or import a file."),
        icon="eye",
    )

    def get_rows(self) -> Rows:
        return competitor_prices()


class CompetitorCreate(FormView):
    permission, title, form_class = RECORD, _("Record a price"), PlacedCompetitorForm
    cancel_url_name = "pricing:competitors"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (COMPETITORS,)

    def perform(self, form: Any) -> int:
        return record_competitor_prices(
            form.cleaned_data["node"], [form.entry()], actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing:competitors")


class ChannelList(ListView):
    permission, title = VIEW, _("Sales channels")
    subtitle = _("Through which trade a partner sells: price lists may be for one channel")
    table, filters = ChannelTable, ChannelFilters
    create_url_name, create_label, create_permission = "pricing:set_channels", _("Set"), CHANGE

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LISTS,)

    def get_rows(self) -> Rows:
        return list_channels()


class ChannelsSet(FormView):
    permission, title, form_class = CHANGE, _("Set sales channels"), ChannelsForm
    cancel_url_name = "pricing:channels"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (LISTS, Crumb(_("Sales channels"), reverse_lazy("pricing:channels")))

    def perform(self, form: Any) -> int:
        return set_channels(form.cleaned_data["rows"], actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("pricing:channels")
