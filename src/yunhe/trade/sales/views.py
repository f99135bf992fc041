"""Pages of sales."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.permissions import RUN
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import (
    DateColumn,
    MomentColumn,
    MoneyColumn,
    QuantityColumn,
    Rows,
    TextColumn,
)
from yunhe.platform.ui.views import DetailView, FormView, ListView
from yunhe.platform.ui.views.detail import FactsPanel, TablePanel
from yunhe.platform.values import to_text
from yunhe.trade.sales.filters import FactFilters
from yunhe.trade.sales.forms import CorrectForm, PeriodForm, ReopenForm
from yunhe.trade.sales.models import ClosedPeriod, SalesFact
from yunhe.trade.sales.ownership import may_correct
from yunhe.trade.sales.permissions import CLOSE, REOPEN, REPORT, VIEW
from yunhe.trade.sales.queries import list_facts, standing_of
from yunhe.trade.sales.services import close_period, correct_fact, reopen_period
from yunhe.trade.sales.tables import FLOW_TONES, FactTable, PeriodTable


def _list_crumb() -> Crumb:
    return Crumb(_("Sales"), reverse("sales:list"))


class FactList(ListView):
    permission, title, face = VIEW, _("Sales"), None
    table, filters, model = FactTable, FactFilters, SalesFact
    empty = Empty(
        title=_("No sales yet"),
        text=_("They come as files, through the API, by scan, and from received orders."),
        icon="receipt",
    )

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(label=_("Closed periods"), url=reverse("sales:periods"), permission=CLOSE),
            Button(
                label=_("Import a file"),
                url=reverse("intake:create"),
                icon="file-import",
                style="primary",
                permission=RUN,
            ),
        )


SOURCES = {"orders": _("order"), "returns": _("return"), "scan": _("scan")}


def source_words(fact: SalesFact) -> str:
    """By what the line came: `source` names a flow, a sender and a way, for machines."""
    way = fact.source.rpartition(":")[2]
    return str(SOURCES.get(way, _("file or interface")))


class LineFacts(FactsPanel):
    title, icon = _("Line"), "receipt"
    fields = (
        DateColumn(_("Date"), source="on"),
        DateColumn(
            _("Booked on"),
            source="booked_on",
            hint=_("Later than the date when its period was closed."),
        ),
        TextColumn(_("Partner"), source="node.label"),
        TextColumn(_("Counterparty"), source="counterparty.label"),
        TextColumn(_("Product"), source="sku.label"),
        QuantityColumn(_("Quantity"), source="quantity"),
        MoneyColumn(_("Amount"), source="amount", currency=".currency"),
        TextColumn(_("Document"), source="document"),
        TextColumn(_("Line key"), source="line_key"),
        TextColumn(_("Source"), source=source_words),
        MomentColumn(_("Recorded"), source="recorded_at"),
    )


class RelatedLines(TablePanel):
    """The line and all its corrections: their sum is what holds."""

    title, icon, table = _("This line and its corrections"), "history", FactTable

    def shown(self) -> bool:
        return self.record.corrects_id is not None or self.record.corrections.exists()

    def rows(self) -> Rows:
        first = self.record.corrects_id or self.record.pk
        return list_facts().filter(Q(pk=first) | Q(corrects_id=first))


class FactDetail(DetailView):
    permission, model, face = VIEW, SalesFact, None
    panels = (LineFacts, RelatedLines)

    def get_queryset(self) -> QuerySet[Any]:
        return list_facts()

    def get_title(self) -> Text:
        return f"{self.record.sku.label} · {self.record.node.label}"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(),)

    def get_status(self) -> Badge:
        return Badge(label=self.record.get_flow_display(), tone=FLOW_TONES[self.record.flow])

    def get_actions(self) -> Sequence[Button]:
        correct = Button(
            label=_("Correct"),
            url=reverse("sales:correct", args=[self.record.pk]),
            icon="edit",
            permission=REPORT,
        )
        buttons = [correct] if may_correct(self.record, actor=self.principal) else []
        if not Import.objects.filter(pk=self.record.import_id).exists():
            return buttons
        url = reverse("intake:detail", args=[self.record.import_id])
        label = _("File, row %(row)s") % {"row": self.record.import_row}
        file = Button(label=label, url=url, icon="file-import", permission="intake.view")
        return [*buttons, file]


class FactCorrect(FormView):
    """The right quantity and amount; the difference becomes a new line with the reason."""

    permission, title, form_class, face = REPORT, _("Correct the line"), CorrectForm, None
    submit_label, success_message = _("Correct"), _("The difference is booked.")
    intro = _("The line stays as it was sent. The difference is booked as a line of its own.")

    @cached_property
    def fact(self) -> SalesFact:
        found = list_facts().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    @property
    def record(self) -> Any:
        return None

    def get_subtitle(self) -> Text:
        return f"{self.fact.sku.label} · {self.fact.on.isoformat()}"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            _list_crumb(),
            Crumb(self.fact.sku.label, reverse("sales:detail", args=[self.fact.pk])),
        )

    def get_initial(self) -> dict[str, Any]:
        quantity, amount = standing_of(self.fact)
        return {"quantity": to_text(quantity), "amount": amount.quantize(Decimal("0.01"))}

    def perform(self, form: Any) -> Any:
        return correct_fact(self.fact, **form.cleaned_data, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("sales:detail", args=[self.fact.corrects_id or self.fact.pk])


class PeriodList(ListView):
    permission, title = CLOSE, _("Closed periods")
    table, model = PeriodTable, ClosedPeriod
    create_url_name, create_label, create_permission = "sales:close", _("Close a period"), CLOSE

    def get_actions(self) -> Sequence[Button]:
        url = reverse("sales:reopen")
        button = Button(label=_("Reopen a period"), url=url, icon="lock-open", permission=REOPEN)
        return (button, *super().get_actions())

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(),)


class PeriodReopen(FormView):
    permission, title, form_class = REOPEN, _("Reopen a period"), ReopenForm
    submit_label, success_message = _("Reopen a period"), _("The period is open again.")
    intro = _("Lines that were booked later stay there; the reason is kept with your name.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(), Crumb(_("Closed periods"), reverse("sales:periods")))

    def perform(self, form: Any) -> ClosedPeriod:
        return reopen_period(**form.cleaned_data, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("sales:periods")


class PeriodClose(FormView):
    permission, title, form_class = CLOSE, _("Close a period"), PeriodForm
    submit_label, success_message = _("Close for good"), _("The period is closed.")
    intro = _("A closed period never changes again: late lines are booked from its end on.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (_list_crumb(), Crumb(_("Closed periods"), reverse("sales:periods")))

    def perform(self, form: Any) -> ClosedPeriod:
        return close_period(**form.cleaned_data, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("sales:periods")
