"""What console and portal both show of a line: ladder, steps, waterfall."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yunhe.money.rebates.models import Accrual, Program, Statement
from yunhe.money.rebates.queries.reading import bundle_of, read_line, steps_of
from yunhe.money.rebates.rules.definition import RebateRule, read_rule
from yunhe.money.rebates.rules.wording import rate_text, tier_label
from yunhe.money.rebates.tables import metric_text
from yunhe.platform.access.principal import Principal
from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Crumb
from yunhe.platform.ui.components.charts import Move, WaterfallChart
from yunhe.platform.ui.components.figures import Fact, Facts, Stat, Tier, TierLadder
from yunhe.platform.ui.views import FactsPanel, TemplatePanel

ZERO = Decimal(0)
PROGRAMS_CRUMB = Crumb(gettext_lazy("Rebates"), "/rebates/")
SETTLEMENTS_CRUMB = Crumb(gettext_lazy("Settlements"), "/rebates/settlements/")


def area_note(principal: Principal) -> Text:
    """Totals are of the partners in the reader's scope: who lacks some is told so."""
    return "" if principal.wide else gettext_lazy("Totals of the partners in your data scope")


def money_stat(label: Text, value: Decimal, currency: str) -> Stat:
    """An amount in a page's header."""
    return Stat(label=label, value=formatting.money(value, currency))


def rule_of(program: Program) -> RebateRule:
    """The rule with the program's own tiers."""
    return read_rule(program.rule)


def tier_facts(program: Program) -> Facts:
    """The tiers of a program, where nobody stands."""
    rule = rule_of(program)
    return Facts(
        facts=[Fact(tier_label(rule, tier), rate_text(rule.kind, tier.rate)) for tier in rule.tiers]
    )


def ladder(program: Program, accrual: Accrual) -> TierLadder:
    """The tiers of a program, and where the partner stands."""
    rule = rule_of(program)
    tiers = [
        Tier(tier_label(rule, tier), float(tier.start), rate_text(rule.kind, tier.rate))
        for tier in rule.tiers
    ]
    value = max(accrual.metric or ZERO, ZERO)
    shown = metric_text(rule.tier_by, accrual.metric or ZERO, program.currency)
    lacking = ""
    if accrual.to_next is not None:
        gap = metric_text(rule.tier_by, accrual.to_next, program.currency)
        lacking = _("%(gap)s to the next tier") % {"gap": gap}
    return TierLadder(tiers=tiers, value=float(value), shown=shown, remaining=lacking)


def waterfall(stored: Mapping[str, Any]) -> WaterfallChart:
    """From the slices over the cap and what was paid to what is due."""
    line = read_line(stored)
    trace = line.trace
    amounts = [s.earned for s in trace.slices]
    taken = trace.earned - sum(amounts, ZERO)
    if amounts and abs(taken) < Decimal(1).scaleb(-trace.exponent):  # the rounding alone
        amounts[-1], taken = amounts[-1] + taken, ZERO
    moves = [
        Move(_("Tier %(number)d") % {"number": part.tier}, amount)
        for part, amount in zip(trace.slices, amounts, strict=True)
    ]
    if taken:
        moves.append(Move(_("Cap, conditions, rounding"), taken))
    moves.append(Move(_("Earned"), line.earned, total=True))
    if line.paid_before:
        moves.append(Move(_("Paid before"), -line.paid_before))
    if left := line.due - (line.earned - line.paid_before):
        moves.append(Move(_("Carried forward"), left))
    moves.append(Move(pgettext("rebate", "Due"), line.due, total=True))
    return WaterfallChart(
        title=_("Why this rebate"),
        unit="money",
        currency=line.currency,
        height=240,
        moves=moves,
    )


class LadderPanel(TemplatePanel):
    """The tiers; of an accrual also where the partner stands."""

    title, icon = pgettext_lazy("rebate", "Tiers"), "trending-up"
    template_name = "rebates/panel_ladder.html"

    def context(self) -> dict[str, Any]:
        record = self.record
        if isinstance(record, Program):
            return {"ladder": tier_facts(record)}
        return {"ladder": ladder(record.program, record)}


class WaterfallPanel(TemplatePanel):
    """The amounts as a picture."""

    title, icon = gettext_lazy("Why this rebate"), "chart-bar"
    template_name = "rebates/panel_waterfall.html"

    def shown(self) -> bool:
        """Nothing earned and nothing paid is no picture."""
        line = read_line(self.record.line)
        return bool(line.earned or line.paid_before or line.due)

    def context(self) -> dict[str, Any]:
        return {"chart": waterfall(self.record.line)}


class StepsPanel(TemplatePanel):
    """Every step of the computation in words."""

    title, icon = gettext_lazy("Steps"), "list-details"
    template_name = "rebates/panel_steps.html"

    def context(self) -> dict[str, Any]:
        return {"steps": steps_of(self.record)}


class StatementFacts(FactsPanel):
    """What the statement says in short, and how to check it."""

    title, icon, side = gettext_lazy("Statement"), "file-certificate", True
    columns = 1

    def facts(self) -> list[Fact]:
        statement: Statement = self.record
        return [
            Fact(gettext_lazy("Kind"), statement.get_kind_display()),
            Fact(gettext_lazy("Up to"), formatting.day(statement.cutoff)),
            Fact(gettext_lazy("Posted on"), formatting.day(statement.on)),
            Fact(pgettext_lazy("rebate", "Key"), statement.signed_with.key_id),
            Fact("SHA-256", statement.sha256),
        ]


class VerifyPanel(TemplatePanel):
    """How anyone checks the statement alone."""

    title, icon = gettext_lazy("Check it yourself"), "shield-check"
    template_name = "rebates/panel_verify.html"

    def context(self) -> dict[str, Any]:
        return {"statement": self.record}


def bundle_answer(statement_id: int) -> HttpResponse:
    """The statement's bundle as a download. Raises NotFound out of scope."""
    statement, content = bundle_of(statement_id)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{statement.number}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer
