"""A promotion's rule as JSON (strings for numbers), and back; what a rule must fulfil."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.values import ValueRefused, parse_decimal
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.promotions.choices import Kind
from yunhe.trade.promotions.compute import (
    AmountOff,
    Bundle,
    BuyGet,
    GiftChoice,
    MixMatch,
    PercentOff,
    Rule,
    Selector,
    Threshold,
    ThresholdStep,
)
from yunhe.trade.promotions.compute.rules import Gift, Measure, MixReward
from yunhe.trade.promotions.errors import RuleRefused

Definition = Mapping[str, Any]
MOST_STEPS = 12
SELECTED = ("skus", "categories", "brands", "excluded")


def rule_of(kind: str, definition: Definition) -> Rule:
    """The rule. Raises RuleRefused naming the field that is missing or makes no sense."""
    return _RULES[Kind(kind)](_Reader(definition))


def check_definition(kind: str, definition: Definition) -> Rule:
    """As `rule_of`, refusing names that the kind does not know: a typo must not mean "none"."""
    read = _Reader(definition)
    rule = _RULES[Kind(kind)](read)
    read.check_names()
    return rule


def selector_of(selector: Mapping[str, Iterable[int]]) -> Selector:
    """The selection kept as lists of ids."""
    return Selector(*(frozenset(selector.get(name, ())) for name in SELECTED))


def selector_json(selector: Selector) -> dict[str, list[int]]:
    return {name: sorted(getattr(selector, name)) for name in SELECTED}


def skus_named(rule: Rule) -> set[int]:
    """SKUs that the rule itself names: parts of a bundle, gifts."""
    if isinstance(rule, Bundle):
        return {sku for sku, _quantity in rule.parts}
    return gifts_of(rule)


def gifts_of(rule: Rule) -> set[int]:
    """SKUs that the rule may give away, beside the bought ones."""
    if isinstance(rule, GiftChoice):
        return {gift.sku for gift in rule.gifts}
    if isinstance(rule, BuyGet) and rule.gift is not None:
        return {rule.gift}
    return set()


class _Reader:
    """Typed access to a definition, refusing by field; the fields of an item are `parts.1.sku`."""

    def __init__(self, values: Definition, prefix: str = "") -> None:
        self.values, self.prefix = values, prefix
        self.known: set[str] = set()
        self.inner: list[_Reader] = []

    def refused(self, message: str, name: str) -> RuleRefused:
        return RuleRefused(message, field=self.prefix + name)

    def get(self, name: str) -> Any:
        """The value as it came; None when nothing is given."""
        self.known.add(name)
        value = self.values.get(name)
        return None if value == "" else value

    def number(self, name: str, *, least: int = 0, default: str | None = None) -> Decimal:
        raw = self.get(name)
        try:
            value = parse_decimal(str(raw if raw is not None else default))
        except ValueRefused:
            raise self.refused(_("A number is missing."), name) from None
        if value < least or value >= 10**10:
            raise self.refused(_("The number must be at least %(least)s.") % {"least": least}, name)
        return value

    def above_zero(self, name: str) -> Decimal:
        value = self.number(name)
        if not value:
            raise self.refused(_("The number must be above zero."), name)
        return value

    def whole(self, name: str, *, least: int = 1, default: str | None = None) -> int:
        value = self.number(name, least=least, default=default)
        if value != int(value):
            raise self.refused(_("The number must be whole."), name)
        return int(value)

    def optional_whole(self, name: str) -> int | None:
        return self.whole(name) if self.get(name) is not None else None

    def percent(self, name: str) -> Decimal:
        value = self.above_zero(name)
        if value > 100:
            raise self.refused(_("At most 100 percent can come off."), name)
        return value

    def record(self, name: str) -> int:
        """The id of a record, as a number or its digits."""
        raw = self.get(name)
        text = str(raw)
        if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and len(text) < 19):
            raise self.refused(_("The number (id) of a product is missing."), name)
        if not int(text):
            raise self.refused(_("The number (id) of a product is missing."), name)
        return int(text)

    def optional_record(self, name: str) -> int | None:
        return self.record(name) if self.get(name) is not None else None

    def unit(self, name: str = "unit") -> str:
        value = self.get(name) or ""
        if value and value not in Unit.values:
            raise self.refused(_("There is no such unit."), name)
        return str(value)

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refused(_("This is true or false."), name)
        return bool(value)

    def measure(self) -> Measure:
        try:
            return Measure(self.get("measure") or Measure.SPEND)
        except ValueError:
            raise self.refused(_("Count the spend or the quantity."), "measure") from None

    def items(self, name: str) -> list[_Reader]:
        found = self.get(name) or []
        if not found or not isinstance(found, list) or len(found) > MOST_STEPS:
            raise self.refused(_("Name between one and %(most)s.") % {"most": MOST_STEPS}, name)
        for at, item in enumerate(found, start=1):
            if not isinstance(item, Mapping):
                raise self.refused(_("This is not described by names and values."), f"{name}.{at}")
        inner = [_Reader(item, f"{self.prefix}{name}.{at}.") for at, item in enumerate(found, 1)]
        self.inner += inner
        return inner

    def check_names(self) -> None:
        """Raise RuleRefused for a name that nobody asked for."""
        unknown = sorted(set(self.values) - self.known)
        if unknown:
            words = {"name": unknown[0], "known": ", ".join(sorted(self.known))}
            text = _("“%(name)s” means nothing here; known are: %(known)s.") % words
            raise self.refused(text, unknown[0])
        for one in self.inner:
            one.check_names()


def _threshold(read: _Reader) -> Threshold:
    steps = tuple(_step(item) for item in read.items("steps"))
    if read.flag("repeat") and steps[-1].percent:
        raise read.refused(_("Only an amount can be repeated."), "repeat")
    ordered = tuple(sorted(steps, key=lambda step: step.floor))
    return Threshold(read.measure(), ordered, read.unit(), read.flag("repeat"))


def _step(read: _Reader) -> ThresholdStep:
    floor = read.above_zero("floor")
    percent = read.number("percent", default="0")
    amount = read.number("amount", default="0")
    if bool(percent) == bool(amount) or percent > 100:
        raise read.refused(_("A step takes a percentage or an amount off."), "amount")
    return ThresholdStep(floor, percent, amount)


def _buy_get(read: _Reader) -> BuyGet:
    return BuyGet(
        buy=read.whole("buy"),
        get=read.whole("get"),
        unit=read.unit(),
        together=read.flag("together"),
        gift=read.optional_record("gift"),
        gift_unit=read.unit("gift_unit"),
        gift_value=read.number("gift_value", default="0"),
        most=read.optional_whole("limit"),
    )


def _bundle(read: _Reader) -> Bundle:
    parts: dict[int, Decimal] = {}
    for item in read.items("parts"):
        sku = item.record("sku")
        parts[sku] = parts.get(sku, Decimal(0)) + item.above_zero("quantity")
    return Bundle(tuple(sorted(parts.items())), read.number("price"), read.optional_whole("limit"))


def _mix(read: _Reader) -> MixMatch:
    try:
        reward = MixReward(read.get("reward") or "")
    except ValueError:
        raise read.refused(_("Say what a set earns."), "reward") from None
    size = read.whole("size", least=2)
    value = read.number("value")
    if reward is MixReward.PERCENT:
        value = read.percent("value")
    if reward is MixReward.CHEAPEST and not 1 <= read.whole("value") < size:
        raise read.refused(_("Fewer units are free than a set has."), "value")
    return MixMatch(size, reward, value, read.unit(), read.optional_whole("limit"))


def _gift(read: _Reader) -> GiftChoice:
    gifts = [
        Gift(
            item.record("sku"),
            item.above_zero("quantity"),
            item.unit(),
            item.number("value", default="0"),
        )
        for item in read.items("gifts")
    ]
    return GiftChoice(
        read.measure(),
        read.above_zero("floor"),
        tuple(gifts),
        pick=min(read.whole("pick", default="1"), len(gifts)),
        unit=read.unit(),
        repeat=read.flag("repeat"),
    )


_RULES: dict[str, Callable[[_Reader], Rule]] = {
    Kind.PERCENT: lambda read: PercentOff(read.percent("percent")),
    Kind.AMOUNT: lambda read: AmountOff(
        read.above_zero("amount"), read.flag("per_unit"), read.unit()
    ),
    Kind.THRESHOLD: _threshold,
    Kind.BUY_GET: _buy_get,
    Kind.BUNDLE: _bundle,
    Kind.MIX: _mix,
    Kind.GIFT: _gift,
}
