"""The dealer's own orders on the phone: list, record, receipt and what can still be done."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb
from yunhe.platform.ui.views import ActionView, DetailView, ListView, Panel
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.agreements import agreements
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.filters import OwnOrderFilters
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.panels import order_panels
from yunhe.trade.orders.queries import lines_of, list_bought, list_orders, why_price
from yunhe.trade.orders.tables import OwnOrderTable
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.orders.views.addressing import ShipTo, UnderAgreement
from yunhe.trade.orders.views.console import OrderApproval, OrderFacts, OrderHistory, status_badge
from yunhe.trade.orders.views.counts import line_names, read_counts, typed
from yunhe.trade.orders.views.gifts import GiftRemarks

SHOWN_LINES = 100


class OwnOrders(ListView):
    permission, title, face = permissions.VIEW_OWN, _("My orders"), "portal"
    table, filters = OwnOrderTable, OwnOrderFilters

    def get_rows(self) -> Any:
        return list_bought(self.principal.home_id or 0)

    def get_actions(self) -> Sequence[Button]:
        url = reverse("orders_portal:catalogue")
        return (
            Button(
                label=_("From a file"),
                url=reverse("orders_portal:file"),
                icon="upload",
                permission=permissions.CREATE,
            ),
            Button(
                label=_("New order"),
                url=url,
                style="primary",
                icon="plus",
                permission=permissions.CREATE,
            ),
        )


class OwnShipTo(ShipTo):
    change_url = "orders_portal:address"


class OwnAgreement(UnderAgreement):
    portal = True


class OwnOrder(DetailView):
    """An order on the phone, with the receipt form once it is shipped."""

    permission, model, face = permissions.VIEW_OWN, Order, "portal"

    @property
    def panels(self) -> Sequence[type[Panel]]:  # type: ignore[override]
        return (
            OrderFacts,
            OrderApproval,
            GiftRemarks,
            *order_panels("portal"),
            OwnShipTo,
            OwnAgreement,
            OrderHistory,
        )

    template_name = "orders/own_order.html"

    def get_queryset(self) -> Any:
        return list_orders()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("My orders"), reverse("orders_portal:list")),)

    def get_status(self) -> Badge:
        return status_badge(self.record)

    def get_actions(self) -> Sequence[Button]:
        buttons = [self._button("again", _("Order again"), "copy", permissions.CREATE)]
        if not self.record.agreement:  # a template is priced by the lists
            buttons.append(self._template_button())
        if self.record.status == OrderStatus.DRAFT:
            buttons.insert(0, self._draft_button())
        if self.record.status == OrderStatus.SUBMITTED:
            asked = MOVES["reopen"].confirm
            if services.is_amendable(self.record):
                buttons.append(
                    Button(
                        label=_("Amend"),
                        url=reverse("orders_portal:amend", args=[self.record.pk]),
                        icon="edit",
                        permission=permissions.AMEND,
                    )
                )
            buttons.append(
                self._button(
                    "reopen", MOVES["reopen"].label, "arrow-back-up", permissions.CREATE, asked
                )
            )
        cancellable = self.record.status in (OrderStatus.DRAFT, OrderStatus.SUBMITTED)
        if cancellable:
            asked = _("Cancel the order and give back the credit and stock it holds?")
            buttons.append(
                self._button("cancel", _("Cancel the order"), "x", permissions.CANCEL, asked)
            )
        return buttons

    def _draft_button(self) -> Button:
        """A call-off is submitted as it is, any other draft goes on in the cart."""
        if self.record.agreement:
            return self._button("submit", MOVES["submit"].label, "send", permissions.CREATE)
        return self._button("take_up", _("Go on in the cart"), "shopping-cart", permissions.CREATE)

    def _template_button(self) -> Button:
        return Button(
            label=_("Save as template"),
            url=reverse("orders_portal:save_template", args=[self.record.pk]),
            icon="bookmark",
            method="post",
            permission=permissions.CREATE,
        )

    def _button(
        self, action: str, label: Any, icon: str, permission: str, confirm: Any = ""
    ) -> Button:
        url = reverse("orders_portal:act", args=[self.record.pk, action])
        return Button(
            label=label, url=url, icon=icon, method="post", confirm=confirm, permission=permission
        )

    def context(self, **extra: Any) -> dict[str, Any]:
        actions = {move.action for move in MOVES.offered(self.record.status)}
        found = lines_of(self.record)
        rows = found if "all" in self.request.GET else found[:SHOWN_LINES]
        lines = [{"line": line, "why": why_price(line)} for line in rows]
        receivable = "receive" in actions and self.can(permissions.RECEIVE)
        more = self.record.line_count - len(lines)
        return super().context(lines=lines, more_lines=more, receivable=receivable, **extra)


class OwnOrderAction(ActionView):
    """Cancel, order again, receive."""

    permission, model, face = permissions.VIEW_OWN, Order, "portal"

    @cached_property
    def record(self) -> Order:
        found = list_orders().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound()
        return found

    def perform(self) -> Any:
        action, actor, now = self.kwargs["action"], self.principal, self.now
        if action == "cancel":
            return services.cancel_order(self.record, reason="", actor=actor, now=now)
        if action == "again":
            return self._again()
        if action == "submit":
            return services.submit_order(self.record, actor=actor, now=now)
        if action == "take_up":
            return services.take_up_draft(self.record, actor=actor)
        if action == "reopen":
            return self._reopen()
        return services.receive_order(self.record, received=self._received(), actor=actor, now=now)

    def _again(self) -> Any:
        """The cart with the lines; of a call-off the address where they are called off once more."""
        order, today = self.record, timezone.localdate(self.now)
        if order.agreement:
            return agreements().again_url(order.agreement, order.pk, on=today)
        return services.order_again(order, actor=self.principal, now=self.now)

    def _reopen(self) -> Order:
        """What was taken back is the cart, unless it is a call-off: that keeps to its frame."""
        order = services.reopen_order(self.record, actor=self.principal, now=self.now)
        if order.agreement:
            return order
        return services.take_up_draft(order, actor=self.principal)

    def _received(self) -> dict[int, Decimal]:
        """Line → base units, from the fields `received-<line>`; zero is typed."""
        return read_counts(typed(self.request.POST, "received"), line_names(self.record))

    def get_success_message(self, result: Any) -> Text:
        if self._calls_off_again():
            return _("Check the quantities, then submit the call-off.")
        return super().get_success_message(result)

    def _calls_off_again(self) -> bool:
        return self.kwargs["action"] == "again" and bool(self.record.agreement)

    def get_next_url(self, result: Any) -> str:
        if self._calls_off_again():
            return str(result)
        if self.request.POST.get("next") == reverse("orders_portal:drafts"):
            return reverse("orders_portal:drafts")
        if self.kwargs["action"] in ("again", "take_up"):
            return reverse("orders_portal:cart")
        return reverse("orders_portal:detail", args=[self.record.pk])
