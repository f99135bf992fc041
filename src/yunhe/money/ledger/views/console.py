"""The ledger at headquarters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.money.ledger import permissions, services
from yunhe.money.ledger.choices import Bucket, EntryKind
from yunhe.money.ledger.filters import AgeingFilters, EntryFilters
from yunhe.money.ledger.forms import ClosingForm, LimitForm, PostingForm
from yunhe.money.ledger.queries import (
    ZERO,
    AgeingRow,
    credit_limits,
    credit_of,
    list_entries,
    receivables_ageing,
)
from yunhe.money.ledger.tables import AgeingTable, EntryTable
from yunhe.money.ledger.views.shared import Limits, OpenItems, StatementList, account_stats
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.errors import NotFound
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Button, Crumb
from yunhe.platform.ui.components.charts import BarChart, Series
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.views import DetailView, FormView, ListView


def receivables_crumb() -> Crumb:
    return Crumb(_("Receivables"), reverse("ledger:list"))


class Receivables(ListView):
    permission, title = permissions.VIEW, _("Receivables")
    table, filters = AgeingTable, AgeingFilters
    above = "ledger/above_receivables.html"

    @cached_property
    def ageing(self) -> list[AgeingRow]:
        return receivables_ageing(on=timezone.localdate(self.now))

    def get_rows(self) -> list[AgeingRow]:
        return self.ageing

    def get_tiles(self) -> Sequence[Stat]:
        """Of all partners in scope, whatever the list is narrowed to."""
        owed = sum((row.balance for row in self.ageing), ZERO)
        overdue = sum((row.overdue for row in self.ageing), ZERO)
        late = sum(1 for row in self.ageing if row.overdue)
        share = formatting.percent(overdue / owed) if owed > 0 else ""
        return (
            Stat(label=_("Account balance"), value=formatting.money(owed, settings.CURRENCY)),
            Stat(
                label=_("Overdue"), value=formatting.money(overdue, settings.CURRENCY), note=share
            ),
            Stat(label=_("Partners overdue"), value=formatting.number(late)),
        )

    def get_chart(self) -> BarChart:
        """How old the open amounts are."""
        totals = [
            sum((row.buckets.get(bucket, ZERO) for row in self.ageing), ZERO) for bucket in Bucket
        ]
        return BarChart(
            title=_("Receivables by age"),
            categories=[bucket.label for bucket in Bucket],
            series=[Series(_("open amount"), totals)],
            unit="money",
            currency=settings.CURRENCY,
            height=240,
        )

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(label=_("Postings"), url=reverse("ledger:entries"), icon="list"),
            Button(
                label=_("Record a payment"),
                url=reverse("ledger:payment"),
                icon="cash",
                style="primary",
                permission=permissions.POST,
            ),
        )


class Entries(ListView):
    permission, title = permissions.VIEW, _("Postings")
    table, filters = EntryTable, EntryFilters

    def get_rows(self) -> Any:
        return list_entries()

    def get_crumbs(self) -> Sequence[Crumb]:
        return (receivables_crumb(),)

    def get_actions(self) -> Sequence[Button]:
        return (
            Button(
                label=_("Post a credit note"),
                url=reverse("ledger:credit_note"),
                icon="receipt-refund",
                permission=permissions.POST,
            ),
            Button(
                label=_("Close a period"),
                url=reverse("ledger:close"),
                icon="lock",
                permission=permissions.CLOSE,
            ),
        )


class PartnerAccount(DetailView):
    permission, model = permissions.VIEW, Node
    panels = (OpenItems, Limits)

    def get_queryset(self) -> Any:
        return Node.objects.filter(kind=NodeKind.PARTNER)

    def get_title(self) -> str:
        return self.record.label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (receivables_crumb(),)

    def get_stats(self) -> Any:
        return account_stats(self.record.pk, credit_of(self.record.pk))

    def get_actions(self) -> Sequence[Button]:
        pk = self.record.pk
        return (
            Button(
                label=_("Statement"), url=reverse("ledger:statement", args=[pk]), icon="file-text"
            ),
            Button(
                label=_("Set the credit limit"),
                url=reverse("ledger:limit", args=[pk]),
                icon="credit-card",
                permission=permissions.LIMIT,
            ),
            Button(
                label=_("Record a payment"),
                url=f"{reverse('ledger:payment')}?node={pk}",
                icon="cash",
                style="primary",
                permission=permissions.POST,
            ),
        )


class PartnerStatement(StatementList):
    permission = permissions.VIEW

    @property
    def node_id(self) -> int:
        return int(self.kwargs["pk"])

    @property
    def node(self) -> Node:
        found = Node.objects.filter(pk=self.node_id, kind=NodeKind.PARTNER).first()
        if found is None:
            raise NotFound()
        return found

    def get_title(self) -> str:
        return str(_("Statement of %(partner)s") % {"partner": self.node.label})

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("ledger:partner", args=[self.node_id])
        return (receivables_crumb(), Crumb(self.node.label, url))


class Posting(FormView):
    """A payment or a credit note by hand."""

    permission, form_class = permissions.POST, PostingForm
    submit_label, success_message = _("Post"), _("Posted.")
    kind = EntryKind.PAYMENT

    def get_crumbs(self) -> Sequence[Crumb]:
        return (receivables_crumb(),)

    def get_initial(self) -> dict[str, Any]:
        return {"node": self.request.GET.get("node", "")}

    def perform(self, form: PostingForm) -> Node:
        told = form.cleaned_data
        use = services.post_payment if self.kind == EntryKind.PAYMENT else services.post_credit_note
        use(
            node_id=told["node"].pk,
            amount=told["amount"],
            on=told["on"],
            number=told["number"],
            text=told["text"],
            key=f"{self.kind}|{told['key']}",
            actor=self.principal,
            now=self.now,
        )
        return told["node"]

    def get_success_url(self, result: Node) -> str:
        return reverse("ledger:partner", args=[result.pk])


class Payment(Posting):
    permission, title = permissions.POST, _("Record a payment")


class CreditNote(Posting):
    permission, title, kind = permissions.POST, _("Post a credit note"), EntryKind.CREDIT_NOTE


class CreditLimitForm(FormView):
    permission, title, form_class, model = (
        permissions.LIMIT,
        _("Set the credit limit"),
        LimitForm,
        Node,
    )

    def get_crumbs(self) -> Sequence[Crumb]:
        url = reverse("ledger:partner", args=[self.record.pk])
        return (receivables_crumb(), Crumb(self.record.label, url))

    def get_initial(self) -> dict[str, Any]:
        last = credit_limits(self.record.pk).first()
        return {"amount": last.amount if last else None}

    def perform(self, form: LimitForm) -> Node:
        services.set_credit_limit(
            node_id=self.record.pk,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            actor=self.principal,
            now=self.now,
        )
        return self.record

    def get_success_url(self, result: Node) -> str:
        return reverse("ledger:partner", args=[result.pk])


class ClosePeriod(FormView):
    permission, title, form_class = permissions.CLOSE, _("Close a period"), ClosingForm
    intro = _(
        "Nothing can be posted on or before this day again; late documents go to the next open day."
    )
    submit_label, success_message = _("Close for good"), _("The period is closed.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return (receivables_crumb(),)

    def perform(self, form: ClosingForm) -> Any:
        told = form.cleaned_data
        return services.close_period(
            told["entity"], until=told["until"], actor=self.principal, now=self.now
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("ledger:entries")
