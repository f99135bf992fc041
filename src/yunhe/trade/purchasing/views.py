"""Purchase orders at headquarters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.columns import MomentColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import DetailView, FactsPanel, FormView, ListView, TablePanel
from yunhe.trade.purchasing import services
from yunhe.trade.purchasing.choices import PURCHASE_TONES, PurchaseState
from yunhe.trade.purchasing.filters import PurchaseFilters
from yunhe.trade.purchasing.forms import AnswerForm, LinkForm
from yunhe.trade.purchasing.models import PurchaseOrder, SupplierLink
from yunhe.trade.purchasing.permissions import CHANGE, VIEW
from yunhe.trade.purchasing.queries import lines_of, list_links, list_purchases
from yunhe.trade.purchasing.tables import (
    ChangeTable,
    LinkTable,
    PurchaseLineTable,
    PurchaseTable,
    system_name,
)


def list_crumb() -> Crumb:
    return Crumb(_("Purchase orders"), reverse("purchasing:list"))


class PurchaseList(ListView):
    permission, title = VIEW, _("Purchase orders")
    subtitle = _("Confirmed orders that another company's system fulfils")
    table, filters = PurchaseTable, PurchaseFilters
    empty = Empty(
        title=_("Nothing was pushed"),
        text=_("Connect a supply place to a supplier's system; its confirmed orders are pushed."),
        icon="plug-connected",
    )

    def get_rows(self) -> Rows:
        return list_purchases()

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=_("Supplier connections"),
                url=reverse("purchasing:links"),
                icon="plug-connected",
            ),
            Button(
                label=_("Take in an answer"),
                url=reverse("purchasing:answer"),
                icon="upload",
                permission=CHANGE,
            ),
        ]


class PurchaseFacts(FactsPanel):
    title, icon, side, columns = _("Purchase order"), "file-text", True, 1
    fields = (
        TextColumn(_("Order"), source="order.number"),
        TextColumn(_("Supply place"), source="node.label"),
        TextColumn(_("System"), source=system_name),
        TextColumn(_("Their reference"), source="reference"),
        MomentColumn(_("Created"), source="created_at"),
        MomentColumn(_("Sent"), source="message.sent_at"),
        MomentColumn(_("Answered"), source="answered_at"),
    )


class PurchaseLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", PurchaseLineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record)


class PurchaseChanges(TablePanel):
    title, icon, table = _("Changes"), "refresh", ChangeTable

    def shown(self) -> bool:
        return bool(self.record.changes.exists())

    def rows(self) -> Rows:
        return self.record.changes.order_by("-sequence")


class PurchaseDetail(DetailView):
    permission, model = VIEW, PurchaseOrder
    panels = (PurchaseLines, PurchaseChanges, PurchaseFacts)

    def get_queryset(self) -> Any:
        return list_purchases()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_status(self) -> Badge:
        tone = PURCHASE_TONES[PurchaseState(self.record.state)]
        return Badge(label=self.record.get_state_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Open the order"),
                url=self.record.order.get_absolute_url(),
                icon="shopping-cart",
            ),
            Button(
                label=_("Message"),
                url=self.record.message.get_absolute_url(),
                icon="send",
                permission="connectors.view",
            ),
        )


class TakeAnswer(FormView):
    permission, title, form_class = CHANGE, _("Take in an answer"), AnswerForm
    submit_label, success_message = _("Take in"), _("The answer was taken in.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def perform(self, form: AnswerForm) -> Any:
        told = form.cleaned_data
        return services.record_answers(
            told["connector"], told["text"], actor=self.principal, now=self.now
        )[0]


class LinkList(ListView):
    permission, title, table = VIEW, _("Supplier connections"), LinkTable
    create_url_name, create_permission = "purchasing:link_create", CHANGE
    create_label = _("Connect a place")
    empty = Empty(title=_("No place is connected"), icon="plug-connected")

    def get_rows(self) -> Rows:
        return list_links()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)


class LinkEdit(FormView):
    permission, title, form_class, model = CHANGE, _("Supplier connection"), LinkForm, SupplierLink

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(), Crumb(_("Supplier connections"), reverse("purchasing:links")))
