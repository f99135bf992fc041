"""Why a dealer gets so much: a sentence in the reader's language from the facts of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.channel.network.choices import Tier
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.catalog.choices import Unit


def facts_of(line: Any, allocation: Any) -> dict[str, Any]:
    """What the sentence needs, as JSON."""
    rule = allocation.rule
    return {
        "lots": line.lots,
        "unit": allocation.unit,
        "tier": line.tier,
        "tier_weight": str(rule.tiers.get(line.tier, 0)),
        "tier_part": rule.tier_part,
        "history": to_text(line.history),
        "history_part": rule.history_part,
        "months": rule.history_months,
        "health": None if line.health is None else to_text(line.health),
        "health_part": rule.health_part,
        "weight": to_text(Decimal(line.weight) / 10_000),
        "supply_lots": int(allocation.supply // allocation.lot),
        "rule": rule.name,
        "rule_en": rule.name_en or rule.name,
        "floor": line.floor,
        "cap": line.cap,
        "bound": _bound(line),
        "by_hand": line.reason,
    }


def _bound(line: Any) -> str:
    if line.reason:
        return "hand"
    if line.lots == line.cap:
        return "cap"
    return "floor" if line.floor and line.lots == line.floor else ""


def why(facts: dict[str, Any], *, english: bool) -> str:
    """The sentence."""
    words = {
        **facts,
        "unit": counted(str(Unit(facts["unit"]).label), facts["lots"]),
        "tier": Tier(facts["tier"]).label if facts["tier"] in Tier.values else facts["tier"],
        "rule": facts["rule_en"] if english else facts["rule"],
    }
    sentence = _(
        "Your share is %(lots)s %(unit)s of %(supply_lots)s: by the rule “%(rule)s” your tier "
        "“%(tier)s” (weight %(tier_weight)s) counts %(tier_part)s and your purchases of the last "
        "%(months)s months (%(history)s base units) count %(history_part)s, which makes "
        "%(weight)s %% of all."
    )
    endings = {
        "hand": _("It was set by hand: %(by_hand)s"),
        "cap": _("More than %(cap)s is not given to one dealer or was not asked for."),
        "floor": _("Every dealer gets at least %(floor)s."),
    }
    parts = [sentence % words]
    if facts.get("health_part"):
        parts.append(_health(words))
    if facts["bound"]:
        parts.append(endings[facts["bound"]] % words)
    return " ".join(parts)


def _health(words: dict[str, Any]) -> str:
    """Allocations of before the health counted have none in their facts."""
    if words.get("health") is None:
        return (
            _("Your health counts %(health_part)s, but nothing is known of it: report your stock.")
            % words
        )
    sentence = _(
        "Your health (%(health)s of 100, by credible stock reports and payment in time) counts "
        "%(health_part)s in it."
    )
    return sentence % words
