"""Programs, facts and settlements as JSON documents: strict reading, canonical writing.

Reading refuses unknown keys, numbers that are not strings, and anything that is not the exact form;
the error names the place, for example `programs[0].tiers[1].rate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from yunhe.money.rebates.compute.program import (
    Condition,
    Fact,
    Flow,
    Kind,
    Mode,
    PayOn,
    Program,
    Settlement,
    SettlementKind,
    Tier,
    TierBy,
)
from yunhe.platform.values.errors import ValueRefused
from yunhe.platform.values.exact import ZERO, parse_decimal, to_text
from yunhe.platform.values.period import Period
from yunhe.platform.values.quantity import BASE, UnitTable

Word = TypeVar("Word", bound=StrEnum)
Part = TypeVar("Part")
Default = TypeVar("Default")


class DocumentRefused(ValueRefused):
    """A document is not of the published form; the message begins with the place."""

    code = "rebates.document_refused"


class Reader:
    """One JSON object with its place; every key must be taken, else `finish` refuses the rest."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            refuse(place, "must be an object")
        self.value: dict[str, Any] = value
        self.place = place
        self.taken: set[str] = set()

    def has(self, key: str) -> bool:
        self.taken.add(key)
        return self.value.get(key) is not None

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def read(self, key: str, convert: Callable[[Any, str], Part]) -> Part:
        if not self.has(key):
            refuse(self.at(key), "is missing")
        return convert(self.value[key], self.at(key))

    def read_or(
        self, key: str, default: Default, convert: Callable[[Any, str], Part]
    ) -> Part | Default:
        return convert(self.value[key], self.at(key)) if self.has(key) else default

    def finish(self) -> None:
        unknown = sorted(set(self.value) - self.taken)
        if unknown:
            refuse(self.place or "document", f"unknown key {unknown[0]!r}")


def refuse(place: str, reason: str) -> NoReturn:
    raise DocumentRefused(f"{place or 'document'}: {reason}")


def as_text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value:
        refuse(place, "must be a text that is not empty")
    return str(value)


def as_number(value: Any, place: str) -> Decimal:
    if not isinstance(value, str):
        refuse(place, f"must be a string with an exact decimal, not {value!r:.40}")
    try:
        return parse_decimal(value)
    except ValueRefused as error:
        refuse(place, str(error))


def as_date(value: Any, place: str) -> date:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    refuse(place, f"must be a date YYYY-MM-DD, not {value!r:.40}")


def as_flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        refuse(place, "must be true or false")
    return bool(value)


def as_list(item: Callable[[Any, str], Part]) -> Callable[[Any, str], list[Part]]:
    def convert(value: Any, place: str) -> list[Part]:
        if not isinstance(value, list):
            refuse(place, "must be a list")
        return [item(part, f"{place}[{at}]") for at, part in enumerate(value)]

    return convert


def as_mapping(item: Callable[[Any, str], Part]) -> Callable[[Any, str], dict[str, Part]]:
    def convert(value: Any, place: str) -> dict[str, Part]:
        if not isinstance(value, dict):
            refuse(place, "must be an object")
        return {key: item(part, f"{place}.{key}") for key, part in value.items()}

    return convert


def as_word(words: type[Word]) -> Callable[[Any, str], Word]:
    def convert(value: Any, place: str) -> Word:
        if not isinstance(value, str) or value not in {word.value for word in words}:
            refuse(place, f"must be one of {', '.join(words)}, not {value!r:.40}")
        return words(value)

    return convert


def read_program(value: Any, place: str = "program") -> Program:
    """A program from its JSON form. Raises DocumentRefused."""
    source = Reader(value, place)
    pay_on = source.read("pay_on", as_word(PayOn))
    partners = source.read_or("partners", None, as_list(as_text))
    products = source.read_or("products", None, as_list(as_text))
    parts: dict[str, Any] = {
        "id": source.read("id", as_text),
        "currency": source.read("currency", as_text),
        "valid": source.read("valid", _as_period),
        "pay_on": pay_on,
        "mode": source.read("mode", as_word(Mode)),
        "tiers": tuple(source.read("tiers", as_list(_as_tier))),
        "tier_by": source.read_or("tier_by", TierBy(pay_on.value), as_word(TierBy)),
        "kind": source.read_or("kind", Kind.PERCENT, as_word(Kind)),
        "flow": source.read_or("flow", Flow.SELL_IN, as_word(Flow)),
        "partners": None if partners is None else frozenset(partners),
        "products": None if products is None else frozenset(products),
        "exclude_products": frozenset(source.read_or("exclude_products", [], as_list(as_text))),
        "baseline": source.read_or("baseline", {}, as_mapping(as_number)),
        "cap": source.read_or("cap", None, as_number),
        "conditions": source.read_or("conditions", {}, as_mapping(_as_conditions)),
        "net_of": tuple(source.read_or("net_of", [], as_list(as_text))),
        "minimum_payment": source.read_or("minimum_payment", ZERO, as_number),
        "clawback": source.read_or("clawback", True, as_flag),
    }
    source.finish()
    try:
        return Program(**parts)
    except ValueRefused as error:
        refuse(place, str(error))


def write_program(program: Program) -> dict[str, Any]:
    """The canonical JSON form; every definition is stated, defaults too."""
    start, end = program.valid.start, program.valid.end
    return {
        "id": program.id,
        "currency": program.currency,
        "valid": [str(start), str(end)],
        "pay_on": program.pay_on.value,
        "tier_by": program.tier_by.value,
        "mode": program.mode.value,
        "kind": program.kind.value,
        "flow": program.flow.value,
        "tiers": [{"from": to_text(t.start), "rate": to_text(t.rate)} for t in program.tiers],
        "partners": None if program.partners is None else sorted(program.partners),
        "products": None if program.products is None else sorted(program.products),
        "exclude_products": sorted(program.exclude_products),
        "baseline": {key: to_text(program.baseline[key]) for key in sorted(program.baseline)},
        "cap": None if program.cap is None else to_text(program.cap),
        "conditions": {
            key: [{"name": c.name, "met": c.met} for c in program.conditions[key]]
            for key in sorted(program.conditions)
        },
        "net_of": list(program.net_of),
        "minimum_payment": to_text(program.minimum_payment),
        "clawback": program.clawback,
    }


def read_fact(value: Any, place: str = "fact", *, with_reference: bool = False) -> Fact:
    """A fact from its JSON form; `id` is accepted only on demand. Raises DocumentRefused."""
    source = Reader(value, place)
    fact = Fact(
        partner=source.read("partner", as_text),
        product=source.read("product", as_text),
        on=source.read("on", as_date),
        quantity=source.read_or("quantity", ZERO, as_number),
        amount=source.read_or("amount", ZERO, as_number),
        flow=source.read_or("flow", Flow.SELL_IN, as_word(Flow)),
        unit=source.read_or("unit", BASE, as_text),
        recorded=source.read_or("recorded_on", None, as_date),
        reference=source.read_or("id", "", as_text) if with_reference else "",
    )
    source.finish()
    return fact


def write_fact(fact: Fact) -> dict[str, Any]:
    """The canonical JSON form, every key stated but an empty reference."""
    return ({"id": fact.reference} if fact.reference else {}) | {
        "partner": fact.partner,
        "product": fact.product,
        "flow": fact.flow.value,
        "on": fact.on.isoformat(),
        "recorded_on": fact.recorded_on.isoformat(),
        "quantity": to_text(fact.quantity),
        "unit": fact.unit,
        "amount": to_text(fact.amount),
    }


def read_settlement(value: Any, place: str = "settlement") -> Settlement:
    """A settlement from its JSON form. Raises DocumentRefused."""
    source = Reader(value, place)
    settlement = Settlement(
        cutoff=source.read("cutoff", as_date),
        kind=source.read("kind", as_word(SettlementKind)),
        known=source.read_or("known_by", None, as_date),
    )
    source.finish()
    return settlement


def write_settlement(settlement: Settlement) -> dict[str, Any]:
    return {
        "cutoff": settlement.cutoff.isoformat(),
        "known_by": settlement.known_by.isoformat(),
        "kind": settlement.kind.value,
    }


def read_units(value: Any, place: str = "units") -> UnitTable:
    """product -> unit -> base units. Raises DocumentRefused."""
    factors = as_mapping(as_mapping(as_number))(value, place)
    try:
        return UnitTable(factors)
    except ValueRefused as error:
        refuse(place, str(error))


def write_units(units: UnitTable) -> dict[str, dict[str, str]]:
    return {
        product: {unit: to_text(units.factors[product][unit]) for unit in sorted(pack_units)}
        for product, pack_units in sorted(units.factors.items())
    }


def check_unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads(object_pairs_hook=…)`: a key written twice is refused."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            refuse(key, "is written twice in one object")
        found[key] = value
    return found


def restrict_program(program: Mapping[str, Any], partners: frozenset[str]) -> dict[str, Any]:
    """A written program without what it says about other partners, for a statement they receive."""
    listed = program["partners"]
    return dict(program) | {
        "partners": None if listed is None else [p for p in listed if p in partners],
        "baseline": {p: value for p, value in program["baseline"].items() if p in partners},
        "conditions": {p: value for p, value in program["conditions"].items() if p in partners},
    }


def _as_period(value: Any, place: str) -> Period:
    bounds = as_list(as_date)(value, place)
    if len(bounds) != 2:
        refuse(place, "must be [from, to)")
    try:
        return Period(bounds[0], bounds[1])
    except ValueRefused as error:
        refuse(place, str(error))


def _as_tier(value: Any, place: str) -> Tier:
    source = Reader(value, place)
    tier = Tier(source.read("from", as_number), source.read("rate", as_number))
    source.finish()
    return tier


def _as_conditions(value: Any, place: str) -> tuple[Condition, ...]:
    return tuple(as_list(_as_condition)(value, place))


def _as_condition(value: Any, place: str) -> Condition:
    source = Reader(value, place)
    condition = Condition(source.read("name", as_text), source.read("met", as_flag))
    source.finish()
    return condition
