"""Rows as CSV or XLSX files, with cells that no spreadsheet runs as a formula.

The rows are read here, before the answer is handed out: a stream would be read after the request's
transaction, outside its scope.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import Any

from django.http import FileResponse, HttpResponseBase

from yunhe.platform.ui.component import Text

FORMATS = {"csv": "CSV", "xlsx": "Excel"}
IN_MEMORY = 2**20
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers pass."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value


def export_rows(
    kind: str, *, name: str, headings: Iterable[Text], rows: Iterable[list[Any]]
) -> HttpResponseBase:
    """An attachment of the rows. Raises LookupError for a kind other than csv and xlsx."""
    makers = {"csv": _csv, "xlsx": _xlsx}
    return makers[kind](name, [str(heading) for heading in headings], rows)


def _csv(name: str, headings: list[str], rows: Iterable[list[Any]]) -> HttpResponseBase:
    # closed by the response
    buffer = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    text = TextIOWrapper(
        buffer, encoding="utf-8-sig", newline=""
    )  # Excel wants the byte-order mark
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    text.flush()
    text.detach()
    buffer.seek(0)
    return FileResponse(
        buffer, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8"
    )


def _csv_cell(value: Any) -> Any:
    """As `harmless`; a decimal without an exponent, which is no number to whoever reads the file."""
    return f"{value:f}" if isinstance(value, Decimal) else harmless(value)


def _xlsx(name: str, headings: list[str], rows: Iterable[list[Any]]) -> HttpResponseBase:
    # imported here: slow, and few requests write workbooks
    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headings, bold)
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            plain = float(value) if isinstance(value, Decimal) else value
            sheet.write(index, column, plain, formats.get(type(value)))
    book.close()
    buffer.seek(0)
    return FileResponse(buffer, as_attachment=True, filename=f"{name}.xlsx")
