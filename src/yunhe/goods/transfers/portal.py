"""Alerts and transfers on the dealer's phone: look, agree, send, receive."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.filters import OwnAlertFilters
from yunhe.goods.transfers.forms import ReceiveForm
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.permissions import ANSWER, VIEW_OWN
from yunhe.goods.transfers.queries import (
    lines_of,
    list_alerts,
    list_transfers,
    sides_of,
    transfer_for,
)
from yunhe.goods.transfers.services import move_transfer
from yunhe.goods.transfers.tables import OwnAlertTable, OwnTransferTable
from yunhe.goods.transfers.transitions import moves_from
from yunhe.goods.transfers.views import TransferDetail, alert_stats
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import ActionView, FormView, ListView


class MyAlerts(ListView):
    permission, face, title = VIEW_OWN, "portal", _("Stock alerts")
    table, filters, above = OwnAlertTable, OwnAlertFilters, "transfers/alerts_head.html"
    empty = Empty(title=_("No stock alert"), icon="shield-check")

    def get_rows(self) -> Rows:
        return list_alerts()

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(stats=alert_stats(), **extra)

    def get_actions(self) -> Sequence[Button]:
        url = reverse("transfers_portal:list")
        return [Button(label=_("Transfers"), url=url, icon="arrows-exchange")]


class MyTransfers(ListView):
    permission, face, title, table = VIEW_OWN, "portal", _("Transfers"), OwnTransferTable
    empty = Empty(
        title=_("No transfer yet"),
        text=_("When another partner can use your goods, or you theirs, it is proposed here."),
        icon="arrows-exchange",
    )

    def get_rows(self) -> Rows:
        return list_transfers()


class MyTransfer(TransferDetail):
    permission, face = VIEW_OWN, "portal"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers"), reverse("transfers_portal:list")),)

    def get_actions(self) -> Sequence[Button]:
        mine = sides_of(self.record, self.principal)
        moves = [m for m in moves_from(self.record.status) if m.side in mine or m.side == "both"]
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
