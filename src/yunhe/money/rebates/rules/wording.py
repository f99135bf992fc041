"""A rebate rule in sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yunhe.money.rebates.choices import (
    EARLIER,
    POLICY_READ,
    RATIO_TIERS,
    Flow,
    Frequency,
    Mode,
    RateKind,
    TierBy,
)
from yunhe.money.rebates.rules.definition import DocumentRefused, RebateRule, RuleTier, read_rule
from yunhe.platform.ui import formatting


def summarise(definition: Mapping[str, Any]) -> str:
    """The rule, one sentence a line: tiers, products, limits, conditions, settlement."""
    try:
        rule = read_rule(definition)
    except DocumentRefused as error:
        return _("The rebate rule cannot be read: %(reason)s") % {"reason": str(error)}
    lines = [_tiers_sentence(rule), _products_sentence(rule), *_limit_sentences(rule)]
    if rule.conditions:
        names = _listed(condition_name(name) for name in rule.conditions)
        lines.append(_("Only if: %(conditions)s.") % {"conditions": names})
    if rule.net_of:
        names = _listed(net_of_name(name) for name in rule.net_of)
        lines.append(_("After deduction of what is earned in: %(programs)s.") % {"programs": names})
    lines.append(_("Settled %(frequency)s.") % {"frequency": Frequency(rule.frequency).label})
    return "\n".join(lines)


def tiers_text(rule: RebateRule) -> str:
    """`from ¥50,000: 1.5 %, from ¥100,000: 2.5 %`."""
    return _listed(
        _("from %(start)s: %(rate)s")
        % {"start": start_text(rule.tier_by, tier.start), "rate": rate_text(rule.kind, tier.rate)}
        for tier in rule.tiers
    )


def start_text(tier_by: str, start: Decimal) -> str:
    """Where a tier begins: money, units, or a share in percent."""
    if tier_by in RATIO_TIERS:
        return percent_text(start)
    if tier_by == TierBy.QUANTITY:
        return units_text(start)
    return amount_text(start)


def units_text(quantity: Decimal) -> str:
    """A quantity in base units of whatever product."""
    return _("%(number)s units") % {"number": formatting.number(quantity)}


def rate_text(kind: str, rate: Decimal) -> str:
    """What a tier pays."""
    if kind == RateKind.PERCENT:
        return percent_text(rate)
    shown = amount_text(rate)
    if kind == RateKind.PER_UNIT:
        return _("%(amount)s a unit") % {"amount": shown}
    return _("%(amount)s once") % {"amount": shown}


def amount_text(amount: Decimal) -> str:
    """10000 → `¥10,000`, 0.1 → `¥0.10`, 0.125 → `¥0.125`: every digit, cents where there are some."""
    if amount != round(amount, 2):
        return formatting.SYMBOLS[settings.CURRENCY] + formatting.number(amount)
    return formatting.money(amount).removesuffix(".00")


def percent_text(share: Decimal) -> str:
    """0.015 → `1.5 %`, every digit."""
    return f"{formatting.number((share * 100).normalize())} %"


def condition_name(name: str) -> str:
    return _("the policy is confirmed as read") if name == POLICY_READ else name


def net_of_name(name: str) -> str:
    return _("the rebate rules before this one") if name == EARLIER else name


def tier_label(rule: RebateRule, tier: RuleTier) -> str:
    return _("from %(start)s") % {"start": start_text(rule.tier_by, tier.start)}


def _tiers_sentence(rule: RebateRule) -> str:
    how = (
        _("each slice at its own rate")
        if rule.mode == Mode.MARGINAL
        else _("the rate reached counts for everything")
    )
    return _("On %(flow)s, tiers by %(metric)s: %(tiers)s (%(how)s).") % {
        "flow": Flow(rule.flow).label,
        "metric": TierBy(rule.tier_by).label,
        "tiers": tiers_text(rule),
        "how": how,
    }


def _products_sentence(rule: RebateRule) -> str:
    parts = []
    if rule.brands:
        parts.append(_("brands %(codes)s") % {"codes": _listed(rule.brands)})
    if rule.categories:
        parts.append(_("categories %(codes)s") % {"codes": _listed(rule.categories)})
    if rule.products:
        parts.append(_("products %(codes)s") % {"codes": _shortened(rule.products)})
    shown = _("Products: %(parts)s") % {"parts": _listed(parts) if parts else _("the whole range")}
    if rule.exclude_products:
        shown += _(", except %(codes)s") % {"codes": _shortened(rule.exclude_products)}
    return shown + pgettext("rebate", ".")


def _limit_sentences(rule: RebateRule) -> list[str]:
    lines = []
    if rule.cap is not None:
        lines.append(_("At most %(cap)s a partner.") % {"cap": amount_text(rule.cap)})
    if rule.minimum_payment:
        amount = amount_text(rule.minimum_payment)
        lines.append(_("Less than %(amount)s is carried forward.") % {"amount": amount})
    if not rule.clawback:
        lines.append(_("What returns take away is not charged back."))
    return lines


def _shortened(codes: tuple[str, ...]) -> str:
    if len(codes) <= 4:
        return _listed(codes)
    return _("%(codes)s and %(count)d more") % {
        "codes": _listed(codes[:3]),
        "count": len(codes) - 3,
    }


def _listed(parts: Any) -> str:
    return pgettext("rebate", ", ").join(str(part) for part in parts)
