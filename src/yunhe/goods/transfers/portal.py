"""Alerts and transfers on the dealer's phone: look, agree, send, receive."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.goods.transfers.filters import OwnAlertFilters
from yunhe.goods.transfers.forms import OwnTransferForm, ReceiveForm
from yunhe.goods.transfers.models import StockAlert, Transfer
from yunhe.goods.transfers.permissions import ANSWER, ASK, VIEW_OWN
from yunhe.goods.transfers.queries import (
    lines_of,
    list_alerts,
    list_transfers,
    priced,
    sides_of,
    transfer_for,
)
from yunhe.goods.transfers.services import move_transfer, propose_transfer
from yunhe.goods.transfers.tables import (
    DealerAlertTable,
    OwnAlertTable,
    OwnGroups,
    OwnTransferTable,
    PlacesAlertTable,
)
from yunhe.goods.transfers.transitions import MOVES
from yunhe.goods.transfers.views.alerts import AlertPage, GroupedAlerts
from yunhe.goods.transfers.views.own_safety import own_places
from yunhe.goods.transfers.views.transfers import TransferDetail
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.controls import Tabs
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views import ActionView, FormView, ListView


class OwnAlerts(AlertPage):
    """Base of the alerts of the own place and of those below it; a store, with none below, sees no tabs."""

    permission, face, title = VIEW_OWN, "portal", _("Stock alerts")
    ways = (
        ("transfers_portal:alerts", _("Your stock")),
        ("transfers_portal:alert_stores", _("Your stores")),
        ("transfers_portal:alert_rows", _("One by one")),
    )

    @property
    def has_places_below(self) -> bool:
        return self.principal.can(ASK)

    def where(self, partners: int) -> str:
        """Nothing: the reader is the one partner."""
        return ""

    def tabs(self) -> Tabs | None:
        return super().tabs() if self.has_places_below else None

    def get_actions(self) -> Sequence[Button]:
        transfers, safety = reverse("transfers_portal:list"), reverse("transfers_portal:safety")
        return [
            Button(label=_("Safety stock"), url=safety, icon="shield-check"),
            Button(label=_("Transfers"), url=transfers, icon="arrows-exchange"),
        ]


class AllMyAlerts(OwnAlerts):
    """Every alert, the most pressing first."""

    permission, filters = VIEW_OWN, OwnAlertFilters

    @property
    def table(self) -> type[Table]:  # type: ignore[override]
        return PlacesAlertTable if self.has_places_below else OwnAlertTable

    def where(self, partners: int) -> str:
        """At how many places, the own one included; nothing for a reader with none below."""
        if not self.has_places_below:
            return ""
        words = ngettext("%(count)s place", "%(count)s places", partners)
        return words % {"count": formatting.number(partners)}


class MyAlerts(AllMyAlerts):
    """Of the place that the person works for."""

    permission = VIEW_OWN

    @property
    def table(self) -> type[Table]:  # type: ignore[override]
        return DealerAlertTable if self.has_places_below else OwnAlertTable

    def get_rows(self) -> QuerySet[StockAlert]:
        return list_alerts().filter(node_id=self.principal.home_id)

    def where(self, partners: int) -> str:
        return ""


class MyStores(OwnAlerts, GroupedAlerts):
    """Of the places below, by store."""

    permission, table, filters = VIEW_OWN, OwnGroups, OwnAlertFilters

    def get_rows(self) -> QuerySet[StockAlert]:
        return list_alerts().exclude(node_id=self.principal.home_id)

    def where(self, partners: int) -> str:
        words = ngettext("%(count)s store", "%(count)s stores", partners)
        return words % {"count": formatting.number(partners)}


class MyTransfers(ListView):
    permission, face, title, table = VIEW_OWN, "portal", _("Transfers"), OwnTransferTable
    empty = Empty(
        title=_("No transfer yet"),
        text=_("When another partner can use your goods, or you theirs, it is proposed here."),
        icon="arrows-exchange",
    )

    def get_rows(self) -> Rows:
        return list_transfers()

    def get_actions(self) -> Sequence[Button]:
        url = reverse("transfers_portal:create")
        label = _("Ask or offer")
        return [Button(label=label, url=url, icon="plus", style="primary", permission=ASK)]


class NewTransfer(FormView):
    """Ask another partner for goods, or offer some: the other side answers."""

    permission, face, title = ASK, "portal", _("Ask for goods or offer them")
    form_class, submit_label = OwnTransferForm, _("Propose")
    intro = _("With this you agree; the other partner agrees or declines, then the goods are sent.")

    def get_initial(self) -> dict[str, Any]:
        given = {name: self.request.GET.get(name, "") for name in ("way", "own", "other", "rows")}
        own = int(given["own"]) if given["own"].isdecimal() else self.principal.home_id or 0
        rows = priced(given["rows"], own, on=timezone.localdate(self.now))
        return given | {"way": given["way"] or "ask", "own": own, "rows": rows}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"places": own_places()}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers"), reverse("transfers_portal:list")),)

    def perform(self, form: Any) -> Transfer:
        sender, receiver = form.sides
        told = form.cleaned_data
        return propose_transfer(
            sender,
            receiver,
            told["rows"],
            note=told["note"],
            actor=self.principal,
            now=self.now,
        )

    def get_success_url(self, result: Transfer) -> str:
        return reverse("transfers_portal:detail", args=[result.pk])


class MyTransfer(TransferDetail):
    permission, face = VIEW_OWN, "portal"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers"), reverse("transfers_portal:list")),)

    def get_actions(self) -> Sequence[Button]:
        mine = sides_of(self.record, self.principal)
        moves = [m for m in MOVES.offered(self.record.status) if m.side in mine or m.side == "both"]
        return [self._button(move) for move in moves] if mine else []

    def _button(self, move: Any) -> Button:
        if move.action == "receive":
            url = reverse("transfers_portal:receive", args=[self.record.pk])
            return Button(
                label=move.label, url=url, icon=move.icon, style="primary", permission=ANSWER
            )
        return Button(
            label=move.label,
            url=reverse("transfers_portal:act", args=[self.record.pk, move.action]),
            icon=move.icon,
            style="quiet" if move.action == "decline" else "primary",
            method="post",
            confirm=move.confirm,
            permission=ANSWER,
        )


class TransferAction(ActionView):
    permission, face, model = ANSWER, "portal", Transfer

    @cached_property
    def record(self) -> Transfer:
        return transfer_for(self.kwargs["pk"])

    def perform(self) -> Any:
        return move_transfer(
            self.record, str(self.kwargs["action"]), actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("transfers_portal:detail", args=[self.record.pk])


class ReceiveTransfer(FormView):
    permission, face, title = ANSWER, "portal", _("Receive")
    form_class, submit_label = ReceiveForm, _("Confirm receipt")
    intro = _("What is missing is booked as lost on the way and not charged.")

    @cached_property
    def transfer(self) -> Transfer:
        return transfer_for(self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": list(lines_of(self.transfer))}

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("transfers_portal:detail", args=[self.transfer.pk])
        return (Crumb(str(self.transfer), url),)

    def perform(self, form: Any) -> Transfer:
        return move_transfer(
            self.transfer, "receive", received=form.received, actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("transfers_portal:detail", args=[self.transfer.pk])
