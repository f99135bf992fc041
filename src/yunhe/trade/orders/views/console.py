"""Orders at headquarters: list, record, entry, actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger.queries import Credit, credit_of
from yunhe.platform.ui import formatting
from yunhe.platform.ui.columns import DateColumn, MoneyColumn, TextColumn
from yunhe.platform.ui.components.basics import Badge, Button, Crumb
from yunhe.platform.ui.components.figures import Event, Fact
from yunhe.platform.ui.views import (
    BulkAction,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Panel,
    TablePanel,
    TimelinePanel,
)
from yunhe.platform.workflow.panels import ApprovalPanel
from yunhe.trade.orders import permissions, services
from yunhe.trade.orders.choices import HOLDING, STATUS_TONES, OrderKind, OrderStatus, Source
from yunhe.trade.orders.entry import lines_from_text
from yunhe.trade.orders.filters import LineFilters, OrderFilters
from yunhe.trade.orders.forms import OrderForm
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.panels import order_panels
from yunhe.trade.orders.queries import lines_of, list_orders, list_placed, order_for, steps_of
from yunhe.trade.orders.services.approving import KIND
from yunhe.trade.orders.tables import LineTable, OrderTable
from yunhe.trade.orders.transitions import MOVES
from yunhe.trade.orders.views.addressing import ShipTo, UnderAgreement
from yunhe.trade.orders.views.gifts import GiftRemarks

STEP_ICONS = {
    "create": "pencil",
    "amend": "edit",
    "address": "map-pin",
    "approve": "check",
    "reject": "x",
    "ask_again": "clipboard-check",
    "dispatch": "map-pin",
    "dispatch_on": "arrow-forward-up",
    "stocked": "building-factory",
} | {move.action: move.icon for move in MOVES.values()}
STEP_LABELS = {
    "create": _("Entered"),
    "amend": _("Amended"),
    "address": _("Address changed"),
    "approve": _("Approved"),
    "reject": _("Approval refused"),
    "ask_again": _("Back to approval"),
    "dispatch": _("Assigned to this place"),
    "dispatch_on": _("Passed on to other places"),
    "stocked": _("Goods produced and reserved"),
} | {move.action: move.label for move in MOVES.values()}


class OrderList(ListView):
    permission, title = permissions.VIEW, _("Orders")
    table, filters = OrderTable, OrderFilters
    create_url_name, create_permission = "orders:create", permissions.CREATE
    create_label = _("New order")
    bulk = (BulkAction(_("Confirm"), "orders:confirm_many", "check", permissions.CONFIRM),)

    def get_rows(self) -> Any:
        return list_placed()

    def get_actions(self) -> Sequence[Button]:
        return (
            *super().get_actions(),
            Button(
                label=_("From a file"),
                url=reverse("orders:file"),
                icon="upload",
                permission=permissions.CREATE,
            ),
            Button(
                label=_("Confirm all that wait"),
                url=reverse("orders:confirm_waiting"),
                icon="checks",
                method="post",
                confirm=_("Confirm every submitted order in the background?"),
                permission=permissions.CONFIRM,
            ),
            Button(
                label=_("Order terms"),
                url=reverse("orders:terms"),
                style="quiet",
                icon="calendar",
                permission=permissions.TERMS,
            ),
        )


class OrderFacts(FactsPanel):
    title, icon = _("Order"), "file-text"
    fields = (
        TextColumn(_("Partner"), source="partner_label"),
        TextColumn(_("Supplier"), source="supplier_label"),
        TextColumn(_("Part of order"), source="parent.number"),
        DateColumn(_("Ordered"), source="placed_on"),
        DateColumn(_("Wanted on"), source="wanted_on"),
        MoneyColumn(_("Amount"), source="total", currency=".currency"),
        TextColumn(_("Entered in"), source="get_source_display"),
        TextColumn(_("Kind of order"), source="get_kind_display"),
        TextColumn(_("Reason"), source="reason"),
        TextColumn(_("Approval"), source="get_approval_display"),
        TextColumn(_("Note"), source="note"),
    )


class OrderApproval(ApprovalPanel):
    kinds = (KIND,)


class OrderLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 200

    @property
    def more_url(self) -> str:  # type: ignore[override]
        return reverse("orders:lines", args=[self.record.pk])

    def rows(self) -> Any:
        return lines_of(self.record)


class OrderLineList(ListView):
    """Every line of a long order, page by page, searched and exported."""

    permission, title, table, filters = permissions.VIEW, _("Lines"), LineTable, LineFilters

    @cached_property
    def order(self) -> Order:
        return order_for(self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb(_("Orders"), reverse("orders:list")),
            Crumb(str(self.order), self.order.get_absolute_url()),
        )

    def get_rows(self) -> Any:
        return lines_of(self.order)


class OrderHistory(TimelinePanel):
    def events(self) -> Iterable[Event]:
        return [
            Event(
                at=step.at,
                title=STEP_LABELS.get(step.action, step.action),
                text=step.said,
                who=step.user.name if step.user else "",
                icon=STEP_ICONS.get(step.action, "point"),
                tone=STATUS_TONES[OrderStatus(step.status)],
            )
            for step in steps_of(self.record)
        ]


class PartnerCredit(FactsPanel):
    title, icon, side, columns = _("Credit of the partner"), "credit-card", True, 1

    def facts(self) -> Sequence[Fact]:
        return credit_facts(credit_of(self.record.node_id), self.record.currency)


def credit_facts(credit: Credit, currency: str) -> list[Fact]:
    """Limit, what is used, what is left."""

    def money(value: Any) -> Any:
        return _("unlimited") if value is None else formatting.money(value, currency)

    return [
        Fact(_("Available"), money(credit.available)),
        Fact(_("Limit"), money(credit.limit)),
        Fact(_("Reserved by orders"), money(credit.reserved)),
        Fact(_("Shipped, not paid"), money(credit.committed)),
    ]


def status_badge(order: Order) -> Badge:
    """The state; of a split order also how far its parts are."""
    label, tone = order.get_status_display(), STATUS_TONES[OrderStatus(order.status)]
    if order.status == OrderStatus.SPLIT:
        label = f"{label} · {order.get_follows_display()}"
    elif order.awaiting and order.status in HOLDING:
        label = f"{label} · {_('waits for production')}"
    return Badge(label=label, tone=tone)


ONWARD = frozenset({"submit", "confirm", "ship", "receive", "close"})
"""The moves of which one is the next step: the others step back or cut short."""


class OrderDetail(DetailView):
    permission, model = permissions.VIEW, Order

    @property
    def panels(self) -> Sequence[type[Panel]]:  # type: ignore[override]
        return (
            OrderFacts,
            OrderLines,
            GiftRemarks,
            *order_panels("console"),
            OrderHistory,
            OrderApproval,
            ShipTo,
            UnderAgreement,
            PartnerCredit,
        )

    def get_queryset(self) -> Any:
        return list_orders()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Orders"), reverse("orders:list")),)

    def get_status(self) -> Badge:
        return status_badge(self.record)

    def get_actions(self) -> Sequence[Button]:
        buttons = [self._button(move.action) for move in MOVES.offered(self.record.status)]
        buttons += self._pages()
        if any(line.difference for line in lines_of(self.record)):
            buttons.append(
                Button(
                    label=_("Credit what is missing"),
                    url=reverse("orders:credit_missing", args=[self.record.pk]),
                    icon="receipt-refund",
                    method="post",
                    confirm=_("Post a credit note for the goods that did not arrive?"),
                    permission=permissions.CLOSE,
                )
            )
        return buttons

    def _pages(self) -> list[Button]:
        """Pages that change the order, as far as its state lets them."""
        pk, status = self.record.pk, self.record.status
        pages = []
        if services.is_amendable(self.record):
            pages += [
                (_("Amend"), "orders:amend", "edit", permissions.AMEND),
                (_("Re-price"), "orders:reprice", "refresh", permissions.AMEND),
            ]
        if status in MOVES["ship"].sources:
            pages.append((_("Ship a part"), "orders:ship_part", "packages", permissions.SHIP))
        return [
            Button(label=label, url=reverse(url, args=[pk]), icon=icon, permission=permission)
            for label, url, icon, permission in pages
        ]

    def _button(self, action: str) -> Button:
        move = MOVES[action]
        if action == "cancel":
            url = reverse("orders:cancel", args=[self.record.pk])
            return Button(
                label=move.label, url=url, style="quiet", icon=move.icon, permission=move.permission
            )
        return Button(
            label=move.label,
            url=reverse("orders:act", args=[self.record.pk, action]),
            style="primary" if action in ONWARD else "secondary",
            icon=move.icon,
            method="post",
            confirm=move.confirm,
            permission=move.permission,
        )


class OrderCreate(FormView):
    permission, title, form_class = permissions.CREATE, _("New order"), OrderForm
    submit_label = _("Place the order")
    success_message = _("The order was entered.")
    cancel_url_name = ""

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Orders"), reverse("orders:list")),)

    def perform(self, form: OrderForm) -> Order:
        told = form.cleaned_data
        placed = services.create_order(
            node_id=told["partner"].pk,
            lines=lines_from_text(told["lines"]),
            actor=self.principal,
            now=self.now,
            submit=told["submit"],
            key=told["key"],
            note=told["note"],
            wanted_on=told["wanted_on"],
            source=Source.CONSOLE,
            kind=told["kind"] or OrderKind.STANDARD,
            reason=told["reason"],
            agreement=told["agreement"].strip(),
            address_id=told["address_id"],
        )
        return order_for(placed.order_id)
