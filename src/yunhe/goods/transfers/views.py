"""Console pages of stock alerts and transfers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yunhe.goods.transfers.choices import STATUS_TONES, AlertKind, TransferStatus
from yunhe.goods.transfers.compute import Limits
from yunhe.goods.transfers.filters import AlertFilters, TransferFilters
from yunhe.goods.transfers.forms import RuleForm, TransferForm
from yunhe.goods.transfers.models import Transfer
from yunhe.goods.transfers.permissions import PROPOSE, RULES, VIEW
from yunhe.goods.transfers.queries import (
    alert_counts,
    lines_of,
    list_alerts,
    list_proposals,
    list_rules,
    list_transfers,
)
from yunhe.goods.transfers.services import propose_transfer, set_rule
from yunhe.goods.transfers.tables import (
    ActingProposalTable,
    AlertTable,
    LineTable,
    ProposalTable,
    RuleTable,
    TransferTable,
)
from yunhe.goods.transfers.transitions import MOVES
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Event, Stat
from yunhe.platform.ui.tables import MomentColumn, Rows, Table, TextColumn
from yunhe.platform.ui.views import (
    DetailView,
    FactsPanel,
    FormView,
    ListView,
    TablePanel,
    TimelinePanel,
)


def alert_stats() -> list[Stat]:
    """A tile a kind; each leads to its alerts."""
    counts = alert_counts()
    return [
        Stat(
            label=kind.label,
            value=formatting.number(counts.get(kind, (0, 0))[0]),
            note=_now("%(count)s partners")
            % {"count": formatting.number(counts.get(kind, (0, 0))[1])},
            url=f"?kind={kind}",
        )
        for kind in AlertKind
    ]


class AlertList(ListView):
    permission, title = VIEW, _("Stock alerts")
    subtitle = _("Low, over, slow and near-expiry stock of partners, looked for every morning")
    table, filters, above = AlertTable, AlertFilters, "transfers/alerts_head.html"
    empty = Empty(title=_("No stock alert"), icon="shield-check")

    def get_rows(self) -> Rows:
        return list_alerts()

    def context(self, **extra: Any) -> dict[str, Any]:
        return super().context(stats=alert_stats(), **extra)

    def get_actions(self) -> Sequence[Button]:
        return [
            Button(
                label=_("Rules"),
                url=reverse("transfers:rules"),
                icon="adjustments",
                permission=VIEW,
            ),
            Button(
                label=_("Who can help whom"),
                url=reverse("transfers:proposals"),
                icon="arrows-exchange",
                style="primary",
                permission=VIEW,
            ),
        ]


class RuleList(ListView):
    permission, title, table = VIEW, _("Rules of stock alerts"), RuleTable
    subtitle = _("Without a rule: low 7, over 60, slow 45, expiry 30 days")
    create_url_name, create_permission = "transfers:rule_set", RULES

    def get_rows(self) -> Rows:
        return list_rules()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Stock alerts"), reverse("transfers:alerts")),)


class RuleSet(FormView):
    permission, title, form_class = RULES, _("Rule of stock alerts"), RuleForm
    cancel_url = "/transfers/rules/"

    def get_crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_("Rules of stock alerts"), reverse("transfers:rules")),)

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        days = {name: data[name] for name in ("low_days", "over_days", "slow_days", "expiry_days")}
        return set_rule(
            data["node"],
            level=data["level"],
            tier=data["tier"],
            limits=Limits(**days),
            actor=self.principal,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("transfers:rules")


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


class TransferCreate(FormView):
    permission, title, form_class = PROPOSE, _("Propose a transfer"), TransferForm
    submit_label, cancel_url = _("Propose"), "/transfers/"

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
        TextColumn(_("From"), source="sender_name"),
        TextColumn(_("To"), source="receiver_name"),
        TextColumn(_("Reason"), source="note"),
        MomentColumn(_("Proposed"), source="created_at"),
    )


class TransferLines(TablePanel):
    title, icon, table, limit = _("Lines"), "list", LineTable, 500

    def rows(self) -> Rows:
        return lines_of(self.record)


class TransferHistory(TimelinePanel):
    def events(self) -> Iterable[Event]:
        return [
            Event(
                at=step.at,
                title=MOVES[step.action].label if step.action in MOVES else _("Proposed"),
                icon=MOVES[step.action].icon if step.action in MOVES else "plus",
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
