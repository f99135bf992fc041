"""Why a place serves a line, and what it was credited for, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.language import in_language
from yunhe.platform.ui.formatting import day as day_text
from yunhe.platform.ui.formatting import money
from yunhe.trade.sourcing.choices import CreditCause, RuleKind
from yunhe.trade.sourcing.models import PartCredit
from yunhe.trade.sourcing.queries import BRAND, LICENCE, TERRITORY

EMPTY, REST, MORE = "empty", "rest", "more"
"""Of a place that does not serve the line: it has none, it gives all it has, another is preferred."""


def why(reason: Mapping[str, Any], *, others: bool = True) -> str:
    """The sentences for one line; without `others` nothing is said about other places."""
    sentences = [_main(reason)]
    if others:
        sentences += [_other(other) for other in reason.get("others", ())]
    return " ".join(sentence for sentence in sentences if sentence)


def _main(reason: Mapping[str, Any]) -> str:
    if reason.get("by_hand"):
        return _("Chosen by hand.")
    if made_on := reason.get("made_on"):
        words = {"day": day_text(date.fromisoformat(made_on))}
        return _("No place has it in stock; promised from production for %(day)s.") % words
    sentence = {
        RuleKind.PRIORITY: _("First in the list that has it."),
        RuleKind.NEAREST: _("The nearest that has it."),
        RuleKind.MOST_STOCK: _("Has the most of it."),
        RuleKind.FEWEST: _("Keeps the number of shipments lowest."),
        RuleKind.WEIGHTED: _("Best by the weights of the rule."),
    }[RuleKind(reason["kind"])]
    return f"{sentence} {_distance(reason)}".strip()


def _distance(reason: Mapping[str, Any]) -> str:
    if reason.get("km") is None:
        return ""
    return _("%(km)s km away.") % {"km": reason["km"]}


def _other(other: Mapping[str, Any]) -> str:
    name = in_language(other["name"], other["name_en"])
    sentence = {
        EMPTY: _("%(place)s has none."),
        REST: _("%(place)s gives all it has (%(has)s)."),
        TERRITORY: _("%(place)s does not serve this province."),
        BRAND: _("%(place)s does not serve this brand."),
        LICENCE: _("%(place)s may not sell it."),
    }.get(other["why"], "")
    return sentence % {"place": name, "has": other.get("has", "")} if sentence else ""


def served_text(credit: PartCredit, *, number: str, partner: str) -> str:
    """What a serving dealer was credited for, or charged again, in a sentence."""
    words = {
        "number": number,
        "shipment": credit.shipment,
        "partner": partner,
        "goods": money(abs(credit.goods), credit.currency),
        "fee": money(abs(credit.fee), credit.currency),
    }
    if credit.cause == CreditCause.MISSING:
        sentence = _(
            "Taken back, as it did not arrive at %(partner)s: order %(number)s, goods %(goods)s,"
            " service fee %(fee)s."
        )
    else:
        sentence = _(
            "Served from own stock for %(partner)s: order %(number)s, shipment %(shipment)s,"
            " goods %(goods)s, service fee %(fee)s."
        )
    return sentence % words
