# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Load a file into DuckDB as `raw(row, c0 … cN, extra)`: texts with their row numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from yunhe.platform.intake.choices import Format
from yunhe.platform.intake.errors import broken_quotes, line_too_long, no_parquet
from yunhe.platform.intake.reading import excel, text
from yunhe.platform.intake.reading.limits import MAX_LINE_BYTES, MEGABYTE


def load(
    duck: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    kind: str,
    shape: dict[str, Any],
    width: int,
    workdir: Path,
    name: str,
) -> int:
    """Create the table `raw`; return its number of filled rows.

    `row` is the number a spreadsheet shows (the header of a text table is row 1); wholly blank rows
    are left out; `extra` holds what stands beyond the last column. `name` is what its sender calls
    the file. Raises FileRefused.
    """
    if kind == Format.PARQUET:
        _load_parquet(duck, path, width, name)
    elif kind == Format.EXCEL:
        rows = excel.sheet_rows(excel.sheets(path, name), shape["sheet"], skip=shape["skip"])
        _load_rows(duck, rows, width, workdir)
    else:
        _load_text(duck, text.as_utf8(path, shape["encoding"], workdir), shape, width, workdir)
    found = duck.execute("SELECT count(*) FROM raw").fetchone()
    return int(found[0]) if found else 0


def _load_text(
    duck: duckdb.DuckDBPyConnection, path: Path, shape: dict[str, Any], width: int, workdir: Path
) -> None:
    """DuckDB's parallel reader; a file with ragged rows is cut by the patient one."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    try:
        duck.execute(
            f"""CREATE TABLE read AS SELECT * FROM read_csv($path, columns={{{columns}}},
                  auto_detect=false, header=false, delim=$separator, quote='"', escape='"',
                  skip=$skip, max_line_size={MAX_LINE_BYTES}, strict_mode=true)""",
            {"path": str(path), "separator": shape["separator"], "skip": shape["skip"]},
        )
    except duckdb.Error:
        _load_rows(duck, _patient_rows(path, shape), width, workdir)
        return
    _number(duck, width, offset=int(shape["skip"]) + 1)


def _load_parquet(duck: duckdb.DuckDBPyConnection, path: Path, width: int, name: str) -> None:
    try:
        described = duck.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        cells = ", ".join(
            _parquet_text(name, kind) + f" AS c{position}"
            for position, (name, kind, *_) in enumerate(described[:width])
        )
        duck.execute(f"CREATE TABLE read AS SELECT {cells} FROM read_parquet(?)", [str(path)])
    except duckdb.Error as error:
        raise no_parquet(name) from error
    _number(duck, width, offset=1)


def _parquet_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind in {"DOUBLE", "FLOAT"}:
        return f"format('{{:.15g}}', {quoted})"
    return f"CAST({quoted} AS VARCHAR)"


def _number(duck: duckdb.DuckDBPyConnection, width: int, *, offset: int) -> None:
    cells = ", ".join(f"c{i}" for i in range(width))
    duck.execute(
        f"""CREATE VIEW raw AS SELECT CAST(rowid + {offset} AS INTEGER) AS row, {cells},
              CAST(NULL AS VARCHAR) AS extra
            FROM read WHERE coalesce({cells}) IS NOT NULL"""
    )


def _patient_rows(path: Path, shape: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """Cut by Python's csv module: rows may be short or long, but quotation marks must pair."""
    csv.field_size_limit(MAX_LINE_BYTES)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for _ in range(shape["skip"]):
            handle.readline()
        reader = csv.reader(handle, delimiter=shape["separator"], strict=True)
        number = int(shape["skip"])
        try:
            for cells in reader:
                if cells:
                    number += 1
                    yield number, cells
        except csv.Error as error:
            if "field larger" in str(error):
                raise line_too_long(MAX_LINE_BYTES // MEGABYTE) from error
            line = int(shape["skip"]) + reader.line_num
            raise broken_quotes(line) from error


def _load_rows(
    duck: duckdb.DuckDBPyConnection,
    rows: Iterable[tuple[int, list[str]]],
    width: int,
    workdir: Path,
) -> None:
    """Write the rows, squared to `width` cells and `extra`, and read them back in one go."""
    squared = workdir / "squared.csv"
    with squared.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        for number, cells in rows:
            extra = next((cell for cell in cells[width:] if cell.strip()), "")
            writer.writerow([number, *(cells + [""] * width)[:width], extra])
    load_squared(duck, squared, width)


def load_squared(duck: duckdb.DuckDBPyConnection, path: Path, width: int) -> None:
    """`raw` from a file that already carries row numbers and `extra` (also the quarantine's)."""
    cells = [f"c{i}" for i in range(width)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in [*cells, "extra"])
    duck.execute(
        f"""CREATE TABLE raw AS SELECT * FROM read_csv($path, columns={{'row': 'INTEGER', {columns}}},
              auto_detect=false, header=false, delim=',', quote='"', escape='"',
              max_line_size={4 * MAX_LINE_BYTES})
            WHERE coalesce({", ".join(cells)}) IS NOT NULL""",
        {"path": str(path)},
    )
