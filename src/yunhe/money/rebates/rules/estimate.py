"""What a rebate rule would have cost a year ago, on real facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from yunhe.channel.policies.rules.registry import CompileContext
from yunhe.money.rebates.compute.earning import compute_earned
from yunhe.money.rebates.compute.program import Settlement, SettlementKind
from yunhe.money.rebates.queries.facts import Counted, Takers, partner_totals
from yunhe.money.rebates.queries.products import Products
from yunhe.money.rebates.rules.definition import (
    DocumentRefused,
    ProgramFrame,
    RebateRule,
    kernel_program,
)

ONE_DAY = timedelta(days=1)
_AUDIENCE = (
    "SELECT reached AS node_id FROM policies_audience(%(subtrees)s::bigint[], %(levels)s::text[],"
    " %(tiers)s::text[], %(nodes)s::bigint[]) AS reached"
)


@dataclass(frozen=True)
class Estimate:
    """Cost over the same days a year ago, `start` to `last`, and how many partners had earned."""

    start: date
    last: date
    cost: Decimal
    earning: int


def year_before(day: date) -> date:
    """The same day a year ago; 29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def estimate_cost(rule: RebateRule, products: Products, context: CompileContext) -> Estimate | None:
    """The rule on last year's facts of its audience. One statement, then the kernel by partner.

    None when the rule has no period, cannot be computed, counts growth (there is no year before
    last), or there were no facts. Deductions (`net_of`) and conditions are left out: it is a maximum.
    """
    if context.start is None or context.end is None or context.audience is None:
        return None
    start, end = year_before(context.start), year_before(context.end)
    frame = ProgramFrame(code="estimate", currency=settings.CURRENCY, start=start, end=end)
    try:
        program = kernel_program(rule, frame)
    except DocumentRefused:
        return None
    if program.needs_baseline:
        return None
    counted = Counted(
        flow=rule.flow,
        tier_by=rule.tier_by,
        currency=settings.CURRENCY,
        start=start,
        end=end,
        sku_ids=products.sku_ids,
        excluded_sku_ids=products.excluded_ids,
    )
    names = ("subtrees", "levels", "tiers", "nodes")
    takers = Takers(_AUDIENCE, dict(zip(names, context.audience, strict=True)))
    totals = partner_totals(counted, takers, cutoff=end, known_by=date.max)
    if not totals:
        return None
    settlement = Settlement(end - ONE_DAY, SettlementKind.FINAL)
    earned = [
        compute_earned(program, settlement, str(node_id), sums, {}).earned
        for node_id, sums in totals.items()
    ]
    return Estimate(start, end - ONE_DAY, sum(earned, Decimal(0)), sum(1 for e in earned if e))
