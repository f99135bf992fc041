"""Rules, steps and messages in the reader's language, and the snapshot that a line keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yunhe.platform.language import in_language
from yunhe.platform.ui import formatting
from yunhe.platform.ui.formatting import counted
from yunhe.platform.values import to_text
from yunhe.trade.catalog.choices import Unit
from yunhe.trade.promotions.compute import (
    AmountOff,
    Bundle,
    BuyGet,
    LineResult,
    Message,
    MixMatch,
    PercentOff,
    Rule,
    Threshold,
    ThresholdStep,
)
from yunhe.trade.promotions.compute.rules import GiftChoice, Measure, MixReward
from yunhe.trade.promotions.queries.fitting import Remark

Names = Mapping[int, str]


def money(amount: Decimal) -> str:
    return formatting.money(amount, settings.CURRENCY)


def listed(items: Iterable[str]) -> str:
    """The items one after another, as the language separates them."""
    return pgettext("list", ", ").join(items)


def unit_word(unit: str) -> str:
    """The unit's name; base units are called units."""
    return str(Unit(unit).label) if unit else _("base unit")


def count(quantity: Decimal | int, unit: str) -> str:
    words = {"count": to_text(Decimal(quantity)), "unit": counted(unit_word(unit), quantity)}
    return _("%(count)s %(unit)s") % words


def title_of(name: str, english: str = "") -> str:
    """A promotion's name in the reader's language; the English one may come with the name itself."""
    return in_language(str(name), english or getattr(name, "english", ""))


def rule_in_words(rule: Rule, names: Names) -> list[str]:  # noqa: PLR0911  # one branch a kind
    """One sentence for each thing the rule says; `names` are the SKUs it names."""
    if isinstance(rule, PercentOff):
        return [_("%(percent)s %% off.") % {"percent": to_text(rule.percent)}]
    if isinstance(rule, AmountOff):
        return [_amount(rule)]
    if isinstance(rule, Threshold):
        return [_step(rule, step) for step in rule.steps]
    if isinstance(rule, BuyGet):
        return _buy_get(rule, names)
    if isinstance(rule, Bundle):
        parts = listed(
            f"{names.get(sku, sku)} × {to_text(quantity)}" for sku, quantity in rule.parts
        )
        words = {"parts": parts, "price": money(rule.price)}
        return [_("The set of %(parts)s costs %(price)s.") % words, *_most(rule.most)]
    if isinstance(rule, MixMatch):
        return [_mix(rule), *_most(rule.most)]
    return _gift(rule, names)


def _amount(rule: AmountOff) -> str:
    words = {"amount": money(rule.amount), "unit": unit_word(rule.unit)}
    if rule.per_unit:
        return _("%(amount)s off each %(unit)s.") % words
    return _("%(amount)s off the order.") % words


def _floor(measure: Measure, floor: Decimal, unit: str) -> str:
    return money(floor) if measure is Measure.SPEND else count(floor, unit)


def _reward(percent: Decimal, amount: Decimal) -> str:
    if percent:
        return _("%(percent)s %% off") % {"percent": to_text(percent)}
    return _("%(amount)s off") % {"amount": money(amount)}


def _step(rule: Threshold, step: ThresholdStep) -> str:
    words = {
        "floor": _floor(rule.measure, step.floor, rule.unit),
        "reward": _reward(step.percent, step.amount),
    }
    if rule.repeat and step is rule.steps[-1]:
        return _("For each full %(floor)s: %(reward)s.") % words
    return _("From %(floor)s on: %(reward)s.") % words


def _buy_get(rule: BuyGet, names: Names) -> list[str]:
    words = {
        "buy": count(rule.buy, rule.unit),
        "get": count(rule.get, rule.gift_unit if rule.gift else rule.unit),
        "gift": names.get(rule.gift or 0, ""),
    }
    if rule.gift:
        text = _("Buy %(buy)s, get %(get)s of %(gift)s free.") % words
    else:
        text = _("Buy %(buy)s, get %(get)s free.") % words
    found = [text]
    if rule.together:
        found.append(_("All products count together; the cheapest is free."))
    if rule.most is not None:
        found.append(_("At most %(most)s free units an order.") % {"most": rule.most})
    return found


def _mix(rule: MixMatch) -> str:
    words = {
        "size": count(rule.size, rule.unit),
        "price": money(rule.value),
        "value": to_text(rule.value),
    }
    if rule.reward is MixReward.PRICE:
        return _("Any %(size)s for %(price)s.") % words
    if rule.reward is MixReward.PERCENT:
        return _("Any %(size)s: %(value)s %% off.") % words
    return _("Of any %(size)s the cheapest %(value)s free.") % words


def _gift(rule: GiftChoice, names: Names) -> list[str]:
    gifts = listed(
        f"{names.get(gift.sku, gift.sku)} × {count(gift.quantity, gift.unit)}"
        for gift in rule.gifts
    )
    words = {
        "floor": _floor(rule.measure, rule.floor, rule.unit),
        "pick": rule.pick,
        "gifts": gifts,
    }
    if rule.repeat:
        return [_("For each full %(floor)s choose %(pick)s of: %(gifts)s.") % words]
    return [_("From %(floor)s on choose %(pick)s of: %(gifts)s.") % words]


def _most(most: int | None) -> list[str]:
    return [_("At most %(most)s sets an order.") % {"most": most}] if most is not None else []


def selection_in_words(selector: Mapping[str, Sequence[int]], names: Mapping[str, Names]) -> str:
    """Which products are meant."""
    parts = [
        *(names["brands"].get(one, str(one)) for one in selector.get("brands", ())),
        *(names["categories"].get(one, str(one)) for one in selector.get("categories", ())),
        *(names["skus"].get(one, str(one)) for one in selector.get("skus", ())),
    ]
    text = listed(parts) if parts else _("all products")
    if selector.get("excluded"):
        out = listed(names["skus"].get(one, str(one)) for one in selector["excluded"])
        text = _("%(products)s without %(excluded)s") % {"products": text, "excluded": out}
    return text


def message_in_words(message: Message, names: Names) -> str:
    """What a message of the kernel says to a buyer."""
    words: dict[str, Any] = {"promotion": title_of(message.name)}
    if message.code == "budget":
        return _("%(promotion)s: the budget is used up.") % words
    if message.code == "uses":
        return _("%(promotion)s: it has been used as often as it may be.") % words
    if message.code == "beaten":
        return _("%(promotion)s does not apply: another promotion gives more here.") % words
    if message.code == "choose":
        return _("%(promotion)s: choose your gift.") % words
    missing = missing_in_words(message.figures, names)
    return _("%(promotion)s: %(missing)s") % (words | {"missing": missing})


def skus_told(messages: Iterable[Message]) -> set[int]:
    """SKUs that the messages name: the parts that a bundle lacks."""
    return {
        int(name[4:]) for message in messages for name in message.figures if name.startswith("sku-")
    }


def missing_in_words(figures: Mapping[str, Any], names: Names) -> str:
    """What must be added to earn the next reward: 再买 2 箱，送 1 箱."""
    kind = str(figures["kind"])
    unit = str(figures.get("unit", ""))
    if kind == "bundle":
        lacking = listed(
            f"{names.get(int(key[4:]), key[4:])} × {to_text(Decimal(value))}"
            for key, value in figures.items()
            if key.startswith("sku-")
        )
        return _("add %(lacking)s for another set.") % {"lacking": lacking}
    lacks = Decimal(figures["lacks"])
    more = money(lacks) if kind.endswith("-spend") else count(lacks, unit)
    words: dict[str, Any] = {"more": more}
    if kind == "buy-get":
        words["get"] = count(Decimal(figures["get"]), str(figures["get_unit"]))
        return _("buy %(more)s more and get %(get)s free.") % words
    if kind.startswith("threshold"):
        words["reward"] = _reward(Decimal(figures["percent"]), Decimal(figures["amount"]))
        return _("buy %(more)s more for %(reward)s.") % words
    if kind.startswith("gift"):
        return _("buy %(more)s more and choose a gift.") % words
    return _("add %(more)s for another set.") % words


def kept_title(kept: Mapping[str, Any]) -> str:
    """The name of the promotion that a snapshot kept, in the reader's language."""
    return title_of(kept["name"], kept.get("name_en", ""))


def _names(name: str) -> dict[str, str]:
    english = getattr(name, "english", "")
    return {"name": str(name)} | ({"name_en": english} if english else {})


def snapshot_of(line: LineResult) -> dict[str, Any]:
    """What an order line keeps (JSON, numbers as strings); {} when nothing touched the line."""
    if not line.steps:
        return {}
    steps = []
    for step in line.steps:
        kept = {name: str(getattr(step, name)) for name in ("base", "off", "after", "shared_total")}
        steps.append(
            {"promotion": step.promotion_id, **_names(step.name), "mode": step.mode, **kept}
        )
    return {"amount": str(line.amount), "discount": str(line.discount), "steps": steps}


def explain(snapshot: Mapping[str, Any]) -> list[str]:
    """The sentences of a line from its snapshot, in the reader's language."""
    if "free" in snapshot:
        return [_("Free goods of “%(name)s”.") % {"name": kept_title(snapshot["free"])}]
    return [_explain_step(step) for step in snapshot.get("steps", ())]


def _explain_step(step: Mapping[str, Any]) -> str:
    words = {
        "name": kept_title(step),
        "base": money(Decimal(step["base"])),
        "off": money(Decimal(step["off"])),
        "after": money(Decimal(step["after"])),
    }
    if not Decimal(step["off"]):
        return _("“%(name)s”: this line earned free goods or a gift.") % words
    if step["mode"] == "sequential":
        return _("“%(name)s” on what was left (%(base)s): %(off)s off, %(after)s left.") % words
    return _("“%(name)s” on %(base)s: %(off)s off, %(after)s left.") % words


def remark_in_words(remark: Mapping[str, Any], names: Names) -> str:
    """What a remark on free goods (`remark_snapshot`) says to a reader."""
    words = {"promotion": kept_title(remark), "gift": names.get(remark["sku"], remark["sku"])}
    if remark["code"] == "instead":
        words["other"] = names.get(remark["by"], remark["by"])
        return _("“%(promotion)s”: %(gift)s is out of stock, %(other)s comes instead.") % words
    words["count"] = count(Decimal(remark["quantity"]), remark["unit"])
    return _("“%(promotion)s”: free goods short: %(count)s of %(gift)s, out of stock.") % words


def remark_snapshot(remark: Remark) -> dict[str, Any]:
    """What an order keeps of a remark on its free goods (JSON)."""
    return {
        "code": remark.code,
        "promotion": remark.promotion_id,
        **_names(remark.promotion),
        "sku": remark.sku_id,
        "by": remark.by,
        "unit": remark.unit,
        "quantity": str(remark.quantity),
    }


def skus_remarked(remarks: Iterable[Mapping[str, Any]]) -> set[int]:
    """SKUs that kept remarks name."""
    return {sku for remark in remarks for sku in (remark["sku"], remark["by"]) if sku}


def free_snapshot(promotion_id: int, name: str, value: Decimal) -> dict[str, Any]:
    """What a line of free goods keeps."""
    return {"free": {"promotion": promotion_id, **_names(name), "value": str(value)}}
