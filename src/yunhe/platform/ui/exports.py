"""Rows as CSV or XLSX files, streamed, with cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.encoding import escape_uri_path

from yunhe.platform.ui.component import Text

FORMATS = {"csv": "CSV", "xlsx": "Excel"}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written."""

    def write(self, value: str) -> str:
        return value


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
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        # Excel reads UTF-8 only behind a byte-order mark
        yield "\ufeff" + writer.writerow(headings)
        for row in rows:
            yield writer.writerow([harmless(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{escape_uri_path(name)}.csv"
    return response


def _xlsx(name: str, headings: list[str], rows: Iterable[list[Any]]) -> HttpResponseBase:
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
