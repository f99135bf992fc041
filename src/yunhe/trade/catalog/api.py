"""The catalogue over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.session import owner_access
from yunhe.platform.api.filtering import filtered, narrow
from yunhe.platform.api.guards import require, require_any
from yunhe.platform.database.versions import versioned_rows
from yunhe.platform.errors import NotFound
from yunhe.platform.files.downloads import answer_with_file
from yunhe.platform.paging import Page, PageQuery, paginate
from yunhe.trade.catalog.filters import MaterialFilters
from yunhe.trade.catalog.models import Attribute, Brand, Category, PackUnit, Picture, Product, Sku
from yunhe.trade.catalog.permissions import CHANGE, OFFER, VIEW
from yunhe.trade.catalog.queries import (
    category_tree,
    list_materials,
    list_skus,
    search_skus,
    sku_for,
)
from yunhe.trade.catalog.services import (
    PackRow,
    SkuRow,
    ensure_catalog,
    move_category,
    move_sku,
    replace_sku,
    set_attributes,
)

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
    size_en: str = Field("", max_length=60)
    base_unit: str = "piece"
    status: str = "active"
    own_brand: bool = True
    packs: list[PackIn] = []


class SkuOut(NameIn):
    """A SKU; `replaced_by` is a code, attributes are by code, `pictures` are addresses."""

    id: int
    brand: str
    category: str
    product: str
    gtin: str
    size: str
    size_en: str
    base_unit: str
    status: str
    on_sale_from: date | None
    replaced_by: str
    attributes: dict[str, Any]
    packs: list[PackIn]


class CategoryOut(NameIn):
    """A category at its depth, with the products in it and below it."""

    id: int
    parent_id: int | None
    depth: int
    products: int


class BrandOut(NameIn):
    """`own` is false for a competitor's brand that is only observed."""

    own: bool


class PlaceIn(Schema):
    parent: str = Field("", max_length=40, description="A category's code; empty: at the top")


class AttributeOut(NameIn):
    id: int
    category_id: int | None
    of: str
    kind: str
    options: list[str]
    options_en: list[str] = Field(description="English names in the order of `options`")
    unit: str
    required: bool


class AttributesIn(Schema):
    """Attribute code → value, for the product and for the SKU; what is left out stays."""

    product: dict[str, Any] | None = None
    sku: dict[str, Any] | None = None


class ReplacedIn(Schema):
    replaced_by: str = Field("", max_length=40, description="A SKU's code; empty: nothing")


class MaterialOut(Schema):
    """Material the caller is entitled to; its bytes are at `/materials/{id}/content`."""

    id: int
    title: str
    title_en: str
    kind: str
    product_id: int | None
    brand_id: int | None
    levels: list[str]
    valid_until: date | None


class PictureOut(Schema):
    """A picture of a product; its bytes are at `/pictures/{id}/content` (`?small` for lists)."""

    id: int
    product_id: int
    position: int


class SkuFilter(PageQuery):
    q: str = Field("", description="Every word must occur in name, pinyin, code or GTIN")
    brand: str = ""
    category: str = ""
    status: str = ""


def _shown(sku: Sku) -> dict[str, Any]:
    product = sku.product
    return {
        **{
            name: getattr(sku, name)
            for name in ("id", "code", "name", "name_en", "gtin", "size", "size_en")
        },
        "base_unit": sku.base_unit,
        "status": sku.status,
        "on_sale_from": sku.on_sale_from,
        "replaced_by": sku.replaced_by.code if sku.replaced_by else "",
        "attributes": {**product.attributes, **sku.attributes},
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
    rows = rows.select_related("replaced_by")
    paths = {"brand": "product__brand__code", "category": "product__category__code"}
    for name in ("brand", "category", "status"):
        if value := getattr(asked, name):
            rows = rows.filter(**{paths.get(name, name): value})
    return paginate(rows.prefetch_related("packs"), asked, by="id", show=_shown)


def _sku_rows(code: str) -> list[QuerySet[Any]]:
    sku = sku_for(code)
    return [
        Sku.objects.filter(pk=sku.pk),
        Product.objects.filter(pk=sku.product_id),
        PackUnit.objects.filter(sku=sku),
    ]


@router.get("/skus/{code}", response=SkuOut, auth=require_any(VIEW, OFFER), operation_id="get_sku")
@versioned_rows(_sku_rows)
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
    return ensure_catalog(rows, actor=principal_of(request))


def _named(item: NameIn) -> tuple[str, str, str]:
    return (item.code, item.name, item.name_en)


@router.put(
    "/skus/{code}/replaced-by",
    response=SkuOut,
    auth=require(CHANGE),
    operation_id="replace_sku",
    summary="Say what replaces a SKU",
)
def put_successor(request: HttpRequest, code: str, body: ReplacedIn) -> Any:
    successor = sku_for(body.replaced_by) if body.replaced_by else None
    replace_sku(sku_for(code), successor=successor, actor=principal_of(request))
    return _shown(sku_for(code))


@router.put(
    "/skus/{code}/attributes",
    response=SkuOut,
    auth=require(CHANGE),
    operation_id="set_attributes",
    summary="Set the attributes of a SKU and its product",
)
def put_attributes(request: HttpRequest, code: str, body: AttributesIn) -> Any:
    sku, actor = sku_for(code), principal_of(request)
    if body.product is not None:
        set_attributes(sku.product, body.product, actor=actor)
    if body.sku is not None:
        set_attributes(sku, body.sku, actor=actor)
    return _shown(sku_for(code))


@router.post(
    "/skus/{code}/{action}",
    response=SkuOut,
    auth=require(CHANGE),
    operation_id="move_sku",
    summary="One step of a SKU's life",
)
def post_move(request: HttpRequest, code: str, action: str) -> Any:
    """`action` is release, phase_out, keep, block, unblock or discontinue."""
    move_sku(sku_for(code), action, actor=principal_of(request))
    return _shown(sku_for(code))


@router.get(
    "/categories",
    response=list[CategoryOut],
    auth=require_any(VIEW, OFFER),
    operation_id="list_categories",
    summary="The category tree, parents before children",
)
def get_categories(request: HttpRequest) -> Any:
    names = ("id", "code", "name", "name_en", "parent_id")
    return [
        {name: getattr(node.category, name) for name in names}
        | {"depth": node.depth, "products": node.total}
        for node in category_tree()
    ]


@router.put(
    "/categories/{category_code}/parent",
    response=list[CategoryOut],
    auth=require(CHANGE),
    operation_id="move_category",
    summary="Put a category with all below it elsewhere; answers the tree",
)
def put_parent(request: HttpRequest, category_code: str, body: PlaceIn) -> Any:
    known = dict(Category.objects.values_list("code", "id"))
    if category_code not in known or (body.parent and body.parent not in known):
        raise NotFound()
    parent = known[body.parent] if body.parent else None
    move_category(known[category_code], parent_id=parent, actor=principal_of(request))
    return get_categories(request)


@router.get(
    "/brands",
    response=list[BrandOut],
    auth=require_any(VIEW, OFFER),
    operation_id="list_brands",
    summary="Brands, our own and observed ones",
)
def get_brands(request: HttpRequest) -> Any:
    return list(Brand.objects.order_by("code"))


@router.get(
    "/attributes",
    response=list[AttributeOut],
    auth=require_any(VIEW, OFFER),
    operation_id="list_attributes",
    summary="Typed attributes",
)
def get_attributes(request: HttpRequest) -> Any:
    return list(Attribute.objects.order_by("code"))


@router.get(
    "/materials",
    response=Page[MaterialOut],
    auth=require(OFFER),
    operation_id="list_materials",
    summary="Marketing material that the caller may use",
)
@filtered(MaterialFilters)
def get_materials(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return paginate(narrow(list_materials(timezone.localdate()).order_by(), request), page, by="id")


@router.get(
    "/materials/{int:material_id}/content",
    auth=require(OFFER),
    operation_id="get_material",
    summary="The bytes of a piece of material",
)
def get_material(request: HttpRequest, material_id: int) -> HttpResponseBase:
    return _content(request, list_materials().filter(pk=material_id), "file_id")


@router.get(
    "/pictures",
    response=list[PictureOut],
    auth=require(OFFER),
    operation_id="list_pictures",
    summary="Pictures of a product",
)
def get_pictures(request: HttpRequest, product_id: int) -> Any:
    return list(Picture.objects.filter(product_id=product_id))


@router.get(
    "/pictures/{int:picture_id}/content",
    auth=require(OFFER),
    operation_id="get_picture",
    summary="The bytes of a picture",
)
def get_picture(request: HttpRequest, picture_id: int, small: bool = False) -> HttpResponseBase:
    column = "thumbnail_id" if small else "file_id"
    return _content(request, Picture.objects.filter(pk=picture_id), column)


def _content(request: HttpRequest, rows: QuerySet[Any], column: str) -> HttpResponseBase:
    found = rows.values_list(column, flat=True).first()
    if found is None:
        raise NotFound()
    with owner_access(
        "the file is the manufacturer's own; the record that leads to it was checked"
    ):
        return answer_with_file(request, found)
