"""What a promotion's page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.channel.network.choices import Level, Tier
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.figures import Event, Fact
from yunhe.platform.ui.formatting import day, last_day
from yunhe.platform.ui.tables import Rows
from yunhe.platform.ui.views import FactsPanel, TablePanel, TimelinePanel
from yunhe.platform.workflow.panels import ApprovalPanel
from yunhe.trade.promotions.choices import STATUS_TONES, PromotionStatus, StepNote, Weekday
from yunhe.trade.promotions.definition import rule_of, skus_named
from yunhe.trade.promotions.models import BUDGET, USES, Promotion
from yunhe.trade.promotions.permissions import CHANGE, PUBLISH
from yunhe.trade.promotions.queries import audience_of, limits_of, names_of, steps_of
from yunhe.trade.promotions.reporting import conflict_report, finding_in_words
from yunhe.trade.promotions.services.moving import APPROVAL
from yunhe.trade.promotions.tables import FindingTable, UsageTable
from yunhe.trade.promotions.transitions import MOVES
from yunhe.trade.promotions.wording import listed, money, rule_in_words, selection_in_words


def rule_facts(promotion: Promotion) -> list[Fact]:
    """The rule, its products and how it meets others, in words."""
    rule = rule_of(promotion.kind, promotion.definition)
    names = names_of(promotion.selector, skus_named(rule))
    sentences = rule_in_words(rule, names["skus"])
    facts = [Fact(gettext_lazy("What it gives"), " ".join(sentences))]
    if promotion.kind != "bundle":
        facts.append(Fact(gettext_lazy("Products"), selection_in_words(promotion.selector, names)))
    if promotion.most is not None:
        facts.append(Fact(gettext_lazy("Most off one order"), money(promotion.most)))
    return facts


def when(promotion: Promotion) -> str:
    """The days on which it holds."""
    starts, ends = promotion.period.lower, promotion.period.upper
    words = {"first": day(starts), "last": last_day(ends)}
    text = _("%(first)s to %(last)s") if ends else _("from %(first)s on")
    days = listed(str(Weekday(one).label) for one in promotion.weekdays)
    return f"{text % words} · {days}" if days else text % words


class RulePanel(FactsPanel):
    title, icon, columns = gettext_lazy("Rule"), "discount", 1

    def facts(self) -> Sequence[Fact]:
        return [
            *rule_facts(self.record),
            Fact(gettext_lazy("Beside others"), self.record.get_stacking_display()),
            Fact(gettext_lazy("Priority"), str(self.record.priority)),
        ]

    def actions(self) -> Sequence[Button]:
        if self.record.status != PromotionStatus.DRAFT:
            return ()
        url = reverse("promotions:change", args=[self.record.pk])
        return (
            Button(
                label=gettext_lazy("Change"), url=url, icon="edit", size="small", permission=CHANGE
            ),
        )


class TargetPanel(FactsPanel):
    title, icon = gettext_lazy("For whom and when"), "target"

    def facts(self) -> Sequence[Fact]:
        record = self.record
        levels = listed(str(Level(one).label) for one in record.levels)
        tiers = listed(str(Tier(one).label) for one in record.tiers)
        return [
            Fact(
                gettext_lazy("Valid in"),
                listed(place.label for place in audience_of(record)),
            ),
            Fact(gettext_lazy("Levels"), levels or _("every level")),
            Fact(gettext_lazy("Tiers"), tiers or _("every tier")),
            Fact(gettext_lazy("Days"), when(record)),
            Fact(gettext_lazy("Run by"), record.node.label),
            Fact(gettext_lazy("Note"), record.note),
        ]


class ReportPanel(TablePanel):
    """What speaks against publishing; shown as long as it may still be published."""

    title, icon, table = gettext_lazy("Conflict report"), "alert-triangle", FindingTable
    empty = Empty(title=gettext_lazy("No conflict was found"), icon="circle-check")

    def shown(self) -> bool:
        return self.record.status != PromotionStatus.ENDED

    def rows(self) -> Rows:
        return [
            {"weight": str(one.finding.weight), "text": finding_in_words(one)}
            for one in conflict_report(self.record, now=self.view.now)
        ]


class UsagePanel(TablePanel):
    """Budget and uses, as capacity keeps them."""

    title, icon, table = gettext_lazy("Limits"), "gauge", UsageTable
    empty = Empty(title=gettext_lazy("No budget and no limit of uses"), icon="gauge")

    def shown(self) -> bool:
        return self.record.status not in (PromotionStatus.DRAFT, PromotionStatus.SUBMITTED)

    def actions(self) -> Sequence[Button]:
        url = reverse("promotions:limits", args=[self.record.pk])
        return (
            Button(
                label=gettext_lazy("Change limits"),
                url=url,
                icon="edit",
                size="small",
                permission=PUBLISH,
            ),
        )

    def rows(self) -> Rows:
        labels = {BUDGET: _("Budget"), USES: _("Orders in all")}
        return [
            {
                "label": labels[one.kind],
                "maximum": one.maximum,
                "reserved": one.reserved,
                "committed": one.committed,
                "left": (one.maximum or 0) - one.reserved - one.committed,
            }
            for one in limits_of(self.record)
        ]


class PromotionApproval(ApprovalPanel):
    kinds = (APPROVAL,)


class PromotionHistory(TimelinePanel):
    def events(self) -> Iterable[Event]:
        return [
            Event(
                at=step.at,
                title=MOVES[step.action].label,
                text=dict(StepNote.choices).get(step.note, step.note),
                who=step.user.name if step.user else "",
                icon=MOVES[step.action].icon,
                tone=STATUS_TONES[PromotionStatus(step.status)],
            )
            for step in steps_of(self.record)
        ]
