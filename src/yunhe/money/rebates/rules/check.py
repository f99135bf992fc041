"""What the policy compiler says about rebate rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.channel.policies.rules.registry import CompileContext, Finding, Rule, Severity
from yunhe.money.rebates.choices import EARLIER, Mode
from yunhe.money.rebates.queries.products import Products, products_of
from yunhe.money.rebates.rules.definition import (
    DocumentRefused,
    ProgramFrame,
    RebateRule,
    kernel_program,
    read_rule,
)
from yunhe.money.rebates.rules.estimate import estimate_cost
from yunhe.money.rebates.rules.wording import start_text
from yunhe.platform.ui import formatting

Entry = tuple[Rule, RebateRule, Products]


def check(rules: Sequence[Rule], context: CompileContext) -> Iterable[Finding]:
    """Findings on every rebate rule of a version, each at its place."""
    entries = [(rule, read_rule(rule.definition)) for rule in rules]
    known = [(rule, read, products_of(read)) for rule, read in entries]
    for at, entry in enumerate(known):
        yield from _alone(entry, context)
        yield from _beside(entry, known[:at], context)
    yield from _cost(known, context)


def _alone(entry: Entry, context: CompileContext) -> Iterator[Finding]:
    rule, read, products = entry
    shape = [*_tiers(rule, read), *_combination(rule, read, context)]
    yield from shape
    if products.included is not None and not set(products.included) - set(products.excluded):
        message = _("No product is left: brands, categories and codes name none.")
        yield Finding(Severity.ERROR, "rebate.no_products", message, f"{rule.where}.products")
    if not any(finding.severity is Severity.ERROR for finding in shape):
        yield from _kernel(rule, read, context)


def _tiers(rule: Rule, read: RebateRule) -> Iterator[Finding]:
    first = read.tiers[0]
    if first.start > 0:
        yield Finding(
            Severity.NOTE,
            "rebate.gap",
            _("Nothing is earned below the first tier, %(start)s.")
            % {"start": start_text(read.tier_by, first.start)},
            f"{rule.where}.tiers.0",
        )
    highest = first
    for at, tier in enumerate(read.tiers[1:], start=1):
        where = f"{rule.where}.tiers.{at}"
        if tier.start <= highest.start:
            yield Finding(
                Severity.ERROR,
                "rebate.overlap",
                _("Tier %(tier)d begins at %(start)s, inside the tier before: they overlap.")
                % {"tier": at + 1, "start": start_text(read.tier_by, tier.start)},
                where,
            )
            continue
        if tier.rate < highest.rate:
            yield Finding(
                Severity.WARNING,
                "rebate.falling",
                _("Tier %(tier)d pays less than the tier before: the rate falls with volume.")
                % {"tier": at + 1},
                where,
            )
        highest = tier


def _combination(rule: Rule, read: RebateRule, context: CompileContext) -> Iterator[Finding]:
    if read.mode == Mode.MARGINAL and read.tier_by != read.pay_on:
        message = _("Slices need tiers by what is paid on: choose the same, or the reached rate.")
        yield Finding(Severity.ERROR, "rebate.mode", message, f"{rule.where}.tier_by")
    if context.end is None:
        message = _("A rebate needs a period with an end: give the policy a last day.")
        yield Finding(Severity.ERROR, "rebate.no_end", message, rule.where)


def _kernel(rule: Rule, read: RebateRule, context: CompileContext) -> Iterator[Finding]:
    """Whatever else the kernel would refuse."""
    if context.start is None or context.end is None:
        return
    frame = ProgramFrame(
        code="check", currency=settings.CURRENCY, start=context.start, end=context.end
    )
    try:
        kernel_program(read, frame)
    except DocumentRefused as error:
        message = _("The rebate cannot be computed: %(reason)s") % {"reason": str(error)}
        yield Finding(Severity.ERROR, "rebate.refused", message, rule.where)


def _beside(entry: Entry, earlier: Sequence[Entry], context: CompileContext) -> Iterator[Finding]:
    """Two rebates on the same sales, here or in another policy, neither deducting the other."""
    rule, read, products = entry
    for other, theirs, their_products in earlier:
        if EARLIER not in read.net_of and _same_sales(read, products, theirs, their_products):
            yield Finding(
                Severity.WARNING,
                "rebate.paid_twice",
                _("Rule %(number)d pays on the same sales.") % {"number": other.index + 1},
                f"{rule.where}.products",
            )
    for policy in context.others:
        for other in policy.rules:
            there = _readable(other)
            if there is None or any(name.endswith(f"#{other.index + 1}") for name in read.net_of):
                continue
            if _same_sales(read, products, there, products_of(there)):
                yield Finding(
                    Severity.WARNING,
                    f"rebate.paid_elsewhere.{policy.title}.{other.index + 1}",
                    _("“%(title)s” pays on the same sales of %(count)d of the recipients.")
                    % {"title": policy.title, "count": policy.shared_recipients},
                    f"{rule.where}.products",
                )


def _readable(rule: Rule) -> RebateRule | None:
    if rule.kind != "rebate":
        return None
    try:
        return read_rule(rule.definition)
    except DocumentRefused:
        return None


def _same_sales(one: RebateRule, products: Products, other: RebateRule, others: Products) -> bool:
    if one.flow != other.flow:
        return False
    without = set(products.excluded) | set(others.excluded)
    if products.included is None and others.included is None:
        return True
    if products.included is None or others.included is None:
        listed = set(products.included or others.included or {})
    else:
        listed = set(products.included) & set(others.included)
    return bool(listed - without)


def _cost(entries: Sequence[Entry], context: CompileContext) -> Iterator[Finding]:
    """What the rules would have cost on the same days a year ago, against the budget."""
    total = Decimal(0)
    for rule, read, products in entries:
        estimate = estimate_cost(read, products, context)
        if estimate is None:
            continue
        total += estimate.cost
        shown: dict[str, Any] = {
            "cost": formatting.money(estimate.cost, settings.CURRENCY),
            "earning": estimate.earning,
            "partners": context.audience_count,
            "start": formatting.day(estimate.start),
            "last": formatting.day(estimate.last),
        }
        yield Finding(
            Severity.NOTE,
            "rebate.estimate",
            _(
                "On the facts of %(start)s to %(last)s it would have cost %(cost)s:"
                " %(earning)d of %(partners)d partners would have earned."
            )
            % shown,
            rule.where,
        )
    if context.budget is not None and total > context.budget:
        yield Finding(
            Severity.WARNING,
            "rebate.budget",
            _("The estimate of %(cost)s exceeds the budget of %(budget)s.")
            % {
                "cost": formatting.money(total, settings.CURRENCY),
                "budget": formatting.money(context.budget, settings.CURRENCY),
            },
            "budget",
        )
