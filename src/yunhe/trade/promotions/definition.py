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


def rule_of(kind: str, definition: Definition) -> Rule:
    """The rule. Raises RuleRefused naming the field that is missing or makes no sense."""
    read = _Reader(definition)
    return _RULES[Kind(kind)](read)


def selector_of(selector: Mapping[str, Iterable[int]]) -> Selector:
    """The selection kept as lists of ids."""
    return Selector(
        *(
            frozenset(selector.get(name, ()))
            for name in ("skus", "categories", "brands", "excluded")
        )
    )


def selector_json(selector: Selector) -> dict[str, list[int]]:
    return {
        name: sorted(getattr(selector, name))
        for name in ("skus", "categories", "brands", "excluded")
    }


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
    """Typed access to a definition, refusing by field."""

    def __init__(self, values: Definition) -> None:
        self.values = values

    def number(self, name: str, *, least: int = 0, default: str | None = None) -> Decimal:
        raw = self.values.get(name, default)
        try:
            value = parse_decimal(str(raw if raw not in (None, "") else default))
        except ValueRefused:
            raise RuleRefused(_("A number is missing."), field=name) from None
        if value < least or value >= 10**10:
            raise RuleRefused(
                _("The number must be at least %(least)s.") % {"least": least}, field=name
            )
        return value

    def above_zero(self, name: str) -> Decimal:
        value = self.number(name)
        if not value:
            raise RuleRefused(_("The number must be above zero."), field=name)
        return value

    def whole(self, name: str, *, least: int = 1, default: str | None = None) -> int:
        value = self.number(name, least=least, default=default)
        if value != int(value):
            raise RuleRefused(_("The number must be whole."), field=name)
        return int(value)

    def optional_whole(self, name: str) -> int | None:
        return self.whole(name) if self.values.get(name) not in (None, "") else None

    def percent(self, name: str) -> Decimal:
        value = self.above_zero(name)
        if value > 100:
            raise RuleRefused(_("At most 100 percent can come off."), field=name)
        return value

    def unit(self, name: str = "unit") -> str:
        value = str(self.values.get(name) or "")
        if value and value not in Unit.values:
            raise RuleRefused(_("There is no such unit."), field=name)
        return value

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name))

    def measure(self) -> Measure:
        try:
            return Measure(self.values.get("measure") or Measure.SPEND)
        except ValueError:
            raise RuleRefused(_("Count the spend or the quantity."), field="measure") from None

    def items(self, name: str) -> list[Mapping[str, Any]]:
        found = self.values.get(name) or []
        if not found or not isinstance(found, list) or len(found) > MOST_STEPS:
            raise RuleRefused(
                _("Name between one and %(most)s.") % {"most": MOST_STEPS}, field=name
            )
        return found


def _threshold(read: _Reader) -> Threshold:
    steps = tuple(_step(_Reader(item)) for item in read.items("steps"))
    if read.flag("repeat") and steps[-1].percent:
        raise RuleRefused(_("Only an amount can be repeated."), field="repeat")
    ordered = tuple(sorted(steps, key=lambda step: step.floor))
    return Threshold(read.measure(), ordered, read.unit(), read.flag("repeat"))


def _step(read: _Reader) -> ThresholdStep:
    floor = read.above_zero("floor")
    percent = read.number("percent", default="0")
    amount = read.number("amount", default="0")
    if bool(percent) == bool(amount) or percent > 100:
        raise RuleRefused(_("A step takes a percentage or an amount off."), field="steps")
    return ThresholdStep(floor, percent, amount)


def _buy_get(read: _Reader) -> BuyGet:
    gift = read.values.get("gift")
    return BuyGet(
        buy=read.whole("buy"),
        get=read.whole("get"),
        unit=read.unit(),
        together=read.flag("together"),
        gift=int(gift) if gift else None,
        gift_unit=read.unit("gift_unit"),
        gift_value=read.number("gift_value", default="0"),
        most=read.optional_whole("limit"),
    )


def _bundle(read: _Reader) -> Bundle:
    parts: dict[int, Decimal] = {}
    for item in read.items("parts"):
        sku = int(item["sku"])
        parts[sku] = parts.get(sku, Decimal(0)) + _Reader(item).above_zero("quantity")
    return Bundle(tuple(sorted(parts.items())), read.number("price"), read.optional_whole("limit"))


def _mix(read: _Reader) -> MixMatch:
    try:
        reward = MixReward(read.values.get("reward") or "")
    except ValueError:
        raise RuleRefused(_("Say what a set earns."), field="reward") from None
    size = read.whole("size", least=2)
    value = read.number("value")
    if reward is MixReward.PERCENT:
        value = read.percent("value")
    if reward is MixReward.CHEAPEST and not 1 <= read.whole("value") < size:
        raise RuleRefused(_("Fewer units are free than a set has."), field="value")
    return MixMatch(size, reward, value, read.unit(), read.optional_whole("limit"))


def _gift(read: _Reader) -> GiftChoice:
    gifts = []
    for item in read.items("gifts"):
        one = _Reader(item)
        quantity = one.above_zero("quantity")
        gifts.append(Gift(int(item["sku"]), quantity, one.unit(), one.number("value", default="0")))
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
