"""Random cases as JSON, from small ranges so that bounds, ties and zeros are hit often."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PARTNERS = ["A", "B", "C"]
PRODUCTS = ["P1", "P2", "P3"]
DAYS = ["2026-01-01", "2026-01-15", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01"]
FLOWS = ["sell_in", "sell_through", "sell_out", "opening"]
UNITS = {"P1": {"case": "24", "half": "0.5"}, "P2": {"case": "6", "pallet": "1152"}}


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[str]:
    """Exact decimal texts between low and high units of 10^-places."""
    return st.integers(low, high).map(lambda units: _text(units, places))


def _text(units: int, places: int) -> str:
    digits = str(abs(units)).rjust(places + 1, "0")
    shown = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{shown}" if units < 0 else shown


amounts = st.one_of(
    st.sampled_from(["0", "100", "1000", "-100", "999.99", "1000.005"]),
    decimals(-200_000, 500_000, 2),
)
quantities = st.one_of(st.sampled_from(["0", "1", "-1", "10"]), decimals(-500, 2_000, 1))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    product = draw(st.sampled_from(PRODUCTS))
    fact = {
        "partner": draw(st.sampled_from(PARTNERS)),
        "product": product,
        "on": draw(st.sampled_from(DAYS)),
        "quantity": draw(quantities),
        "amount": draw(amounts),
        "flow": draw(st.sampled_from(FLOWS)),
    }
    if draw(st.booleans()):
        fact["recorded_on"] = draw(st.sampled_from(DAYS))
    if product in UNITS and draw(st.booleans()):
        fact["unit"] = draw(st.sampled_from(sorted(UNITS[product])))
    return fact


@st.composite
def tiers(draw: st.DrawFn, tier_by: str) -> list[dict[str, str]]:
    ratio = tier_by in ("growth_ratio", "sell_through_rate")
    one = (
        decimals(-50, 200, 2)
        if ratio
        else st.one_of(st.sampled_from(["0", "100", "1000"]), decimals(-10_000, 300_000, 2))
    )
    starts = draw(st.lists(one, min_size=1, max_size=4, unique_by=float))
    rates = st.one_of(st.sampled_from(["0", "0.01", "0.025", "2.5"]), decimals(0, 3_000, 4))
    return [{"from": start, "rate": draw(rates)} for start in sorted(starts, key=float)]


@st.composite
def programs(draw: st.DrawFn, number: int) -> dict[str, Any]:
    pay_on = draw(st.sampled_from(["amount", "quantity", "increase_amount"]))
    mode = draw(st.sampled_from(["marginal", "retrospective"]))
    metrics = ["amount", "quantity", "increase_amount", "growth_ratio", "sell_through_rate"]
    tier_by = pay_on if mode == "marginal" else draw(st.sampled_from(metrics))
    kinds = ["percent", "fixed"] + (["per_unit"] if pay_on == "quantity" else [])
    valid = draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True))
    program: dict[str, Any] = {
        "id": f"R{number}",
        "currency": "CNY",
        "valid": sorted(valid),
        "pay_on": pay_on,
        "tier_by": tier_by,
        "mode": mode,
        "kind": draw(st.sampled_from(kinds)),
        "flow": draw(st.sampled_from(FLOWS)),
        "tiers": draw(tiers(tier_by)),
        "clawback": draw(st.booleans()),
        "minimum_payment": draw(st.sampled_from(["0", "5", "20.005"])),
    }
    optional = {
        "partners": st.lists(st.sampled_from([*PARTNERS, "D"]), unique=True),
        "products": st.lists(st.sampled_from(PRODUCTS), unique=True),
        "exclude_products": st.lists(st.sampled_from(PRODUCTS), unique=True),
        "cap": st.sampled_from(["0", "10", "33.335", "1000"]),
        "baseline": st.dictionaries(st.sampled_from(PARTNERS), amounts, min_size=1),
        "conditions": st.dictionaries(
            st.sampled_from(PARTNERS),
            st.lists(st.booleans().map(lambda met: {"name": "read", "met": met}), max_size=2),
        ),
        "net_of": st.lists(st.sampled_from([f"R{n}" for n in range(number)]), unique=True)
        if number
        else st.just([]),
    }
    for key, values in optional.items():
        if draw(st.booleans()):
            program[key] = draw(values)
    return program


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    settlements = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "cutoff": st.sampled_from(DAYS),
                    "kind": st.sampled_from(["interim", "final"]),
                },
                optional={"known_by": st.sampled_from(DAYS)},
            ),
            min_size=1,
            max_size=3,
        )
    )
    currency = draw(st.sampled_from(["CNY", "JPY", "BHD"]))
    return {
        "name": "random",
        "programs": [draw(programs(number)) | {"currency": currency} for number in range(count)],
        "facts": draw(st.lists(facts(), max_size=8)),
        "settlements": settlements,
        "units": UNITS,
    }
