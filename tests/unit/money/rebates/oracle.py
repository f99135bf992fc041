"""An independent oracle: raw case JSON in, lines out, written unlike the kernel on purpose.

Integers at 10^-12 instead of decimals, marginal tiers by their kinks instead of slices, facts
fact by fact instead of totals, ratios by cross-multiplied integers. It shares no code with yunhe.
"""

from __future__ import annotations

from typing import Any

ONE = 10**12
EXPONENTS = {"CNY": 2, "JPY": 0, "BHD": 3}


def fixed_point(text: str) -> int:
    whole, _, fraction = text.lstrip("-").partition(".")
    value = int(whole or "0") * ONE + int((fraction + "0" * 12)[:12])
    assert len(fraction) <= 12
    return -value if text.startswith("-") else value


def oracle_lines(case: dict[str, Any]) -> list[tuple[str, str, str, int, int, int, int]]:
    """(cutoff, program, partner, base at 10^-12, earned, paid, due in minor units) in order."""
    partners = sorted({fact["partner"] for fact in case["facts"]})
    paid: dict[tuple[str, str], int] = {}
    lines = []
    for settlement in case["settlements"]:
        earned: dict[tuple[str, str], int] = {}
        for program in case["programs"]:
            for partner in sorted(program.get("partners", partners)):
                key = (program["id"], partner)
                base, earned[key] = earn(case, program, partner, settlement, earned)
                before = paid.get(key, 0)
                due = settle(program, settlement, earned[key] - before)
                paid[key] = before + due
                row = (settlement["cutoff"], *key, base, earned[key], before, due)
                lines.append(row)
    return lines


def settle(program: dict[str, Any], settlement: dict[str, Any], difference: int) -> int:
    if difference < 0:
        return difference if program.get("clawback", True) else 0
    unit = ONE // 10 ** EXPONENTS[program["currency"]]
    least = fixed_point(program.get("minimum_payment", "0"))
    held = settlement["kind"] == "interim" and difference * unit < least
    return 0 if held else difference


def earn(case, program, partner, settlement, earned):  # type: ignore[no-untyped-def]
    amount = quantity = sold = available = 0
    for fact in case["facts"]:
        if fact["partner"] != partner or not counts(program, settlement, fact):
            continue
        flow = fact.get("flow", "sell_in")
        units = case.get("units", {}).get(fact["product"], {})
        pack = fixed_point(units[fact["unit"]]) if "unit" in fact else ONE
        pieces = fixed_point(fact["quantity"]) * pack // ONE
        if flow == program.get("flow", "sell_in"):
            amount += fixed_point(fact["amount"])
            quantity += pieces
        sold += pieces if flow == "sell_out" else 0
        available += pieces if flow in ("opening", "sell_in") else 0
    unit = ONE // 10 ** EXPONENTS[program["currency"]]
    amount -= sum(earned.get((other, partner), 0) * unit for other in program.get("net_of", []))
    baseline = fixed_point(program.get("baseline", {}).get(partner, "0"))
    increase = max(0, amount - baseline) if baseline > 0 else 0
    base = {"amount": amount, "quantity": quantity, "increase_amount": increase}[program["pay_on"]]
    tier_by = program.get("tier_by", program["pay_on"])
    top, bottom = {
        "amount": (amount, ONE),
        "quantity": (quantity, ONE),
        "increase_amount": (increase, ONE),
        "growth_ratio": (amount - baseline, baseline),
        "sell_through_rate": (sold, available),
    }[tier_by]
    needs = "increase_amount" in (program["pay_on"], tier_by) or tier_by == "growth_ratio"
    unmet = any(not c["met"] for c in program.get("conditions", {}).get(partner, []))
    early = settlement["cutoff"] < program["valid"][0]
    if base < 0 or bottom <= 0 or unmet or early or (needs and baseline <= 0):
        return base, 0
    tiers = [(fixed_point(t["from"]), fixed_point(t["rate"])) for t in program["tiers"]]
    reached = [(start, rate) for start, rate in tiers if top * ONE >= start * bottom]
    return base, round_off(program, pay(program, base, reached), ONE * unit)


def counts(program: dict[str, Any], settlement: dict[str, Any], fact: dict[str, Any]) -> bool:
    first, end = program["valid"]
    known = fact.get("recorded_on", fact["on"]) <= settlement.get("known_by", settlement["cutoff"])
    listed = "products" not in program or fact["product"] in program["products"]
    removed = fact["product"] in program.get("exclude_products", [])
    return (
        first <= fact["on"] < end
        and fact["on"] <= settlement["cutoff"]
        and (known and listed and not removed)
    )


def pay(program: dict[str, Any], base: int, reached: list[tuple[int, int]]) -> int:
    """At 10^-24."""
    if not reached:
        return 0
    fixed = program.get("kind") == "fixed"
    if program["mode"] == "retrospective":
        return reached[-1][1] * (ONE if fixed else base)
    if fixed:
        return ONE * sum(rate for _, rate in reached)
    total = previous = 0
    for start, rate in reached:  # every bound is a kink where the slope changes
        total += (rate - previous) * (base - max(start, 0))
        previous = rate
    return total


def round_off(program: dict[str, Any], value: int, unit: int) -> int:
    minor = (2 * value + unit) // (2 * unit)
    if "cap" in program:
        minor = min(minor, fixed_point(program["cap"]) * ONE // unit)
    return minor
