"""Where the catalogue locks rows."""

from __future__ import annotations

from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.models import Category, Sku


def lock_sku(sku_id: int) -> Sku:
    """The SKU, locked until the transaction ends. Raises NotFound."""
    found = Sku.objects.select_for_update(no_key=True).filter(pk=sku_id).first()
    if found is None:
        raise NotFound()
    return found


def lock_categories() -> dict[int, Category]:
    """Every category by id, locked in order of id: two moves at once make no circle."""
    rows = Category.objects.select_for_update(no_key=True).order_by("pk")
    return {category.pk: category for category in rows}
