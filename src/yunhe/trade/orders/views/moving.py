"""Orders moved on at headquarters: one, several, or all that wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from yunhe.platform.errors import DomainError
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.views import (
    ActionView,
    BulkView,
    FormView,
)
from yunhe.platform.ui.views.bulk import Outcome
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.forms import CancelForm
from yunhe.trade.orders.jobs import confirm_batch
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import order_for
from yunhe.trade.orders.transitions import MOVES


class OrderConfirmWaiting(ActionView):
    """Confirm every submitted order by a job whose progress can be watched."""

    permission, model = permissions.CONFIRM, Order
    success_message = _("The orders are being confirmed.")

    def perform(self) -> Any:
        waiting = Order.objects.filter(
            status=OrderStatus.SUBMITTED, between_partners=False
        ).order_by("pk")
        return enqueue(confirm_batch, ids=list(waiting.values_list("pk", flat=True)))

    def get_next_url(self, result: Any) -> str:
        return reverse("jobs:detail", args=[result.pk])


class OrderAction(ActionView):
    """Every move that needs no more than a click; the table of moves guards each."""

    permission, model = permissions.VIEW, Order

    @property
    def action(self) -> str:
        return str(self.kwargs["action"])

    def perform(self) -> Any:
        use = {
            "submit": services.submit_order,
            "confirm": services.confirm_order,
            "ship": services.ship_order,
            "receive": services.receive_order,
            "close": services.close_order,
            "close_short": services.close_short,
            "reopen": services.reopen_order,
        }[self.action]
        return use(self.record, actor=self.principal, now=self.now)

    @cached_property
    def record(self) -> Order:
        return order_for(self.kwargs["pk"])


class OrderCancel(FormView):
    permission, title, form_class, model = (
        permissions.CANCEL,
        _("Cancel the order"),
        CancelForm,
        Order,
    )
    submit_label, success_message = _("Cancel the order"), _("The order was cancelled.")
    intro = MOVES["cancel"].confirm

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse("orders:list")),
            Crumb(str(self.record), self.record.get_absolute_url()),
        )

    def perform(self, form: CancelForm) -> Order:
        reason = form.cleaned_data["reason"]
        return services.cancel_order(self.record, reason=reason, actor=self.principal, now=self.now)


class OrderCreditMissing(ActionView):
    permission, model = permissions.CLOSE, Order
    success_message = _("The credit note was posted.")

    def perform(self) -> Any:
        return services.credit_missing(self.record, actor=self.principal, now=self.now)


class OrderConfirmMany(BulkView):
    permission, title, model, verb = permissions.CONFIRM, _("Confirm orders"), Order, _("Confirm")

    @property
    def back_url(self) -> str:  # type: ignore[override]
        return reverse("orders:list")

    def describe(self, records: Sequence[Order]) -> str:
        total = sum(order.total for order in records)
        text = ngettext(
            "%(count)d order worth %(total)s is promised to its partner.",
            "%(count)d orders worth %(total)s are promised to their partners.",
            len(records),
        )
        return text % {"count": len(records), "total": formatting.money(total, "")}

    def apply_all(self, records: Sequence[Order]) -> Iterable[Outcome]:
        able: list[Order] = []
        refused: list[Order] = []
        for order in records:
            (able if order.status in MOVES["confirm"].sources else refused).append(order)
        for order in refused:
            yield Outcome(order, False, _("Only submitted orders can be confirmed."))
        try:
            done = services.confirm_orders(
                [order.pk for order in able], actor=self.principal, now=self.now
            )
        except DomainError as error:
            yield from (Outcome(order, False, str(error)) for order in able)
            return
        yield from (Outcome(order, True, _("Confirmed.")) for order in done)
