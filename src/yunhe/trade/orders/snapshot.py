"""The price resolution of a line as JSON, and back: enough to explain the price later in any language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from yunhe.trade.pricing.compute import ApplicableList, Passed, PriceRow, Resolution


def rule_of(found: Resolution) -> dict[str, Any]:
    """What is kept: the list and row taken, the price of one unit, the lists passed over."""
    row = found.row
    return {
        "taken": found.taken,
        "row": row and {"unit": row.unit, "min_quantity": row.min_quantity, "price": row.price},
        "unit_price": found.unit_price,
        "passed": found.passed,
    } | ({"floor": found.floor} if found.floor is not None else {})


def resolution_of(rule: dict[str, Any]) -> Resolution:
    """The resolution that `rule_of` kept."""
    taken, row = rule.get("taken"), rule.get("row")
    return Resolution(
        _list(taken) if taken else None,
        PriceRow(row["unit"], Decimal(row["min_quantity"]), Decimal(row["price"])) if row else None,
        Decimal(rule["unit_price"]) if rule.get("unit_price") else None,
        tuple((_list(one), Passed(reason)) for one, reason in rule.get("passed", ())),
        Decimal(rule["floor"]) if rule.get("floor") else None,
    )


def _list(kept: dict[str, Any]) -> ApplicableList:
    starts = kept.get("starts")
    return ApplicableList(**kept | {"starts": date.fromisoformat(starts) if starts else None})
