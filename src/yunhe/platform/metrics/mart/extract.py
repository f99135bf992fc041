"""From PostgreSQL to Parquet: one COPY streamed through Arrow, exact decimals, atomic rename."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from yunhe.platform.metrics.declarations import Fact, Source
from yunhe.platform.metrics.errors import DuplicateKey

BLOCK_BYTES = 8 * 2**20


@dataclass(frozen=True)
class Extracted:
    """A written file: its rows, their common hash, the last business date if it has one."""

    rows: int
    digest: str
    through: date | None


def arrow_schema(source: Source) -> pa.Schema:
    """The Parquet columns of a source."""
    return pa.schema([(name, _arrow_type(kind)) for name, kind in source.columns.items()])


def write_empty(source: Source, path: Path) -> None:
    """A Parquet file without rows: it tells readers the columns of a source without partitions."""
    pa.parquet.write_table(arrow_schema(source).empty_table(), path)


def extract(source: Source, path: Path, *, month: date | None = None) -> Extracted:
    """Write one month of a fact (or all of an entity) to `path`; nothing is left behind on failure.

    Raises DuplicateKey when the source gives a key twice.
    """
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        _copy(_select(source, month), arrow_schema(source), draft)
        found = _check(source, draft)
        with draft.open("rb+") as handle:
            os.fsync(handle.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return found


def months_of(fact: Fact) -> list[date]:
    """Every month in which the fact has rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT date_trunc('month', \"{fact.date}\"::timestamp)::date"  # noqa: S608  declared names
            f' FROM ({_source_sql(fact)}) source WHERE "{fact.date}" IS NOT NULL ORDER BY 1'
        )
        return [row[0] for row in cursor.fetchall()]


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _select(source: Source, month: date | None) -> str:
    columns = ", ".join(f'"{name}"' for name in source.columns)
    select = f"SELECT {columns} FROM ({_source_sql(source)}) source"  # noqa: S608  declared names
    if month and isinstance(source, Fact):
        select += (
            f" WHERE \"{source.date}\" >= DATE '{month.isoformat()}'"
            f" AND \"{source.date}\" < DATE '{next_month(month).isoformat()}'"
        )
    return select


def _source_sql(source: Source) -> str:
    return source.sql.replace("{tz}", settings.TIME_ZONE)


class _CopyStream:
    """What COPY sends, as the file that Arrow's reader asks for."""

    closed = False

    def __init__(self, blocks: Iterator[Any]) -> None:
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        held, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            block = next(self._blocks, None)
            if block is None:
                break
            held.append(bytes(block))
            length += len(block)
        data = b"".join(held)
        if size < 0:
            size = len(data)
        self._rest = data[size:]
        return data[:size]

    def close(self) -> None:
        self.closed = True


def _copy(select: str, schema: pa.Schema, path: Path) -> None:
    """Stream the rows through Arrow; memory holds a few blocks, whatever the number of rows."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER true)") as copy,
        pa.csv.open_csv(
            pa.PythonFile(_CopyStream(iter(copy)), mode="r"),
            read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=True),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=schema,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        ) as reader,
        pa.parquet.ParquetWriter(path, schema, compression="zstd") as writer,
    ):
        for batch in reader:
            if batch.num_rows:
                writer.write_batch(batch.cast(schema) if batch.schema != schema else batch)


def _check(source: Source, path: Path) -> Extracted:
    """Count the rows and refuse a repeated key: it would multiply whatever joins it."""
    key = f'"{source.key}"'
    if getattr(source, "history", None):
        key = f'({key}, "{source.history[0]}")'  # type: ignore[attr-defined]
    through = f'max("{source.date}")' if isinstance(source, Fact) else "NULL"
    with duckdb.connect() as engine:
        rows, keys, last, digest = engine.execute(  # type: ignore[misc]
            f"SELECT count(*), count(DISTINCT {key}), {through}, bit_xor(hash(source))"  # noqa: S608
            " FROM read_parquet(?) source",
            [str(path)],
        ).fetchone()
    if rows != keys:
        raise DuplicateKey(
            _("“%(name)s” gives %(count)s keys twice; its query joins something that repeats rows.")
            % {"name": source.label, "count": rows - keys}
        )
    return Extracted(rows, f"{digest or 0:x}", last)


def _arrow_type(kind: str) -> pa.DataType:
    if kind.startswith("decimal("):
        precision, scale = (int(part) for part in kind[8:-1].split(","))
        return pa.decimal128(precision, scale)
    return {
        "int64": pa.int64(),
        "string": pa.string(),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }[kind]
