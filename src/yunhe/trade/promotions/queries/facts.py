"""What selections and units ask of products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import orjson

from yunhe.platform.database.prepared import prepared_cursor


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """Brand, categories (own and all above) and base units in each unit."""

    brand: int
    categories: frozenset[int]
    factors: Mapping[str, Decimal]


def sku_facts(sku_ids: Iterable[int]) -> dict[int, SkuFacts]:
    """By SKU id, unknown ones absent. One query."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT sku_id, brand_id, categories, units::text FROM promotions_sku_facts(%s::bigint[])",
            [sorted(set(sku_ids))],
        )
        return {
            sku_id: SkuFacts(
                brand,
                frozenset(categories),
                {unit: Decimal(factor) for unit, factor in orjson.loads(units).items()},
            )
            for sku_id, brand, categories, units in cursor.fetchall()
        }
