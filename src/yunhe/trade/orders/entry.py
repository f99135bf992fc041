"""Turn lines that somebody typed or pasted into order lines, naming each that is not understood."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from yunhe.trade.catalog.choices import unit_named
from yunhe.trade.catalog.models import Sku
from yunhe.trade.catalog.queries import ids_by_code, ids_by_gtin
from yunhe.trade.orders.compute import WrittenLine, read_lines
from yunhe.trade.orders.errors import LinesRefused
from yunhe.trade.orders.services import NewLine, line_faults


def lines_from_text(text: str) -> list[NewLine]:
    """Products by code or GTIN, units by name in either language or by code, base unit if none.

    Three queries for any number of lines. Raises LinesRefused naming row by row what is unknown.
    """
    written = read_lines(text)
    codes = [line.code for line in written]
    ids = ids_by_gtin(codes) | ids_by_code(codes)
    bases = dict(Sku.objects.filter(pk__in=set(ids.values())).values_list("pk", "base_unit"))
    lines, rows = [], []
    for line in written:
        fault = _fault(line, ids)
        if fault:
            rows.append({"row": line.row, "sku": line.code, "message": fault})
        elif line.quantity is not None:
            sku_id = ids[line.code]
            lines.append(NewLine(sku_id, unit_named(line.unit) or bases[sku_id], line.quantity))
    rows += [
        row | {"sku": written[row["row"] - 1].code, "row": written[row["row"] - 1].row}
        for row in (line_faults(lines) if not rows else ())
    ]
    if rows:
        raise LinesRefused(_("Some lines were not understood."), field="lines", rows=rows)
    return lines


def product_fault(line: WrittenLine, ids: Mapping[str, int]) -> str:
    """What is wrong with a line's product or quantity; empty when nothing is."""
    if not line.code:
        return _("The code of the product is missing.")
    if line.code not in ids:
        return _("No product has the code %(code)s.") % {"code": line.code}
    if line.quantity is None:
        return _("A quantity above zero must follow the code.")
    return ""


def _fault(line: WrittenLine, ids: Mapping[str, int]) -> str:
    if fault := product_fault(line, ids):
        return fault
    if line.unit and not unit_named(line.unit):
        return _("There is no unit “%(unit)s”.") % {"unit": line.unit}
    return ""
