"""Transfers between partners at headquarters: propose, watch, approve; their terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.choices import STATUS_TONES, Approval, TransferStatus
from yunhe.goods.transfers.filters import TransferFilters
from yunhe.goods.transfers.forms import TermsForm, TransferForm
from yunhe.goods.transfers.models import Transfer, TransferTerms
from yunhe.goods.transfers.permissions import APPROVE, PROPOSE, RULES, VIEW
from yunhe.goods.transfers.queries import (
    lines_of,
    list_proposals,
    list_terms,
    list_transfers,
    transfer_for,
)
from yunhe.goods.transfers.services import (
    approve_transfer,
    move_transfer,
    propose_transfer,
    remove_terms,
    set_terms,
)
from yunhe.goods.transfers.tables import (
    ActingProposalTable,
    LineTable,
    ProposalTable,
    TermsTable,
    TransferTable,
)
from yunhe.goods.transfers.transitions import BEFORE_SHIPPING, MOVES
from yunhe.goods.transfers.views.removing import remove_button
from yunhe.platform.errors import NotFound
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event
from yunhe.platform.ui.tables import MomentColumn, Rows, Table, TextColumn
from yunhe.platform.ui.views import (
    ActionView,
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
    TimelinePanel,
)


class ProposalList(ListView):
    permission, title = VIEW, _("Who can help whom")
    subtitle = _("Partners with too much beside partners with too little, the nearest first")
    empty = Empty(title=_("Nobody can help anybody at the moment"), icon="arrows-exchange")

    @property
    def table(self) -> type[Table]:  # type: ignore[override]
        return ActingProposalTable if self.principal.can(PROPOSE) else ProposalTable

    def get_rows(self) -> Rows:
        return list_proposals(on=timezone.localdate(self.now))

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock alerts"), reverse("transfers:alerts")),)

    def get_actions(self) -> Sequence[Button]:
        url = reverse("transfers:create")
        return [
            Button(label=_("Propose"), url=url, style="primary", icon="plus", permission=PROPOSE)
        ]


class TransferList(ListView):
    permission, title = VIEW, _("Transfers between partners")
    table, filters = TransferTable, TransferFilters
    create_url_name, create_permission, create_label = "transfers:create", PROPOSE, _("Propose")

    def get_rows(self) -> Rows:
        return list_transfers()

    def get_actions(self) -> Sequence[Button]:
        terms = Button(
            label=_("Terms"), url=reverse("transfers:terms"), icon="adjustments", permission=VIEW
        )
        return [terms, *super().get_actions()]


class TransferCreate(FormView):
    permission, title, form_class = PROPOSE, _("Propose a transfer"), TransferForm
    submit_label, cancel_url_name = _("Propose"), "transfers:list"

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("sender", "receiver", "rows")}

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers between partners"), reverse("transfers:list")),)

    def perform(self, form: Any) -> Transfer:
        data = form.cleaned_data
        return propose_transfer(
            data["sender"],
            data["receiver"],
            data["rows"],
            note=data["note"],
            actor=self.principal,
            now=self.now,
        )


class TransferFacts(FactsPanel):
    title = _("Transfer")
    fields = (
        TextColumn(_("From"), source="sender_label"),
        TextColumn(_("To"), source="receiver_label"),
        TextColumn(_("Begun by"), source="get_proposer_display"),
        TextColumn(_("Approval of headquarters"), source="get_approval_display"),
        TextColumn(_("Reason"), source="note"),
        MomentColumn(_("Proposed"), source="created_at"),
    )


class TransferLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record)


STEP_LABELS = {
    "propose": _("Proposed"),
    "approve": _("Headquarters approved"),
    **{action: move.label for action, move in MOVES.items()},
}


class TransferHistory(TimelinePanel):
    def events(self) -> Iterable[Event]:
        return [
            Event(
                at=step.at,
                title=STEP_LABELS[step.action],
                icon=MOVES[step.action].icon if step.action in MOVES else "check",
                tone=STATUS_TONES[TransferStatus(step.status)],
            )
            for step in self.record.steps.all()
        ]


class TransferDetail(DetailView):
    permission, model = VIEW, Transfer
    panels = (TransferFacts, TransferLines, TransferHistory)

    def get_queryset(self) -> Any:
        return list_transfers()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers between partners"), reverse("transfers:list")),)

    def get_status(self) -> Badge:
        tone = STATUS_TONES[TransferStatus(self.record.status)]
        return Badge(label=self.record.get_status_display(), tone=tone)


class OverseenTransfer(TransferDetail):
    """At headquarters: approve where the terms ask for it, or decline, before the goods leave."""

    permission, model = VIEW, Transfer

    def get_actions(self) -> Sequence[Button]:
        if self.record.status not in BEFORE_SHIPPING:
            return ()
        move = MOVES["decline"]
        buttons = [
            Button(
                label=move.label,
                url=reverse("transfers:oversee", args=[self.record.pk, "decline"]),
                icon=move.icon,
                method="post",
                confirm=move.confirm,
                style="quiet",
                permission=APPROVE,
            )
        ]
        if self.record.approval == Approval.WAITING:
            approve = Button(
                label=_("Approve"),
                url=reverse("transfers:oversee", args=[self.record.pk, "approve"]),
                icon="check",
                method="post",
                style="primary",
                permission=APPROVE,
            )
            buttons.insert(0, approve)
        return buttons


class TransferOversee(ActionView):
    permission, model = APPROVE, Transfer

    @cached_property
    def record(self) -> Transfer:
        return transfer_for(self.kwargs["pk"])

    def perform(self) -> Any:
        action = self.kwargs["action"]
        if action == "approve":
            return approve_transfer(self.record, actor=self.principal, now=self.now)
        if action != "decline":
            raise NotFound()
        return move_transfer(self.record, action, actor=self.principal, now=self.now)


class TermsList(ListView):
    permission, title, table = VIEW, _("Terms of transfers"), TermsTable
    subtitle = _("Without any: partners may propose, and headquarters need not approve")
    create_url_name, create_permission = "transfers:terms_set", RULES

    def get_rows(self) -> Rows:
        return list_terms()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Transfers between partners"), reverse("transfers:list")),)


class TermsSet(FormView):
    permission, title, form_class = RULES, _("Terms of transfers"), TermsForm
    intro = _("For partners at or below the node; of both sides the stricter terms hold.")
    cancel_url_name = "transfers:terms"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Terms of transfers"), reverse("transfers:terms")),)

    def perform(self, form: Any) -> Any:
        return set_terms(**form.cleaned_data, actor=self.principal)

    def get_success_url(self, result: Any) -> str:
        return reverse("transfers:terms")


class TermsChange(TermsSet):
    """The terms of a node; whose they are stays."""

    permission, model = RULES, TransferTerms

    def get_queryset(self) -> QuerySet[TransferTerms]:
        return list_terms()

    def get_initial(self) -> dict[str, Any]:
        terms = self.record
        told = {name: getattr(terms, name) for name in ("partners_propose", "approve_from")}
        return {"node": terms.node.code, **told}

    def get_form(self) -> BaseForm:
        form = super().get_form()
        form.fields["node"].disabled = True
        return form

    def get_actions(self) -> Sequence[Button]:
        return [remove_button("transfers:terms_remove", self.record.pk)]


class TermsRemove(ActionView):
    permission, model = RULES, TransferTerms
    success_message = _("The terms are removed.")

    def get_queryset(self) -> QuerySet[TransferTerms]:
        return list_terms()

    def perform(self) -> None:
        remove_terms(self.record, actor=self.principal)

    def get_next_url(self, result: Any) -> str:
        return reverse("transfers:terms")
