"""Promotions and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from yunhe.platform.access.models import Node
from yunhe.platform.capacity.models import Account
from yunhe.trade.catalog.models import Brand, Category, Sku
from yunhe.trade.promotions.choices import PromotionStatus
from yunhe.trade.promotions.models import BUDGET, USES, PriceFloor, Promotion, PromotionStep


def list_promotions() -> QuerySet[Promotion]:
    """Promotions in scope with the unit that runs them, the newest first."""
    return Promotion.objects.select_related("node").order_by("-id")


def own_promotions(on: date) -> QuerySet[Promotion]:
    """Published promotions in scope that have not passed, those that hold now first."""
    return (
        Promotion.objects.filter(status=PromotionStatus.PUBLISHED)
        .exclude(period__fully_lt=(on, None))
        .order_by("period", "-priority", "id")
    )


def audience_of(promotion: Promotion) -> list[Node]:
    """Places in whose subtree it holds. One query."""
    return [row.place for row in promotion.audience.select_related("place").order_by("place__path")]


def steps_of(promotion: Promotion) -> QuerySet[PromotionStep]:
    """What happened to the promotion, oldest first."""
    return promotion.steps.select_related("user").order_by("id")


def floors(sku_ids: Iterable[int]) -> dict[int, Decimal]:
    """SKU id -> the highest of the lowest prices set for a base unit in scope. One query."""
    found: dict[int, Decimal] = {}
    rows = PriceFloor.objects.filter(sku_id__in=list(sku_ids)).values_list("sku_id", "price")
    for sku_id, price in rows:
        found[sku_id] = max(found.get(sku_id, price), price)
    return found


def list_floors() -> QuerySet[PriceFloor]:
    """Lowest prices in scope with their products and who set them."""
    return PriceFloor.objects.select_related("sku", "node").order_by("id")


def limits_of(promotion: Promotion) -> list[Account]:
    """The accounts of its budget and uses, as orders took of them. One query."""
    accounts = Account.objects.filter(kind__in=(BUDGET, USES), key=str(promotion.pk))
    return list(accounts.order_by("kind"))


def names_of(selector: dict[str, list[int]], more: Iterable[int] = ()) -> dict[str, dict[int, str]]:
    """Names by id of what a selection and a rule name: at most three queries, none for "all"."""
    skus = {*selector.get("skus", ()), *selector.get("excluded", ()), *more}
    asked = (
        ("skus", Sku, skus),
        ("categories", Category, selector.get("categories", ())),
        ("brands", Brand, selector.get("brands", ())),
    )
    return {
        name: {one.pk: one.label for one in model.objects.filter(pk__in=list(ids))} if ids else {}
        for name, model, ids in asked
    }
