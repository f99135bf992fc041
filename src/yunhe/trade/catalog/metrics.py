"""SKUs as a dimension of numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.metrics.declarations import Attribute, Entity, Watch
from yunhe.platform.metrics.registry import declare

SKUS = declare(
    Entity(
        name="sku",
        label=_("SKU and its place in the catalogue"),
        sql="""
WITH RECURSIVE tops AS (
    SELECT id, id AS top_id FROM catalog_category WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, t.top_id FROM catalog_category c JOIN tops t ON c.parent_id = t.id
)
SELECT s.id, s.code || ' ' || s.name AS name,
       s.code || ' ' || coalesce(nullif(s.name_en, ''), s.name) AS name_en,
       p.id AS product_id, p.name AS product, coalesce(nullif(p.name_en, ''), p.name) AS product_en,
       c.id AS category_id, c.name AS category,
       coalesce(nullif(c.name_en, ''), c.name) AS category_en,
       t.id AS group_id, t.name AS category_group,
       coalesce(nullif(t.name_en, ''), t.name) AS category_group_en,
       b.id AS brand_id, b.name AS brand, coalesce(nullif(b.name_en, ''), b.name) AS brand_en
  FROM catalog_sku s
  JOIN catalog_product p ON p.id = s.product_id
  JOIN catalog_category c ON c.id = p.category_id
  JOIN tops ON tops.id = c.id
  JOIN catalog_category t ON t.id = tops.top_id
  JOIN catalog_brand b ON b.id = p.brand_id""",
        columns={
            "id": "int64",
            "name": "string",
            "name_en": "string",
            "product_id": "int64",
            "product": "string",
            "product_en": "string",
            "category_id": "int64",
            "category": "string",
            "category_en": "string",
            "group_id": "int64",
            "category_group": "string",
            "category_group_en": "string",
            "brand_id": "int64",
            "brand": "string",
            "brand_en": "string",
        },
        key="id",
        watches=(
            Watch(table="catalog_sku"),
            Watch(table="catalog_product"),
            Watch(table="catalog_category"),
            Watch(table="catalog_brand"),
        ),
        attributes=(
            Attribute(name="sku", label=_("SKU"), column="id", text="name", text_en="name_en"),
            Attribute(
                name="product",
                label=_("Product"),
                column="product_id",
                text="product",
                text_en="product_en",
            ),
            Attribute(
                name="category",
                label=_("Category"),
                column="category_id",
                text="category",
                text_en="category_en",
            ),
            Attribute(
                name="category_group",
                label=_("Category group"),
                column="group_id",
                text="category_group",
                text_en="category_group_en",
            ),
            Attribute(
                name="brand", label=_("Brand"), column="brand_id", text="brand", text_en="brand_en"
            ),
        ),
    )
)
