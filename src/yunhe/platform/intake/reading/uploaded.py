"""A small uploaded CSV or Excel file as rows of cells, at once and without staging."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from yunhe.platform.intake.reading.excel import check_workbook, sheet_rows, sheets
from yunhe.platform.intake.reading.text import detect_encoding, sample_text, sniff_separator

EXCEL = (".xlsx", ".xlsm", ".xls")


def uploaded_rows(name: str, content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """(row as the sheet or editor numbers it, cells), empty rows left out. Raises FileRefused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        if name.lower().endswith(EXCEL):
            check_workbook(path, name)
            yield from sheet_rows(sheets(path, name), 0)
            return
        encoding = detect_encoding(path, name)
        separator = sniff_separator(sample_text(path, encoding))
        with path.open(encoding=encoding, newline="") as handle:
            reader = csv.reader(handle, delimiter=separator)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells


def named_columns(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Column → position by the names under which each is known; the first of several wins."""
    columns = {alias: column for column, aliases in names.items() for alias in aliases}
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        column = columns.get(cell.strip().lower().replace("_", " "))
        if column is not None:
            found.setdefault(column, at)
    return found
