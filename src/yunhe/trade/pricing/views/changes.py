"""Price changes by request: the list, the form, the comparison, the approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component, Text
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.tables import DateColumn, LastDayColumn, MomentColumn, Rows, TextColumn
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
)
from yunhe.platform.workflow.panels import ApprovalPanel
from yunhe.trade.pricing.choices import CHANGE_KIND, ChangeState
from yunhe.trade.pricing.filters import ChangeFilters
from yunhe.trade.pricing.forms import ChangeForm
from yunhe.trade.pricing.models import PriceChange
from yunhe.trade.pricing.permissions import CHANGE, VIEW
from yunhe.trade.pricing.queries.changes import ChangePreview, list_price_changes, preview_change
from yunhe.trade.pricing.services import (
    cancel_price_change,
    create_price_change,
    submit_price_change,
)
from yunhe.trade.pricing.tables import CHANGE_TONES, ChangeLineTable, PriceChangeTable
from yunhe.trade.pricing.transitions import CHANGE_MOVES

CHANGES = Crumb(_("Price changes"), reverse_lazy("pricing:changes"))


class PriceChangeList(ListView):
    permission, title = VIEW, _("Price changes")
    subtitle = _("Compared with today's prices, approved, and set on their day.")
    table, filters = PriceChangeTable, ChangeFilters
    create_url_name, create_label = "pricing:new_change", _("New price change")
    create_permission = CHANGE
    empty = Empty(
        title=_("No price change yet"),
        text=_("A request compares new prices with today's before anybody approves them."),
        icon="tags",
    )

    def get_rows(self) -> Rows:
        return list_price_changes()


class ChangeFacts(FactsPanel):
    title, icon = pgettext_lazy("approval", "Request"), "file-text"
    fields = (
        TextColumn(_("Price list"), source="price_list.label"),
        TextColumn(_("Valid in"), source="node.label"),
        DateColumn(_("Effective from"), source="effective"),
        LastDayColumn(_("Last day"), source="until"),
        TextColumn(_("Requested by"), source="created_by.name"),
        MomentColumn(_("Prices set at"), source="committed_at"),
        TextColumn(_("Reason"), source="reason"),
    )


class ChangeLines(TablePanel):
    title, icon, table = _("Compared with now"), "arrows-exchange", ChangeLineTable
    limit = 500

    def rows(self) -> Rows:
        return self.view.preview.lines  # type: ignore[attr-defined]  # ChangeDetail's


class ChangeApproval(ApprovalPanel):
    kinds = (CHANGE_KIND,)


class ChangeDetail(DetailView):
    permission, model = VIEW, PriceChange
    panels = (ChangeLines, ChangeFacts, ChangeApproval)

    def get_queryset(self) -> QuerySet[Any]:
        return list_price_changes()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CHANGES,)

    @cached_property
    def preview(self) -> ChangePreview:
        return preview_change(self.record, today=timezone.localdate(self.now))

    def get_status(self) -> Badge:
        tone = CHANGE_TONES[ChangeState(self.record.state)]
        return Badge(label=self.record.get_state_display(), tone=tone)

    def get_stats(self) -> Sequence[Component]:
        kept = self.record.effect is not None and self.record.state != ChangeState.DRAFT
        effect = self.record.effect if kept else self.preview.effect
        partners = self.record.partners if kept else len(self.preview.partners)
        currency = self.record.price_list.currency
        return (
            Stat(
                label=_("Expected effect on revenue"),
                value=formatting.money(effect, currency),
                note=_("the last 90 days' purchases at the new prices"),
                icon="coins",
            ),
            Stat(label=_("Affected partners"), value=formatting.number(partners), icon="users"),
            Stat(label=_("Prices"), value=formatting.number(len(self.preview.lines)), icon="tags"),
        )

    def get_actions(self) -> Sequence[Button]:
        args, buttons = [self.record.pk], []
        if CHANGE_MOVES.allows(self.record.state, "cancel"):
            buttons.append(
                Button(
                    label=_("Cancel the request"),
                    url=reverse("pricing:cancel_change", args=args),
                    method="post",
                    style="danger",
                    permission=CHANGE,
                    confirm=_("Cancel this price change? No price is changed."),
                )
            )
        if CHANGE_MOVES.allows(self.record.state, "submit"):
            buttons.append(
                Button(
                    label=_("Submit"),
                    url=reverse("pricing:submit_change", args=args),
                    method="post",
                    style="primary",
                    icon="send",
                    permission=CHANGE,
                    confirm=_("Submit? Without an approval chain the prices are set at once."),
                )
            )
        return buttons


class ChangeCreate(FormView):
    permission, title, form_class = CHANGE, _("New price change"), ChangeForm
    intro = _("You see the comparison and the expected effect before you submit.")
    cancel_url_name = "pricing:changes"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (CHANGES,)

    def get_initial(self) -> dict[str, Any]:
        return {"effective": timezone.localdate(self.now)}

    def perform(self, form: ChangeForm) -> PriceChange:
        return create_price_change(
            form.cleaned_data["price_list"],
            draft=form.change_draft(),
            actor=self.principal,
            now=self.now,
        )


class ChangeSubmit(ActionView):
    permission, model = CHANGE, PriceChange

    def get_queryset(self) -> QuerySet[Any]:
        return list_price_changes()

    def perform(self) -> PriceChange:
        return submit_price_change(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: PriceChange) -> Text:
        if result.state == ChangeState.COMMITTED:
            return _("No approval is needed: the prices are set.")
        return _("Sent for approval.")


class ChangeCancel(ChangeSubmit):
    permission = CHANGE

    def perform(self) -> PriceChange:
        return cancel_price_change(self.record, actor=self.principal, now=self.now)

    def get_success_message(self, result: PriceChange) -> Text:
        return _("The price change is cancelled.")
