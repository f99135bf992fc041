"""A file or pasted table that holds many orders: columns by their names, faults by their rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yunhe.channel.network.models import DeliveryAddress
from yunhe.channel.network.queries import address_copy
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.principal import Principal
from yunhe.platform.intake.reading.uploaded import named_columns, uploaded_rows
from yunhe.platform.values import half_width
from yunhe.trade.catalog.choices import unit_named
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin
from yunhe.trade.orders.choices import Source
from yunhe.trade.orders.compute import COLUMNS, WrittenLine, read_quantity
from yunhe.trade.orders.entry import product_fault
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.services import AskedGift, ManyPlaced, NewLine, NewOrder, place_orders

MAX_ROWS = 50_000
_SEPARATORS = re.compile(r"[\s,;、]+")
Table = Iterable[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as written: which order, which partner, which line."""

    row: int
    order: str
    partner: str
    line: WrittenLine
    wanted: str
    note: str
    agreement: str = ""
    address: str = ""
    gifts: tuple[str, ...] = ()


def place_file(
    name: str,
    content: bytes,
    *,
    actor: Principal,
    now: datetime,
    node_id: int | None = None,
    submit: bool = True,
    source: str = Source.CONSOLE,
) -> ManyPlaced:
    """Turn a CSV or Excel file into orders: rows with one order number (and partner) are one order.

    Columns are found by name in either language: order, partner (not needed with `node_id`),
    product (code or GTIN), quantity, unit, wanted, note, blanket order, address (its name in the
    partner's book), gift (codes of the gifts chosen). The same file again makes no new orders.
    Raises FileRefused, LinesRefused naming every faulty row; then nothing is written.
    """
    table = list(uploaded_rows(name, content))
    rows = _understood(table)
    orders = _orders(rows, node_id=node_id, key=hashlib.sha256(content).hexdigest()[:32])
    return place_orders(orders, actor=actor, now=now, submit=submit, source=source)


def _understood(table: Sequence[tuple[int, Sequence[str]]]) -> list[_Row]:
    if len(table) < 2:
        raise LinesRefused(_("The file has a row of column names and at least one line."))
    if len(table) > MAX_ROWS:
        raise LinesRefused(_("A file has at most %(most)s lines.") % {"most": MAX_ROWS})
    at = named_columns([half_width(cell) for cell in table[0][1]], COLUMNS)
    if missing := [name for name in ("product", "quantity") if name not in at]:
        names = {"product": _("product"), "quantity": _("quantity")}
        words = ", ".join(names[name] for name in missing)
        raise LinesRefused(_("The file has no column for: %(names)s.") % {"names": words})

    def cell(cells: Sequence[str], name: str) -> str:
        place = at.get(name)
        return half_width(cells[place]).strip() if place is not None and place < len(cells) else ""

    return [
        _Row(
            row,
            cell(cells, "order"),
            cell(cells, "partner"),
            WrittenLine(
                row,
                cell(cells, "product"),
                read_quantity(cell(cells, "quantity")),
                cell(cells, "unit"),
            ),
            cell(cells, "wanted"),
            cell(cells, "note"),
            cell(cells, "agreement"),
            cell(cells, "address"),
            tuple(code for code in _SEPARATORS.split(cell(cells, "gift")) if code),
        )
        for row, cells in table[1:]
    ]


def _orders(rows: Sequence[_Row], *, node_id: int | None, key: str) -> list[NewOrder]:
    """Three queries for products and units, one for partners."""
    codes = {row.line.code for row in rows} | {code for row in rows for code in row.gifts}
    ids = ids_by_gtin(codes) | ids_by_code(codes)
    bases = dict(Sku.objects.filter(pk__in=set(ids.values())).values_list("pk", "base_unit"))
    partners = {} if node_id else _partners({row.partner for row in rows})
    addresses = _addresses({*partners.values(), *([node_id] if node_id else [])}, rows)
    faults: list[dict[str, Any]] = []
    groups: dict[tuple[str, int], list[tuple[_Row, NewLine]]] = {}
    units: dict[str, str] = {}
    sent: dict[tuple[str, int], _Row] = {}
    for row in rows:
        place = node_id or partners.get(row.partner)
        named = sent.setdefault((row.order, place or 0), row) if row.address else row
        if message := _fault(row, place, ids, units) or _address_fault(
            row, named, place, addresses
        ):
            faults.append({"row": row.row, "sku": row.line.code, "message": message})
            continue
        sku_id = ids[row.line.code]
        unit = units.get(row.line.unit) or bases[sku_id]
        line = NewLine(sku_id, unit, row.line.quantity or Decimal(0))
        groups.setdefault((row.order, place or 0), []).append((row, line))
    if faults:
        raise LinesRefused(_("Some lines were not understood."), field="file", rows=faults)
    return [
        NewOrder(
            node_id=place,
            lines=[line for _row, line in lines],
            rows=[row.row for row, _line in lines],
            key=f"{key}|{order}"[:100],
            note=next((row.note for row, _line in lines if row.note), ""),
            wanted_on=next((_day(row.wanted) for row, _line in lines if row.wanted), None),
            agreement=next((row.agreement for row, _line in lines if row.agreement), "")[:20],
            ship_to=next(
                (addresses[place, _folded(row.address)] for row, _line in lines if row.address),
                None,
            ),
            gifts=[
                AskedGift(row.row, ids[code], code) for row, _line in lines for code in row.gifts
            ],
        )
        for (order, place), lines in groups.items()
    ]


def _addresses(
    node_ids: set[int], rows: Sequence[_Row]
) -> dict[tuple[int | None, str], dict[str, Any]]:
    """(partner, folded name) → the address as orders keep it, of several the default, else the first. No
    query when the file names none."""
    if not any(row.address for row in rows):
        return {}
    found = DeliveryAddress.objects.filter(node__in=node_ids, active=True)
    return {
        (each.node_id, _folded(str(each))): address_copy(each)
        for each in found.order_by("is_default", "-pk")
    }


def _folded(name: str) -> str:
    """As names of addresses are compared: without case, width and outer spaces."""
    return half_width(name).strip().casefold()


def _other_address(row: _Row, earlier: _Row) -> str:
    words = {"name": row.address, "other": earlier.address, "row": earlier.row}
    return (
        _(
            "Row %(row)s sends this order to “%(other)s”: “%(name)s” needs an order number of its own."
        )
        % words
    )


def _address_fault(
    row: _Row, named: _Row, place: int | None, addresses: Mapping[tuple[int | None, str], Any]
) -> str:
    """What is wrong with the address; `named` is the order's first row with one."""
    if not row.address:
        return ""
    if (place, _folded(row.address)) not in addresses:
        words = {"name": row.address}
        return _("The partner has no address with the name “%(name)s”.") % words
    if _folded(named.address) != _folded(row.address):
        return _other_address(row, named)
    return ""


def _partners(codes: set[str]) -> dict[str, int]:
    """Partner codes in scope → node ids."""
    found = Node.objects.filter(kind=NodeKind.PARTNER, code__in=codes)
    return dict(found.values_list("code", "pk"))


def _fault(row: _Row, place: int | None, ids: Mapping[str, int], units: dict[str, str]) -> str:
    line = row.line
    if place is None:
        return _("There is no partner with the code “%(code)s”.") % {"code": row.partner}
    if fault := product_fault(line, ids):
        return fault
    if line.unit and line.unit not in units:
        units[line.unit] = unit_named(line.unit)
    if line.unit and not units[line.unit]:
        return _("There is no unit “%(unit)s”.") % {"unit": line.unit}
    if unknown := next((code for code in row.gifts if code not in ids), ""):
        return _("No product has the code %(code)s.") % {"code": unknown}
    if row.wanted and _day(row.wanted) is None:
        return _("“%(text)s” is not a date such as 2026-11-22.") % {"text": row.wanted}
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
