"""A whole catalogue in six statements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yunhe.platform.access.principal import Principal
from yunhe.trade.catalog.choices import Status, Unit
from yunhe.trade.catalog.compute import is_gtin, search_key
from yunhe.trade.catalog.errors import SkuRefused
from yunhe.trade.catalog.permissions import CHANGE


@dataclass(frozen=True, kw_only=True)
class PackRow:
    """A larger unit: how many base units it holds."""

    unit: str
    factor: Decimal | int
    gtin: str = ""


@dataclass(frozen=True, kw_only=True)
class SkuRow:
    """A SKU with all that stands above it; names of brand, category and product repeat harmlessly.

    `category` is the path from the top: ((code, name, name_en), …).
    """

    code: str
    name: str
    brand: tuple[str, str, str]
    category: tuple[tuple[str, str, str], ...]
    product: tuple[str, str, str]
    name_en: str = ""
    gtin: str = ""
    size: str = ""
    size_en: str = ""
    base_unit: str = Unit.PIECE
    status: str = Status.ACTIVE
    own_brand: bool = True
    packs: tuple[PackRow, ...] = field(default=())


_NAMED = "code text, name text, name_en text"
_SAVE = " ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en"
# what stands above a SKU keeps its English name when a row does not tell one
_KEEP = (
    " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
    " name_en = coalesce(nullif(excluded.name_en, ''), kept.name_en)"
)
_BRANDS = (
    "INSERT INTO catalog_brand AS kept (code, name, name_en, own)"  # noqa: S608  # constant text
    " SELECT code, name, name_en, own"
    f" FROM jsonb_to_recordset(%s::jsonb) AS row ({_NAMED}, own boolean) ORDER BY code{_KEEP}"
)
_CATEGORIES = (
    "INSERT INTO catalog_category AS kept (code, name, name_en, parent_id)"  # noqa: S608  # constant text
    " SELECT row.code, row.name, row.name_en, parent.id"
    f" FROM jsonb_to_recordset(%s::jsonb) AS row ({_NAMED}, parent text)"
    f" LEFT JOIN catalog_category parent ON parent.code = row.parent ORDER BY row.code{_KEEP}"
)
_PRODUCTS = (
    "INSERT INTO catalog_product AS kept"  # noqa: S608  # constant text
    " (code, name, name_en, description, brand_id, category_id)"
    " SELECT row.code, row.name, row.name_en, '', b.id, c.id"
    f" FROM jsonb_to_recordset(%s::jsonb) AS row ({_NAMED}, brand text, category text)"
    " JOIN catalog_brand b ON b.code = row.brand JOIN catalog_category c ON c.code = row.category"
    f" ORDER BY row.code{_KEEP}, brand_id = excluded.brand_id, category_id = excluded.category_id"
)
_SKU_FIELDS = ("gtin", "size", "size_en", "base_unit", "status", "search_key")
_SKUS = (
    "INSERT INTO catalog_sku"  # noqa: S608  # constant text
    f" (code, name, name_en, product_id, {', '.join(_SKU_FIELDS)})"
    f" SELECT row.code, row.name, row.name_en, p.id, {', '.join('row.' + f for f in _SKU_FIELDS)}"
    f" FROM jsonb_to_recordset(%s::jsonb) AS row ({_NAMED}, product text,"
    f" {', '.join(f + ' text' for f in _SKU_FIELDS)})"
    f" JOIN catalog_product p ON p.code = row.product ORDER BY row.code{_SAVE},"
    f" product_id = excluded.product_id, {', '.join(f'{f} = excluded.{f}' for f in _SKU_FIELDS)}"
)
_PACKS = (
    "INSERT INTO catalog_packunit (sku_id, unit, factor, gtin) SELECT s.id, row.unit, row.factor, row.gtin"
    " FROM jsonb_to_recordset(%s::jsonb) AS row (sku text, unit text, factor numeric, gtin text)"
    " JOIN catalog_sku s ON s.code = row.sku ORDER BY s.id, row.unit"
    " ON CONFLICT (sku_id, unit) DO UPDATE SET factor = excluded.factor, gtin = excluded.gtin"
)
_FOUND = "SELECT code, id FROM catalog_sku WHERE code = ANY (%s)"


def ensure_catalog(rows: Sequence[SkuRow], *, actor: Principal) -> dict[str, int]:
    """Create or update SKUs with brands, category path, product and packs. Returns code -> SKU id.

    Packs that the rows do not name stay. Raises NotAllowed, and SkuRefused naming every row with a
    bad GTIN, unit or factor; then nothing is written.
    """
    actor.check(CHANGE)
    faults = [fault for at, row in enumerate(rows, start=1) for fault in _faults(at, row)]
    if faults:
        raise SkuRefused(_("Some products cannot be taken in."), rows=faults)
    with connection.cursor() as cursor:
        _write(cursor, _BRANDS, (_named(row.brand) | {"own": row.own_brand} for row in rows))
        for depth in range(max((len(row.category) for row in rows), default=0)):
            _write(cursor, _CATEGORIES, _categories(rows, depth))
        _write(cursor, _PRODUCTS, (_product(row) for row in rows))
        _write(cursor, _SKUS, (_sku(row) for row in rows))
        packs = ({"sku": row.code, **asdict(pack)} for row in rows for pack in row.packs)
        _write(cursor, _PACKS, packs, key=("sku", "unit"))
        cursor.execute(_FOUND, [[row.code for row in rows]])
        return dict(cursor.fetchall())


def _write(
    cursor: Any, statement: str, records: Iterator[dict[str, Any]], key: tuple[str, ...] = ("code",)
) -> None:
    """One statement for all records; of several with the same key the last counts."""
    unique = {tuple(record[name] for name in key): record for record in records}
    if unique:
        cursor.execute(statement, [json.dumps(list(unique.values()), default=str)])


def _named(names: tuple[str, str, str]) -> dict[str, Any]:
    return dict(zip(("code", "name", "name_en"), names, strict=True))


def _categories(rows: Sequence[SkuRow], depth: int) -> Iterator[dict[str, Any]]:
    for row in rows:
        if len(row.category) > depth:
            above = row.category[depth - 1][0] if depth else None
            yield _named(row.category[depth]) | {"parent": above}


def _product(row: SkuRow) -> dict[str, Any]:
    return _named(row.product) | {"brand": row.brand[0], "category": row.category[-1][0]}


def _sku(row: SkuRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "product": row.product[0],
        "gtin": row.gtin,
        "size": row.size,
        "size_en": row.size_en,
        "base_unit": row.base_unit,
        "status": row.status,
        "search_key": search_key(row.code, row.name, row.name_en, row.gtin),
    }


def _faults(at: int, row: SkuRow) -> Iterator[dict[str, Any]]:
    def fault(message: Any) -> dict[str, Any]:
        return {"row": at, "code": row.code, "message": str(message)}

    for gtin in (row.gtin, *(pack.gtin for pack in row.packs)):
        if gtin and not is_gtin(gtin):
            yield fault(_("%(gtin)s is not a GTIN: length or check digit.") % {"gtin": gtin})
    units = [row.base_unit, *(pack.unit for pack in row.packs)]
    if any(unit not in Unit.values for unit in units):
        yield fault(_("Unknown unit."))
    if len(set(units)) < len(units):
        yield fault(_("A unit is named twice."))
    if any(Decimal(pack.factor) <= 1 for pack in row.packs):
        yield fault(_("A pack holds more than one base unit."))
    if not row.category:
        yield fault(_("A category is missing."))
