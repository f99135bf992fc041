"""Rebates on the dealer's phone: what am I owed, how far to the next tier, why, my statements."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yunhe.money.rebates.models import Accrual, Statement, StatementLine
from yunhe.money.rebates.permissions import VIEW_OWN
from yunhe.money.rebates.queries.reading import (
    Owed,
    list_statements,
    owed_to,
    own_accruals,
    steps_of,
)
from yunhe.money.rebates.views.shared import (
    LadderPanel,
    StatementFacts,
    StepsPanel,
    VerifyPanel,
    WaterfallPanel,
    bundle_answer,
    ladder,
)
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.basics import Badge, Button, Crumb, Empty
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.components.lists import CardItem, CardList
from yunhe.platform.ui.views import DetailView, Page, TemplatePanel

MOST_STATEMENTS = 50


def home_crumb() -> Crumb:
    return Crumb(_("My rebates"), reverse("rebates_portal:home"))


class MyRebates(Page):
    """Everything on one page: owed, tiers of each policy, statements."""

    permission, face, title = VIEW_OWN, "portal", _("My rebates")
    template_name = "rebates/portal_home.html"

    def context(self, **extra: Any) -> dict[str, Any]:
        mine = own_accruals(self.principal)
        return super().context(
            stats=_stats(owed_to(self.principal)),
            accruals=[{"accrual": each, "ladder": ladder(each.program, each)} for each in mine],
            statements=self._statements(),
            empty=Empty(
                title=_("No rebate runs for you"),
                text=_(
                    "When a policy with a rebate is published to you, it counts from its first day."
                ),
                icon="percentage",
            ),
            **extra,
        )

    def _statements(self) -> CardList:
        rows = list_statements().filter(node_id__in=self.principal.node_ids)[:MOST_STATEMENTS]
        empty = Empty(title=_("No statements yet"), icon="file-certificate")
        return CardList(items=[_card(row) for row in rows], label=_("Statements"), empty=empty)


def _stats(owed: Owed) -> list[Stat]:
    currency = settings.CURRENCY
    return [
        Stat(
            label=_("Earned and not yet settled"),
            value=formatting.money(owed.open, currency),
            note=_("as of %(day)s") % {"day": formatting.day(owed.as_of)} if owed.as_of else "",
        ),
        Stat(label=_("Settled so far"), value=formatting.money(owed.paid, currency)),
    ]


def _card(statement: Statement) -> CardItem:
    return CardItem(
        title=statement.number,
        text=_("up to %(day)s") % {"day": formatting.day(statement.cutoff)},
        url=reverse("rebates_portal:statement", args=[statement.pk]),
        value=formatting.money(statement.due, statement.currency),
        badge=Badge(label=statement.get_kind_display(), tone="blue"),
    )


class MyAccrual(DetailView):
    """Why I have earned what I have."""

    permission, face, model = VIEW_OWN, "portal", Accrual
    panels = (LadderPanel, WaterfallPanel, StepsPanel)

    def get_queryset(self) -> QuerySet[Any]:
        mine = Accrual.objects.filter(node_id__in=self.principal.node_ids)
        return mine.select_related("program", "node")

    def get_title(self) -> Any:
        return self.record.program.label

    def get_crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(),)

    def get_stats(self) -> Sequence[Stat]:
        accrual, currency = self.record, self.record.program.currency
        return [
            Stat(label=_("Accrued"), value=formatting.money(accrual.earned, currency)),
            Stat(label=_("Settled"), value=formatting.money(accrual.paid, currency)),
        ]


class StatementSteps(TemplatePanel):
    """Every line of the statement with its steps."""

    title, icon = _("Steps"), "list-details"
    template_name = "rebates/panel_statement_steps.html"

    @cached_property
    def lines(self) -> list[StatementLine]:
        rows = StatementLine.objects.filter(statement=self.record).select_related("program")
        return list(rows.order_by("program__code"))

    def context(self) -> dict[str, Any]:
        return {"lines": [{"line": line, "steps": steps_of(line)} for line in self.lines]}


class MyStatement(DetailView):
    """A settled statement: what was due, the steps, the download, how to check it."""

    permission, face, model = VIEW_OWN, "portal", Statement
    panels = (StatementSteps, VerifyPanel, StatementFacts)

    def get_queryset(self) -> QuerySet[Any]:
        return list_statements().filter(node_id__in=self.principal.node_ids)

    def get_crumbs(self) -> Sequence[Crumb]:
        return (home_crumb(),)

    def get_stats(self) -> Sequence[Stat]:
        record = self.record
        return [
            Stat(
                label=pgettext_lazy("rebate", "Due"),
                value=formatting.money(record.due, record.currency),
            ),
            Stat(label=_("Earned"), value=formatting.money(record.earned, record.currency)),
            Stat(
                label=_("Paid before"), value=formatting.money(record.paid_before, record.currency)
            ),
        ]

    def get_actions(self) -> Sequence[Button]:
        url = reverse("rebates_portal:bundle", args=[self.record.pk])
        return [
            Button(label=_("Download"), url=url, icon="download", style="primary", download=True)
        ]


class MyBundle(Page):
    permission, face = VIEW_OWN, "portal"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return bundle_answer(kwargs["pk"])
