"""Tell what a file is and how it is cut, without trusting its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from yunhe.platform.intake.choices import Format
from yunhe.platform.intake.declarations import ImportType
from yunhe.platform.intake.errors import (
    empty_file,
    json_instead,
    no_header,
    no_parquet,
    no_rows,
    no_table,
    page_in_disguise,
    too_large,
    wrong_type,
)
from yunhe.platform.intake.headers import column_names, find_header, normalise
from yunhe.platform.intake.reading import excel, text
from yunhe.platform.intake.reading.limits import (
    MAX_FILE_BYTES,
    MEGABYTE,
    PREVIEW_CELL,
    PREVIEW_ROWS,
)

_NOT_TEXT = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
)
# what many systems write and call “.xls”: a web page, or Excel's XML of 2003
_MARKUP = re.compile(
    r"[\ufeff\s]*<(?:\?xml|!doctype|html|head|body|table|meta|style)\b", re.IGNORECASE
)
_JSON = re.compile(r"[\ufeff\s]*(?:\{\s*\"|\[\s*[\[{])")


@dataclass(frozen=True)
class Probe:
    """What a file is: its columns, how to cut it (`shape`, stored as JSON), its first rows."""

    format: Format
    columns: list[str]
    shape: dict[str, Any]
    preview: list[list[str]]


def probe(path: Path, name: str, declared: ImportType) -> Probe:
    """Look at the file. Raises FileRefused with what is wrong and what to do."""
    size = path.stat().st_size
    if size == 0:
        raise empty_file()
    if size > MAX_FILE_BYTES:
        raise too_large(MAX_FILE_BYTES // MEGABYTE)
    with path.open("rb") as handle:
        head = handle.read(8)
    if head.startswith(b"PAR1"):
        return _probe_parquet(path, name)
    if head.startswith(b"PK\x03\x04"):
        excel.check_workbook(path, name)
        return _probe_excel(path, name, declared)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        excel.check_no_password(path, name)
        return _probe_excel(path, name, declared)
    if head.startswith(_NOT_TEXT):
        raise wrong_type(name)
    return _probe_text(path, name, declared)


def _probe_text(path: Path, name: str, declared: ImportType) -> Probe:
    encoding = text.detect_encoding(path, name)
    sample = text.sample_text(path, encoding)
    if not sample.strip("\ufeff \t\r\n"):
        raise empty_file()
    if _MARKUP.match(sample):
        raise page_in_disguise(name)
    if _JSON.match(sample):
        raise json_instead(name)
    separator = text.sniff_separator(sample)
    rows = text.sample_rows(sample, separator)
    if not rows:
        raise no_header()
    at = find_header([row for row, _ in rows], declared)
    header, line = rows[at]
    columns = column_names(header)
    below = [row for row, _ in rows[at + 1 :]]
    if not below:
        raise no_rows() if len(columns) > 1 else no_table(name)
    shape = {"encoding": encoding, "separator": separator, "skip": line}
    return Probe(Format.CSV, columns, shape, _preview(below, len(columns)))


def _probe_excel(path: Path, name: str, declared: ImportType) -> Probe:
    workbook = excel.sheets(path, name)
    best: tuple[int, int, list[tuple[int, list[str]]]] | None = None
    known = {normalise(a) for f in declared.fields for a in (f.name, *f.aliases)}
    for position in range(len(workbook.sheet_names)):
        rows = excel.sample_sheet(workbook, position)
        hits = sum(normalise(cell) in known for _, row in rows for cell in row)
        if rows and (best is None or hits > best[0]):
            best = (hits, position, rows)
    if best is None:
        raise empty_file()
    _, position, rows = best
    at = find_header([row for _, row in rows], declared)
    number, header = rows[at]
    columns = column_names(header)
    below = [row for _, row in rows[at + 1 :]]
    if not below:
        raise no_rows()
    shape = {"sheet": position, "sheet_name": workbook.sheet_names[position], "skip": number}
    return Probe(Format.EXCEL, columns, shape, _preview(below, len(columns)))


def _probe_parquet(path: Path, name: str) -> Probe:
    try:
        with duckdb.connect() as duck:
            found = duck.execute("SELECT * FROM read_parquet(?) LIMIT ?", [str(path), PREVIEW_ROWS])
            columns = column_names([column[0] for column in found.description or []])
            rows = [[excel.as_text(cell) for cell in row] for row in found.fetchall()]
    except duckdb.Error as error:
        raise no_parquet(name) from error
    if not rows:
        raise no_rows()
    return Probe(Format.PARQUET, columns, {"skip": 0}, _preview(rows, len(columns)))


def _preview(rows: list[list[str]], width: int) -> list[list[str]]:
    padded = [(row + [""] * width)[:width] for row in rows[:PREVIEW_ROWS]]
    return [[cell.strip()[:PREVIEW_CELL] for cell in row] for row in padded]
