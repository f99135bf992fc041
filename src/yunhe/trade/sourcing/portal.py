"""Sourcing on the dealer's phone: orders to serve, and a cart that several warehouses serve."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError, NotFound
from yunhe.platform.ui.columns import (
    DateColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    TextColumn,
)
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    Page,
    TablePanel,
)
from yunhe.trade.orders.choices import OrderStatus
from yunhe.trade.orders.permissions import CREATE
from yunhe.trade.orders.queries import cart_of, lines_of
from yunhe.trade.sourcing import permissions, services
from yunhe.trade.sourcing.choices import PART_TONES, PartState
from yunhe.trade.sourcing.forms import RefuseForm
from yunhe.trade.sourcing.models import Part
from yunhe.trade.sourcing.queries import credits_of, list_parts
from yunhe.trade.sourcing.tables import CreditTable, ServeLineTable, ServeTable


def list_crumb() -> Crumb:
    return Crumb(_("Orders to serve"), reverse("sourcing_portal:list"))


class OwnPart:
    """Parts that the reader's place should serve; others are not found."""

    principal: Any
    kwargs: dict[str, Any]

    @cached_property
    def record(self) -> Part:
        found = (
            list_parts()
            .filter(pk=self.kwargs["pk"], supplier_id__in=self.principal.node_ids)
            .first()
        )
        if found is None:
            raise NotFound()
        return found


class OwnParts(ListView):
    permission, face, title = permissions.SERVE, "portal", _("Orders to serve")
    subtitle = _("Orders of others that your stock should serve; answer before the time is over")
    table = ServeTable
    empty = Empty(title=_("Nothing to serve"), icon="truck-delivery")

    def get_rows(self) -> Rows:
        return (
            list_parts()
            .filter(supplier_id__in=self.principal.node_ids)
            .exclude(state=PartState.ASSIGNED)
        )


class PartFacts(FactsPanel):
    title, icon = _("Order"), "file-text"
    fields = (
        TextColumn(_("For"), source="partner_label"),
        MoneyColumn(_("Amount"), source="order.total", currency=".order.currency"),
        TextColumn(_("Status"), source="order.get_status_display"),
        NumberColumn(_("Service fee, %"), source="fee_percent"),
        MoneyColumn(_("Credited to you"), source="credited", currency=".order.currency"),
        DateColumn(_("Wanted on"), source="order.wanted_on"),
        MomentColumn(_("Answer until"), source="answer_by"),
        MomentColumn(_("Answered"), source="answered_at"),
        TextColumn(_("Reason"), source="remark"),
        TextColumn(_("Note"), source="order.note"),
    )


class PartLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", ServeLineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record.order)


class PartCredits(TablePanel):
    """What was credited for serving it, as on the statement of the account."""

    title, icon, table, limit = _("Credited to your account"), "receipt-refund", CreditTable, 200

    def shown(self) -> bool:
        return self.record.credited is not None

    def rows(self) -> Rows:
        return credits_of(self.record.pk)


class OwnPartDetail(OwnPart, DetailView):
    permission, face, model = permissions.SERVE, "portal", Part
    panels = (PartLines, PartCredits, PartFacts)

    def get_title(self) -> str:
        return str(self.record.order.number)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (list_crumb(),)

    def get_status(self) -> Badge:
        tone = PART_TONES[PartState(self.record.state)]
        return Badge(label=self.record.get_state_display(), tone=tone)

    def get_actions(self) -> Sequence[Button]:
        pk, state, order = self.record.pk, self.record.state, self.record.order
        if state == PartState.OFFERED:
            return (
                Button(
                    label=_("Accept the order"),
                    url=reverse("sourcing_portal:act", args=[pk, "accept"]),
                    style="primary",
                    icon="check",
                    method="post",
                    permission=permissions.SERVE,
                ),
                Button(
                    label=_("Refuse the order"),
                    url=reverse("sourcing_portal:refuse", args=[pk]),
                    icon="x",
                    permission=permissions.SERVE,
                ),
            )
        ready = state == PartState.ACCEPTED and order.status in (
            OrderStatus.CONFIRMED,
            OrderStatus.SHIPPING,
        )
        if not ready:
            return ()
        return (
            Button(
                label=_("Hand over the goods"),
                url=reverse("sourcing_portal:act", args=[pk, "serve"]),
                style="primary",
                icon="truck-delivery",
                method="post",
                confirm=_("Everything that is open leaves your stock. Go on?"),
                permission=permissions.SERVE,
            ),
        )


class OwnPartAction(OwnPart, ActionView):
    """Accept, or hand over what was accepted."""

    permission, face, model = permissions.SERVE, "portal", Part

    def perform(self) -> Any:
        use = {"accept": services.accept_part, "serve": services.serve_part}
        return use[str(self.kwargs["action"])](self.record, actor=self.principal, now=self.now)

    def get_next_url(self, result: Any) -> str:
        return reverse("sourcing_portal:part", args=[self.record.pk])


class OwnPartRefuse(OwnPart, FormView):
    permission, face, model = permissions.SERVE, "portal", Part
    title, form_class = _("Refuse the order"), RefuseForm
    submit_label = _("Refuse the order")
    success_message = _("The order was refused; other places are asked.")

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("sourcing_portal:part", args=[self.record.pk])
        return (list_crumb(), Crumb(self.record.order.number, url))

    def perform(self, form: RefuseForm) -> Part:
        reason = form.cleaned_data["reason"]
        return services.refuse_part(self.record, reason=reason, actor=self.principal, now=self.now)

    def get_success_url(self, result: Any) -> str:
        return reverse("sourcing_portal:list")


class SourceCart(Page):
    """The cart when its own supplier is short: which places would serve it and when, and yes."""

    permission, face, title = CREATE, "portal", _("From several places")
    template_name = "sourcing/cart.html"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Cart"), reverse("orders_portal:cart")),)

    @cached_property
    def cart(self) -> Any:
        home = self.principal.home_id
        return cart_of(self.principal, home) if home else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.cart is None:
            return HttpResponseRedirect(reverse("orders_portal:cart"))
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.cart is None:
            return HttpResponseRedirect(reverse("orders_portal:list"))
        try:
            with transaction.atomic():
                services.source_order(self.cart, actor=self.principal, now=self.now)
        except DomainError as error:
            return self.show(error=error, status=error.status)
        messages.success(request, _("The order was submitted; several places serve it."))
        return HttpResponseRedirect(reverse("orders_portal:detail", args=[self.cart.pk]))

    def show(self, *, error: DomainError | None = None, status: int = 200) -> HttpResponseBase:
        try:
            plan = services.plan_order(self.cart, now=self.now)
        except DomainError as refused:
            plan, error = None, error or refused
        missing = (
            [
                (line, plan.missing[line.row])
                for line in plan.demand.lines
                if line.row in plan.missing
            ]
            if plan
            else []
        )
        return self.render(plan=plan, missing=missing, error=error, status=status)
