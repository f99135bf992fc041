"""A file of prices: columns by their names, faults by the file's rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yunhe.platform.access.principal import Principal
from yunhe.platform.errors import DomainError
from yunhe.platform.intake.reading.uploaded import named_columns, uploaded_rows
from yunhe.platform.values import half_width, read_number
from yunhe.trade.catalog.choices import unit_named
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin
from yunhe.trade.pricing.errors import ListRefused
from yunhe.trade.pricing.models import PriceList
from yunhe.trade.pricing.services import PriceEntry, set_prices
from yunhe.trade.pricing.services.lists import check_entries

MAX_ROWS = 20_000
PASTED = ("product", "unit", "minimum", "price")
COLUMNS: dict[str, tuple[str, ...]] = {
    "product": ("product", "sku", "code", "gtin", "产品", "商品", "商品编码", "产品编码", "条码"),
    "unit": ("unit", "单位"),
    "minimum": ("from", "from quantity", "minimum", "min quantity", "起订量", "起始数量"),
    "price": ("price", "unit price", "价格", "单价", "供货价"),
}
"""Names under which the columns of a price file are known."""


def set_prices_from_file(
    price_list: PriceList,
    name: str,
    content: bytes,
    *,
    effective: date,
    until: date | None = None,
    actor: Principal,
    now: datetime,
) -> int:
    """Set the prices of a CSV or Excel file, as `set_prices`; all or none.

    Raises FileRefused, ListRefused and what `set_prices` raises, naming the file's rows.
    """
    rows, entries = _understood(list(uploaded_rows(name, content)))
    try:
        return set_prices(
            price_list, entries, effective=effective, until=until, actor=actor, now=now
        )
    except DomainError as error:
        for fault in error.rows:
            fault["row"] = rows[fault["row"] - 1]
        raise


def _understood(
    table: Sequence[tuple[int, Sequence[str]]],
) -> tuple[list[int], list[PriceEntry]]:
    """The file's row numbers, and what each asks for."""
    if len(table) < 2 or len(table) > MAX_ROWS:
        raise ListRefused(
            _("The file has a row of column names and 1 to %(most)s prices.") % {"most": MAX_ROWS},
            field="file",
        )
    at = named_columns(table[0][1], COLUMNS)
    if "product" not in at or "price" not in at:
        raise ListRefused(_("The file needs the columns “product” and “price”."), field="file")
    written = [
        (row, {name: _cell(cells, at.get(name)) for name in COLUMNS}) for row, cells in table[1:]
    ]
    return _read(written)


def entries_from_text(text: str) -> list[PriceEntry]:
    """Prices pasted line by line: code, unit, from quantity, price, apart by tabs or spaces.

    Raises ListRefused, PriceOverlap naming the lines, counted as an editor numbers them.
    """
    written = []
    for row, line in enumerate(text.splitlines(), start=1):
        words = half_width(line).split("\t" if "\t" in line else None)
        if "".join(words).strip():
            cells = [word.strip() for word in [*words, "", "", "", ""]]
            written.append((row, dict(zip(PASTED, cells, strict=False))))
            if len(words) > len(PASTED):
                written[-1][1]["price"] = ""
    rows, entries = _read(written)
    try:
        check_entries(entries)
    except DomainError as error:
        for fault in error.rows:
            fault["row"] = rows[fault["row"] - 1]
        raise
    return entries


def _read(
    written: Sequence[tuple[int, dict[str, str]]],
) -> tuple[list[int], list[PriceEntry]]:
    codes = {cells["product"] for _row, cells in written}
    ids = ids_by_gtin(codes) | ids_by_code(codes)
    bases = dict(Sku.objects.filter(pk__in=set(ids.values())).values_list("pk", "base_unit"))
    faults: list[dict[str, Any]] = []
    entries = []
    for row, cells in written:
        entry = _entry(cells, ids, bases)
        if isinstance(entry, str):
            faults.append({"row": row, "sku": cells["product"], "message": entry})
        else:
            entries.append(entry)
    if faults:
        raise ListRefused(_("Some rows were not understood."), field="file", rows=faults)
    return [row for row, _cells in written], entries


def _cell(cells: Sequence[str], place: int | None) -> str:
    return half_width(cells[place]).strip() if place is not None and place < len(cells) else ""


def _entry(cells: dict[str, str], ids: dict[str, int], bases: dict[int, str]) -> PriceEntry | str:
    """The entry, or what is wrong with it. An empty unit is the base unit, an empty minimum 1."""
    sku_id = ids.get(cells["product"])
    if not cells["product"]:
        return _("The product's code is missing.")
    if sku_id is None:
        return _("No product has the code %(code)s.") % {"code": cells["product"]}
    unit = unit_named(cells["unit"]) if cells["unit"] else bases[sku_id]
    if not unit:
        return _("There is no unit “%(unit)s”.") % {"unit": cells["unit"]}
    price, minimum = read_number(cells["price"]), read_number(cells["minimum"] or "1")
    if price is None or minimum is None:
        return _("Price and quantity must be numbers.")
    return PriceEntry(sku_id=sku_id, unit=unit, price=price, min_quantity=minimum)
