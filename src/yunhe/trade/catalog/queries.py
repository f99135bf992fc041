"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.choices import ORDERABLE, Status
from yunhe.trade.catalog.compute import is_fuzzy, normalise, spelled
from yunhe.trade.catalog.models import Attribute, Category, Material, Picture, Product, Sku

# sku id -> unit -> base units in it; the base unit is in it with 1.
Factors = Mapping[int, Mapping[str, Decimal]]

_EXPORT = """
SELECT s.code AS item, s.name, s.name_en, b.code AS brand, b.name AS brand_name,
       c.code AS category, c.name AS category_name, p.code AS product, p.name AS product_name,
       s.gtin, s.size, s.size_en, s.base_unit AS unit, s.status,
       kase.factor AS pack, coalesce(kase.gtin, '') AS pack_gtin, pallet.factor AS pallet
  FROM catalog_sku s
  JOIN catalog_product p ON p.id = s.product_id
  JOIN catalog_brand b ON b.id = p.brand_id
  JOIN catalog_category c ON c.id = p.category_id
  LEFT JOIN catalog_packunit kase ON kase.sku_id = s.id AND kase.unit = 'case'
  LEFT JOIN catalog_packunit pallet ON pallet.sku_id = s.id AND pallet.unit = 'pallet'
 ORDER BY s.code
"""
_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM catalog_category WHERE id = %s
    UNION SELECT c.id FROM catalog_category c JOIN below ON c.parent_id = below.id
) SELECT id FROM below
"""
_BELOW_EACH = """
WITH RECURSIVE below AS (
    SELECT id AS top, id FROM catalog_category WHERE id = ANY (%s)
    UNION SELECT below.top, c.id FROM catalog_category c JOIN below ON c.parent_id = below.id
) SELECT top, id FROM below
"""
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM catalog_category WHERE id = %s
    UNION SELECT c.id, c.parent_id FROM catalog_category c JOIN above ON c.id = above.parent_id
) SELECT id FROM above
"""


@dataclass(frozen=True)
class CategoryNode:
    """A category at its depth (0: top) with the products in it and below it."""

    category: Category
    depth: int
    total: int


def unit_factors(sku_ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Base units in each unit of each SKU, base unit included; unknown SKUs are absent. One query."""
    found: dict[int, dict[str, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku_id, unit, factor FROM catalog_units(%s)", [list(sku_ids)])
        for sku_id, unit, factor in cursor.fetchall():
            found.setdefault(sku_id, {})[unit] = factor
    return found


def sku_for(code: str) -> Sku:
    """The SKU with this code or GTIN (its own or a pack's). Raises NotFound."""
    rule = Q(code=code) | Q(gtin=code, gtin__gt="") | Q(packs__gtin=code, packs__gtin__gt="")
    found = list_skus().filter(rule).distinct().first()
    if found is None:
        raise NotFound()
    return found


def ids_by_code(codes: Iterable[str]) -> dict[str, int]:
    """code -> SKU id for those that exist."""
    return dict(Sku.objects.filter(code__in=list(codes)).values_list("code", "id"))


def ids_by_gtin(gtins: Iterable[str]) -> dict[str, int]:
    """GTIN of a SKU or of one of its packs -> SKU id for those that exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gtin, id FROM catalog_sku WHERE gtin = ANY (%(asked)s) AND gtin <> '' UNION ALL"
            " SELECT gtin, sku_id FROM catalog_packunit WHERE gtin = ANY (%(asked)s) AND gtin <> ''",
            {"asked": list(gtins)},
        )
        return dict(cursor.fetchall())


def list_skus() -> QuerySet[Sku]:
    """SKUs with product, brand and category, by code."""
    return Sku.objects.select_related("product__brand", "product__category").order_by("code")


def orderable_skus() -> QuerySet[Sku]:
    """What may be ordered: SKUs on sale of own brands, with packs and the product's first picture."""
    rows = list_skus().filter(status__in=ORDERABLE, product__brand__own=True)
    return rows.annotate(picture_id=first_picture()).prefetch_related("packs")


def first_picture() -> Subquery:
    """The id of a SKU's product's first picture, for annotations; null without one."""
    pictures = Picture.objects.filter(product=OuterRef("product_id"))
    return Subquery(pictures.order_by("position", "pk").values("pk")[:1])


def announced_skus() -> QuerySet[Sku]:
    """What goes on sale soon, the next first."""
    return list_skus().filter(status=Status.LAUNCH).order_by("on_sale_from", "code")


def category_tree() -> list[CategoryNode]:
    """Every category from the top down, children after their parent, with its products counted.

    Two statements, whatever the depth.
    """
    counted = dict(
        Product.objects.order_by()
        .values_list("category")
        .annotate(n=Count("pk"))
        .values_list("category", "n")
    )
    below: dict[int | None, list[Category]] = {}
    for category in Category.objects.order_by("code"):
        below.setdefault(category.parent_id, []).append(category)

    def walk(parent: int | None, depth: int) -> list[CategoryNode]:
        found = []
        for category in below.get(parent, ()):
            children = walk(category.pk, depth + 1)
            own = counted.get(category.pk, 0)
            total = own + sum(c.total for c in children if c.category.parent_id == category.pk)
            found += [CategoryNode(category, depth, total), *children]
        return found

    return walk(None, 0)


def category_ids_below(category_id: int) -> list[int]:
    """The category and all below it."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [category_id])
        return [row[0] for row in cursor.fetchall()]


def categories_below(category_ids: Iterable[int]) -> dict[int, set[int]]:
    """Category → itself and all below it. One statement for any number."""
    found: dict[int, set[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW_EACH, [sorted(set(category_ids))])
        for top, category_id in cursor.fetchall():
            found.setdefault(top, set()).add(category_id)
    return found


def attributes_for(category_id: int, of: str) -> list[Attribute]:
    """The attributes of a category's products or SKUs: its own, inherited and general ones."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [category_id])
        above = [row[0] for row in cursor.fetchall()]
    rows = Attribute.objects.filter(Q(category=None) | Q(category__in=above), of=of)
    return list(rows.order_by("code"))


def list_materials(on: date | None = None) -> QuerySet[Material]:
    """Marketing material that the reader is entitled to, newest first; without what expired `on`."""
    rows = Material.objects.select_related("product", "brand")
    if on is not None:
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    return rows.order_by("-added_at", "-pk")


def search_skus(question: str, among: QuerySet[Sku] | None = None) -> QuerySet[Sku]:
    """SKUs whose key holds every word of the question, best first; when none does, those alike.

    Words match code, names, GTIN, pinyin and pinyin initials ("kkkl" finds 可口可乐). Alike are words
    with a slip or a homophone, and 汉字, syllables and initials in one word ("kekokele", "可口kl"):
    compared by sound and trigrams, by the same index (`catalog_alike`). One statement more, for whether
    something matches exactly.
    """
    skus = list_skus() if among is None else among
    words = normalise(question).split()
    if not words:
        return skus
    exact = skus
    for word in words:
        exact = exact.filter(search_key__contains=word)
    if exact.exists():
        return _best_first(exact, words)
    for word in words:
        sound = spelled(word)
        if is_fuzzy(sound):
            skus = skus.filter(pk__in=RawSQL("SELECT catalog_alike(%s)", [sound]))
        else:
            skus = skus.filter(search_key__contains=word)
    return _best_first(skus, [spelled(word) for word in words])


def _best_first(skus: QuerySet[Sku], words: Sequence[str]) -> QuerySet[Sku]:
    likeness = TrigramWordSimilarity(" ".join(words), "search_key")
    return skus.annotate(likeness=likeness).order_by("-likeness", "code")


def exported_products() -> list[dict[str, Any]]:
    """Every SKU as the product import reads it, by code. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPORT)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
