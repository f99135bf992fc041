"""Temporary tables of one computation in a DuckDB connection, dropped at its end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa


class Workspace:
    """Names, creates, loads and finally drops temporary tables; `{name}` in SQL is replaced."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.prefix = f"rebates_{uuid.uuid4().hex}"
        self.tables: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for table in self.tables:
            self.connection.execute(f"DROP TABLE IF EXISTS temp.{self.prefix}_{table}")

    def table(self, name: str) -> str:
        return f"temp.{self.prefix}_{name}"

    def create(self, name: str, select: str) -> None:
        """CREATE TABLE AS; the select names other tables of the workspace as `{name}`."""
        self.tables.append(name)
        self.connection.execute(f"CREATE TEMP TABLE {self.prefix}_{name} AS {self._filled(select)}")

    def execute(self, statement: str) -> None:
        self.connection.execute(self._filled(statement))

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(self._filled(select)).fetchall()

    def arrow(self, select: str) -> pa.Table:
        return self.connection.sql(self._filled(select)).to_arrow_table()

    def load(self, name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A small table from Python rows; numbers travel as text, so any 128-bit integer fits."""
        texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
        columns = list(zip(*texts, strict=True)) if texts else [()] * len(types)
        arrow = pa.table(
            {key: pa.array(column, pa.string()) for key, column in zip(types, columns, strict=True)}
        )
        view = f"{self.prefix}_{name}_rows"
        self.connection.register(view, arrow)
        try:
            casts = ", ".join(f"CAST({key} AS {kind}) AS {key}" for key, kind in types.items())
            self.create(name, f"SELECT {casts} FROM {view}")  # noqa: S608 - own names
        finally:
            self.connection.unregister(view)

    def _filled(self, statement: str) -> str:
        return statement.format_map({name: self.table(name) for name in self.tables})
