"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Q, QuerySet

from yunhe.platform.errors import NotFound
from yunhe.trade.catalog.choices import Status
from yunhe.trade.catalog.compute import normalise
from yunhe.trade.catalog.models import Sku

# sku id -> unit -> base units in it; the base unit is in it with 1.
Factors = Mapping[int, Mapping[str, Decimal]]


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
    """What may be ordered: SKUs on sale of own brands, with their packs."""
    return (
        list_skus().filter(status=Status.ACTIVE, product__brand__own=True).prefetch_related("packs")
    )


def search_skus(question: str, among: QuerySet[Sku] | None = None) -> QuerySet[Sku]:
    """SKUs whose key holds every word of the question, best first.

    Words match code, names, GTIN, pinyin and pinyin initials ("kkkl" finds 可口可乐).
    """
    skus = list_skus() if among is None else among
    words = normalise(question).split()
    if not words:
        return skus
    for word in words:
        skus = skus.filter(search_key__contains=word)
    return skus.annotate(likeness=TrigramWordSimilarity(" ".join(words), "search_key")).order_by(
        "-likeness", "code"
    )
