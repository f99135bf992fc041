"""Which SKUs a rule's brands, categories and codes stand for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from yunhe.money.rebates.rules.definition import RebateRule
from yunhe.trade.catalog.models import Sku


@dataclass(frozen=True)
class Products:
    """SKU ids by code; `included` None: every product."""

    included: dict[str, int] | None
    excluded: dict[str, int]

    @property
    def sku_ids(self) -> list[int] | None:
        return None if self.included is None else sorted(self.included.values())

    @property
    def excluded_ids(self) -> list[int]:
        return sorted(self.excluded.values())


def products_of(rule: RebateRule) -> Products:
    """The SKUs as they are now. At most two statements."""
    included = None
    if not rule.every_product:
        wanted = (
            Q(code__in=rule.products)
            | Q(product__brand__code__in=rule.brands)
            | Q(product__category__code__in=rule.categories)
        )
        included = dict(Sku.objects.filter(wanted).values_list("code", "pk"))
    excluded: dict[str, int] = {}
    if rule.exclude_products:
        excluded = dict(
            Sku.objects.filter(code__in=rule.exclude_products).values_list("code", "pk")
        )
    return Products(included, excluded)
