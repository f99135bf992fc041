"""What a rebate rule of a policy says, read strictly; and the kernel's program that it becomes.

    {"flow": "sell_in", "pay_on": "amount", "tier_by": "amount", "mode": "retrospective",
     "kind": "percent", "tiers": [{"from": "50000", "rate": "0.015"}], "brands": [], "categories": [],
     "products": [], "exclude_products": [], "cap": null, "minimum_payment": "0", "clawback": true,
     "net_of": [], "conditions": ["policy_read"], "frequency": "quarterly"}

`products` are SKU codes; `brands` and `categories` are codes that stand for their SKUs at publishing.
Numbers are strings. `net_of` names programs of other policies as `POLICY#rule` (rules count from
1), or `#earlier`: every rebate rule before this one. Tiers may overlap here: the compiler says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yunhe.money.rebates.choices import Flow, Frequency, Mode, PayOn, RateKind, TierBy
from yunhe.money.rebates.compute.documents import (
    DocumentRefused,
    Reader,
    as_flag,
    as_list,
    as_number,
    as_text,
    read_program,
    refuse,
)
from yunhe.money.rebates.compute.program import Program
from yunhe.platform.values.exact import to_text


@dataclass(frozen=True, slots=True)
class RuleTier:
    """As entered: in the order of the rows, not yet checked against its neighbours."""

    start: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RebateRule:
    """A rebate rule; see the module for the meaning of its parts."""

    flow: str
    pay_on: str
    tier_by: str
    mode: str
    kind: str
    tiers: tuple[RuleTier, ...]
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    exclude_products: tuple[str, ...] = ()
    cap: Decimal | None = None
    minimum_payment: Decimal = Decimal(0)
    clawback: bool = True
    net_of: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    frequency: str = Frequency.QUARTERLY.value

    @property
    def every_product(self) -> bool:
        return not (self.brands or self.categories or self.products)


def read_rule(definition: Mapping[str, Any]) -> RebateRule:
    """The rule of a definition. Raises DocumentRefused naming the place."""
    source = Reader(dict(definition), "")
    pay_on = source.read("pay_on", _word(PayOn.values))
    texts = as_list(as_text)
    rule = RebateRule(
        flow=source.read_or("flow", Flow.SELL_IN.value, _word(Flow.values)),
        pay_on=pay_on,
        tier_by=source.read_or("tier_by", pay_on, _word(TierBy.values)),
        mode=source.read("mode", _word(Mode.values)),
        kind=source.read_or("kind", RateKind.PERCENT.value, _word(RateKind.values)),
        tiers=tuple(source.read("tiers", as_list(_as_tier))),
        brands=tuple(source.read_or("brands", [], texts)),
        categories=tuple(source.read_or("categories", [], texts)),
        products=tuple(source.read_or("products", [], texts)),
        exclude_products=tuple(source.read_or("exclude_products", [], texts)),
        cap=source.read_or("cap", None, _as_positive),
        minimum_payment=source.read_or("minimum_payment", Decimal(0), _as_positive),
        clawback=source.read_or("clawback", True, as_flag),
        net_of=tuple(source.read_or("net_of", [], texts)),
        conditions=tuple(source.read_or("conditions", [], texts)),
        frequency=source.read_or("frequency", Frequency.QUARTERLY.value, _word(Frequency.values)),
    )
    source.finish()
    if not rule.tiers:
        refuse("tiers", "at least one tier is needed")
    return rule


def write_rule(rule: RebateRule) -> dict[str, Any]:
    """The definition of a rule, every part stated."""
    return {
        "flow": rule.flow,
        "pay_on": rule.pay_on,
        "tier_by": rule.tier_by,
        "mode": rule.mode,
        "kind": rule.kind,
        "tiers": [{"from": to_text(t.start), "rate": to_text(t.rate)} for t in rule.tiers],
        "brands": list(rule.brands),
        "categories": list(rule.categories),
        "products": list(rule.products),
        "exclude_products": list(rule.exclude_products),
        "cap": None if rule.cap is None else to_text(rule.cap),
        "minimum_payment": to_text(rule.minimum_payment),
        "clawback": rule.clawback,
        "net_of": list(rule.net_of),
        "conditions": list(rule.conditions),
        "frequency": rule.frequency,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramFrame:
    """What a program has beside its rule: identity, period `[start, end)`, products, earlier programs."""

    code: str
    currency: str
    start: date
    end: date
    products: Sequence[str] | None = None
    exclude_products: Sequence[str] = ()
    net_of: Sequence[str] = ()


def program_document(rule: RebateRule, frame: ProgramFrame) -> dict[str, Any]:
    """The kernel's document of the program, without partners, baselines and conditions."""
    return {
        "id": frame.code,
        "currency": frame.currency,
        "valid": [frame.start.isoformat(), frame.end.isoformat()],
        "flow": rule.flow,
        "pay_on": rule.pay_on,
        "tier_by": rule.tier_by,
        "mode": rule.mode,
        "kind": rule.kind,
        "tiers": [{"from": to_text(t.start), "rate": to_text(t.rate)} for t in rule.tiers],
        "products": None if frame.products is None else sorted(frame.products),
        "exclude_products": sorted(frame.exclude_products),
        "cap": None if rule.cap is None else to_text(rule.cap),
        "minimum_payment": to_text(rule.minimum_payment),
        "clawback": rule.clawback,
        "net_of": list(frame.net_of),
    }


def kernel_program(rule: RebateRule, frame: ProgramFrame) -> Program:
    """The kernel's program. Raises DocumentRefused when its parts contradict each other."""
    return read_program(program_document(rule, frame))


def _word(words: Sequence[str]) -> Any:
    def convert(value: Any, place: str) -> str:
        if value not in words:
            refuse(place, f"must be one of {', '.join(words)}, not {value!r:.40}")
        return str(value)

    return convert


def _as_positive(value: Any, place: str) -> Decimal:
    number = as_number(value, place)
    if number < 0:
        refuse(place, "must not be negative")
    return number


def _as_tier(value: Any, place: str) -> RuleTier:
    source = Reader(value, place)
    tier = RuleTier(source.read("from", as_number), source.read("rate", _as_positive))
    source.finish()
    return tier


__all__ = [
    "DocumentRefused",
    "ProgramFrame",
    "RebateRule",
    "RuleTier",
    "kernel_program",
    "program_document",
    "read_rule",
    "write_rule",
]
