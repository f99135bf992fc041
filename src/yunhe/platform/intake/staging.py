# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""The staging tables in PostgreSQL, and the master data on its way to the checks.

Each import has an UNLOGGED table `intake_staging.import_<id>` in a schema that no restricted role
may use; it is dropped when the import is done. After a crash of the database server it is empty,
which the runner notices by its count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection
from psycopg import DataError

from yunhe.platform.errors import Unstorable
from yunhe.platform.intake.declarations import ImportType, Reach

SCHEMA = "intake_staging"
_CHUNK = 1 << 20
_POSTGRES_TYPES = {"VARCHAR": 'text COLLATE "C"'}


def staging_table(import_id: int, *, replay: bool = False) -> str:
    return f"{SCHEMA}.{'replay' if replay else 'import'}_{int(import_id)}"


def create_staging(table: str, columns: Mapping[str, str], file: Path) -> None:
    """(Re)create the table and copy the checked rows into it in one COPY.

    Its only index is on `row`, by which batches are read and outcomes written; a block-range index
    would be built sooner, but the planner also takes it for the inner side of a join.
    """
    typed = ", ".join(
        f'"{name}" {_POSTGRES_TYPES.get(kind, kind)}' for name, kind in columns.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f'CREATE UNLOGGED TABLE {table} (row integer, row_key text COLLATE "C", {typed},'
            " outcome text) WITH (autovacuum_enabled = false)"
        )
    names = ["row", "row_key", *columns]
    copy_in(table, names, file)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX ON {table} (row)")
        cursor.execute(f"ANALYZE {table}")


def drop_staging(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def staged_rows(table: str) -> int:
    """How many rows the table holds; -1 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return -1
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def copy_in(table: str, columns: Sequence[str], file: Path) -> None:
    """COPY a headerless CSV file into the named columns. Raises Unstorable.

    Django does not translate the errors of COPY into its own, so nobody above would know them.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    try:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
            file.open("rb") as handle,
        ):
            while chunk := handle.read(_CHUNK):
                copy.write(chunk)
    except DataError as error:
        raise Unstorable() from error


def copy_out(query: str, params: Mapping[str, Any], file: Path) -> None:
    """COPY a query's result into a headerless CSV file."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", params) as copy,
        file.open("wb") as handle,
    ):
        for chunk in copy:
            handle.write(chunk)


def load_lookups(
    duck: duckdb.DuckDBPyConnection, declared: ImportType, reach: Reach, workdir: Path
) -> None:
    """Bring each look-up's master data into DuckDB as `lookup_<n>(k0…, gives…)`.

    A key that the master data hold twice finds nothing: guessing would book to the wrong record.
    """
    params = {"node_ids": reach.node_ids, "node_id": reach.node_id}
    for number, lookup in enumerate(declared.lookups):
        file = workdir / f"lookup_{number}.csv"
        copy_out(lookup.sql, params, file)
        keys = [f"k{i}" for i in range(len(lookup.keys))]
        columns = ", ".join(
            [f"'{key}': '{kind}'" for key, kind in zip(keys, lookup.key_types, strict=True)]
            + [f"'{name}': '{kind}'" for name, kind in lookup.gives.items()]
        )
        gives = ", ".join(f'any_value("{name}") AS "{name}"' for name in lookup.gives)
        duck.execute(
            f"""CREATE TABLE lookup_{number} AS SELECT {", ".join(keys)}, {gives}
                  FROM read_csv('{file}', columns={{{columns}}}, header=false, auto_detect=false,
                                delim=',', quote='"', escape='"')
                 GROUP BY {", ".join(keys)} HAVING count(*) = 1"""
        )


def load_aliases(duck: duckdb.DuckDBPyConnection, aliases: Mapping[str, Mapping[str, str]]) -> None:
    """`alias_<field>(value, target)` for each field with saved aliases."""
    for name, pairs in aliases.items():
        duck.execute(f"CREATE TABLE alias_{name} (value VARCHAR, target VARCHAR)")
        duck.executemany(f"INSERT INTO alias_{name} VALUES (?, ?)", list(pairs.items()))
