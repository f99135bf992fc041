"""The receipt: what became of every row of a file, for a spreadsheet.

Accepted rows have no record of their own; they are what lies between the others. So a receipt of a
million rows is one ordered read of the exceptions.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from yunhe.platform.intake.choices import RowStatus
from yunhe.platform.intake.declarations import ImportType, import_type
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.reasons import sentence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SHEET_ROWS = 1_048_575
_FLUSH_ROWS = 2000


def receipt_header() -> list[str]:
    """Column names in the active language."""
    return [_("Row"), _("Status"), _("Reason code"), _("Reason"), _("Field"), _("Value"), _("Key")]


def receipt_rows(record: Import, *, problems_only: bool = False) -> Iterator[list[Any]]:
    """One list per row of the file in its order; with `problems_only` just the exceptions.

    A row with several reasons gets one line whose sentences are joined.
    """
    declared = import_type(record.type_code)
    labels = {status.value: str(status.label) for status in RowStatus}
    accepted = [labels[RowStatus.ACCEPTED], "", "", "", "", ""]
    waiting = [_("not posted yet"), "", "", "", "", ""]
    rows = record.exceptions.order_by("row").values_list("row", "status", "reasons", "row_key")
    if problems_only:
        for number, status, reasons, key in rows.iterator(5000):
            yield [number, *_told(declared, labels[status], reasons, key)]
        return
    numbers = _row_numbers(record)
    position = next(numbers, None)
    for number, status, reasons, key in rows.iterator(5000):
        while position is not None and position < number:
            yield [position, *(accepted if position <= _posted(record) else waiting)]
            position = next(numbers, None)
        yield [number, *_told(declared, labels[status], reasons, key)]
        if position == number:
            position = next(numbers, None)
    while position is not None:
        yield [position, *(accepted if position <= _posted(record) else waiting)]
        position = next(numbers, None)


def _posted(record: Import) -> float:
    return float("inf") if not record.pending else record.posted_through


def _row_numbers(record: Import) -> Iterator[int]:
    """Numbers of the file's filled rows; `shape.numbers` holds them as ranges."""
    for first, last in record.shape.get("numbers", []):
        yield from range(first, last + 1)


def _told(declared: ImportType, status: str, reasons: list[dict[str, Any]], key: str) -> list[str]:
    first = reasons[0] if reasons else {}
    return [
        status,
        first.get("code", ""),
        " ".join(sentence(declared, reason) for reason in reasons),
        str(declared.label_of(first.get("field", ""))) if first.get("field") else "",
        first.get("value") or "",
        key,
    ]


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula is marked as text by an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def receipt_csv(record: Import, *, problems_only: bool = False) -> Iterator[bytes]:
    """The receipt as CSV in UTF-8 with a byte order mark (Excel reads it), in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(receipt_header())
    rows: Iterable[list[Any]] = receipt_rows(record, problems_only=problems_only)
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(value) for value in row])
        if count % _FLUSH_ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_receipt_xlsx(record: Import, target: BinaryIO, *, problems_only: bool = False) -> None:
    """The receipt as a workbook; sheets of at most 1,048,575 rows. Texts are never formulas."""
    # imported here: slow, and few requests write workbooks
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet, at = None, SHEET_ROWS + 1
        for row in receipt_rows(record, problems_only=problems_only):
            if sheet is None or at > SHEET_ROWS:
                sheet, at = workbook.add_worksheet(), 1
                sheet.write_row(0, 0, receipt_header())
            sheet.write_row(at, 0, row)
            at += 1
        if sheet is None:
            workbook.add_worksheet().write_row(0, 0, receipt_header())
