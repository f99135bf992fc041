"""The catalogue over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from yunhe.platform.api.guards import require, require_any
from yunhe.platform.api.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.permissions import CHANGE, OFFER, VIEW
from yunhe.trade.catalog.queries import list_skus, search_skus, sku_for
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog

router = Router(tags=["catalog"])


class NameIn(Schema):
    code: str = Field(max_length=40)
    name: str = Field(max_length=160)
    name_en: str = Field("", max_length=160)


class PackIn(Schema):
    unit: str
    factor: Decimal = Field(gt=1, description="Base units in one of this unit")
    gtin: str = Field("", max_length=14)


class SkuIn(NameIn):
    """A SKU with what stands above it; `category` is the path from the top."""

    brand: NameIn
    category: list[NameIn] = Field(min_length=1)
    product: NameIn
    gtin: str = Field("", max_length=14)
    size: str = Field("", max_length=60)
    base_unit: str = "piece"
    status: str = "active"
    own_brand: bool = True
    packs: list[PackIn] = []


class SkuOut(NameIn):
    id: int
    brand: str
    category: str
    product: str
    gtin: str
    size: str
    base_unit: str
    status: str
    packs: list[PackIn]


class SkuFilter(PageQuery):
    q: str = Field("", description="Every word must occur in name, pinyin, code or GTIN")
    brand: str = ""
    category: str = ""
    status: str = ""


def _shown(sku: Sku) -> dict[str, Any]:
    product = sku.product
    return {
        **{name: getattr(sku, name) for name in ("id", "code", "name", "name_en", "gtin", "size")},
        "base_unit": sku.base_unit,
        "status": sku.status,
        "brand": product.brand.code,
        "category": product.category.code,
        "product": product.code,
        "packs": [
            {"unit": pack.unit, "factor": pack.factor, "gtin": pack.gtin}
            for pack in sku.packs.all()
        ],
    }


@router.get("/skus", response=Page[SkuOut], auth=require_any(VIEW, OFFER), operation_id="list_skus")
def get_skus(request: HttpRequest, asked: Query[SkuFilter]) -> Any:
    """SKUs by id; filters by code of brand or category."""
    rows = search_skus(asked.q) if asked.q else list_skus()
    paths = {"brand": "product__brand__code", "category": "product__category__code"}
    for name in ("brand", "category", "status"):
        if value := getattr(asked, name):
            rows = rows.filter(**{paths.get(name, name): value})
    return paginate(rows.prefetch_related("packs"), asked, by="id", show=_shown)


@router.get("/skus/{code}", response=SkuOut, auth=require_any(VIEW, OFFER), operation_id="get_sku")
def get_sku(request: HttpRequest, code: str) -> Any:
    """One SKU by its code, its GTIN or a pack's."""
    return _shown(sku_for(code))


@router.put("/skus", response=dict[str, int], auth=require(CHANGE), operation_id="ensure_skus")
def put_skus(request: HttpRequest, body: list[SkuIn]) -> Any:
    """Create or update many SKUs in one call; answers code → id."""
    rows = [
        SkuRow(
            **item.dict(exclude={"brand", "category", "product", "packs"}),
            brand=_named(item.brand),
            category=tuple(_named(part) for part in item.category),
            product=_named(item.product),
            packs=tuple(PackRow(**pack.dict()) for pack in item.packs),
        )
        for item in body
    ]
    return ensure_catalog(rows, actor=request.principal)  # type: ignore[attr-defined]


def _named(item: NameIn) -> tuple[str, str, str]:
    return (item.code, item.name, item.name_en)
