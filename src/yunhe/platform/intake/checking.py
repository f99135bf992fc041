# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Check a whole file at once: type, look up, apply rules, find repeated keys. All set-based.

Everything runs in one DuckDB connection over the table `raw`. The result is two CSV files ready for
PostgreSQL's COPY: good rows for the staging table, and the others for the quarantine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from yunhe.platform.intake import cells
from yunhe.platform.intake.choices import DateOrder, RowStatus
from yunhe.platform.intake.declarations import Field, ImportType, Kind
from yunhe.platform.intake.errors import ambiguous_dates

MAX_CHECKS = 62


@dataclass(frozen=True)
class Problem:
    """One way in which a row can be bad; its position in the list is its bit."""

    code: str
    field: str
    condition: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CheckPlan:
    """What to check: the type, field -> column position, header width, keys' file mark, day."""

    declared: ImportType
    columns: Mapping[str, int]
    headers: Sequence[str]
    file_mark: str
    today: date
    date_order: DateOrder = DateOrder.AUTO
    aliased: frozenset[str] = frozenset()

    @property
    def mapped(self) -> list[Field]:
        return [f for f in staged_fields(self.declared) if f.name in self.columns]

    @property
    def natural_keys(self) -> list[tuple[str, ...]]:
        """Those whose fields are all mapped; derived and looked-up columns are always there."""
        unmapped = {field.name for field in self.declared.fields} - set(self.columns)
        return [key for key in self.declared.keys if unmapped.isdisjoint(key)]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Counts and sums of a check; the files hold the rows."""

    rows: int
    good: int
    bad: int
    repeated: int
    unkeyed: int
    amount: Decimal
    amount_bad: Decimal
    amount_repeated: Decimal
    good_file: Path
    bad_file: Path
    numbers: list[tuple[int, int]]
    columns: dict[str, str] = field(default_factory=dict)


def staged_fields(declared: ImportType) -> list[Field]:
    """The fields that are checked and posted."""
    return [f for f in declared.fields if f.staged]


def staging_columns(declared: ImportType) -> dict[str, str]:
    """Name -> DuckDB type of every staged column besides `row` and `row_key`."""
    columns = {f.name: cells.sql_type(f) for f in staged_fields(declared)}
    for lookup in declared.lookups:
        columns |= lookup.gives
    return columns | {name: kind for name, (kind, _) in declared.derived.items()}


def check_rows(duck: duckdb.DuckDBPyConnection, plan: CheckPlan, workdir: Path) -> Checked:
    """Check the table `raw` against the plan and write both files to `workdir`.

    Look-up tables `lookup_<n>` and, for `plan.aliased` fields, `alias_<field>(value, target)` must
    be loaded. Raises MappingIncomplete when the order of day and month cannot be told.
    """
    problems = _problems(plan)
    duck.execute(f"CREATE TABLE checked AS {_checked_sql(plan, problems, _date_order(duck, plan))}")
    _find_repeats(duck, plan)
    good_file, bad_file = workdir / "good.csv", workdir / "bad.csv"
    names = ", ".join(f'"{name}"' for name in staging_columns(plan.declared))
    duck.execute(
        f"""COPY (SELECT row, row_key, {names} FROM checked WHERE problems = 0 AND repeat IS NULL
                  ORDER BY row) TO '{good_file}' (FORMAT csv, HEADER false)"""
    )
    duck.execute(f"COPY ({_bad_sql(plan, problems)}) TO '{bad_file}' (FORMAT csv, HEADER false)")
    return _summary(duck, plan, good_file, bad_file)


def _summary(
    duck: duckdb.DuckDBPyConnection, plan: CheckPlan, good_file: Path, bad_file: Path
) -> Checked:
    bad = "problems <> 0 OR repeat = 'conflict'"
    twice = "problems = 0 AND repeat = 'twice'"
    row = duck.execute(
        f"""SELECT count(*), count(*) FILTER ({bad}), count(*) FILTER ({twice}),
              count(*) FILTER (row_key = {_file_key(plan)}),
              coalesce(sum(total), 0), coalesce(sum(total) FILTER ({bad}), 0),
              coalesce(sum(total) FILTER ({twice}), 0) FROM checked"""
    ).fetchall()[0]
    return Checked(
        rows=row[0],
        good=row[0] - row[1] - row[2],
        bad=row[1],
        repeated=row[2],
        unkeyed=row[3],
        amount=row[4],
        amount_bad=row[5],
        amount_repeated=row[6],
        good_file=good_file,
        bad_file=bad_file,
        numbers=_number_ranges(duck, row[0]),
        columns=staging_columns(plan.declared),
    )


def _number_ranges(duck: duckdb.DuckDBPyConnection, rows: int) -> list[tuple[int, int]]:
    """The row numbers as ranges: one, unless the file had blank rows."""
    if not rows:
        return []
    [(first, last)] = duck.execute("SELECT min(row), max(row) FROM checked").fetchall()
    if last - first + 1 == rows:
        return [(first, last)]
    return duck.execute(
        """SELECT min(row), max(row) FROM (
             SELECT row, row - row_number() OVER (ORDER BY row) AS island FROM checked)
            GROUP BY island ORDER BY 1"""
    ).fetchall()


def _problems(plan: CheckPlan) -> list[Problem]:
    found = [Problem("too_many_cells", "", "extra IS NOT NULL", "extra")]
    for mapped in plan.mapped:
        for code, condition in cells.field_checks(mapped):
            found.append(Problem(code, mapped.name, condition, f"t_{mapped.name}"))
    for lookup in plan.declared.lookups:
        first = next(iter(lookup.gives))
        value = f"t_{lookup.field}" if lookup.field in plan.columns else "NULL"
        condition = f'({lookup.keys[0]}) IS NOT NULL AND "{first}" IS NULL'
        found.append(Problem(lookup.code, lookup.field, condition, value))
    for rule in plan.declared.rules:
        value = f"t_{rule.field}" if rule.field in plan.columns else "NULL"
        bad = rule.bad.replace("$today", f"DATE '{plan.today.isoformat()}'")
        found.append(Problem(rule.code, rule.field, bad, value))
    if len(found) > MAX_CHECKS:
        raise ValueError(f"{plan.declared.code}: more than {MAX_CHECKS} checks do not fit a mask")
    return found


def _texts_sql(plan: CheckPlan) -> str:
    """Stage 1: trimmed texts of the mapped cells, the sender's words replaced by ours."""
    columns, joins = [], []
    for mapped in plan.mapped:
        text = cells.text_sql(mapped, f"raw.c{plan.columns[mapped.name]}")
        if mapped.name in plan.aliased:
            joins.append(f"LEFT JOIN alias_{mapped.name} ON alias_{mapped.name}.value = {text}")
            text = f"coalesce(alias_{mapped.name}.target, {text})"
        columns.append(f"{text} AS t_{mapped.name}")
    return f"SELECT raw.row, raw.extra, {', '.join(columns)} FROM raw {' '.join(joins)}"


def _typed_sql(plan: CheckPlan, order: DateOrder) -> str:
    """Stages 2 and 3: parsed values, then typed columns for every field, mapped or not."""
    wide = [
        f"{sql} AS v_{f.name}"
        for f in plan.mapped
        if (sql := cells.wide_sql(f, f"t_{f.name}", order)) is not None
    ]
    typed = [
        f'{cells.value_sql(f)} AS "{f.name}"'
        if f.name in plan.columns
        else f'CAST(NULL AS {cells.sql_type(f)}) AS "{f.name}"'
        for f in staged_fields(plan.declared)
    ]
    return (
        f"SELECT *, {', '.join(typed)} FROM"
        f" (SELECT {', '.join(['*', *wide])} FROM ({_texts_sql(plan)}))"
    )


def _checked_sql(plan: CheckPlan, problems: list[Problem], order: DateOrder) -> str:
    declared = plan.declared
    query = _typed_sql(plan, order)
    for number, lookup in enumerate(declared.lookups):
        gives = ", ".join(f'lookup_{number}."{name}"' for name in lookup.gives)
        on = " AND ".join(f"lookup_{number}.k{i} = ({key})" for i, key in enumerate(lookup.keys))
        query = f"SELECT p.*, {gives} FROM ({query}) p LEFT JOIN lookup_{number} ON {on}"
    for name, (kind, sql) in declared.derived.items():
        query = f'SELECT *, try_cast({sql} AS {kind}) AS "{name}" FROM ({query})'
    bits = " + ".join(
        f"CASE WHEN {p.condition} THEN {1 << bit} ELSE 0 END" for bit, p in enumerate(problems)
    )
    total = f'"{declared.total}"' if declared.total else "CAST(NULL AS DECIMAL(18,4))"
    names = ", ".join(f'"{name}"' for name in staging_columns(declared))
    return (
        f"SELECT row, {_key_sql(plan)} AS row_key, {names}, {total} AS total,"
        f" CAST({bits} AS BIGINT) AS problems FROM ({query})"
    )


def _key_sql(plan: CheckPlan) -> str:
    """The natural key where the row has one, else the file's mark and the row number."""
    parts = []
    for key in plan.natural_keys:
        filled = " AND ".join(f'"{name}" IS NOT NULL' for name in key)
        joined = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in key)
        parts.append(f"CASE WHEN {filled} THEN concat_ws('|', {joined}) END")
    return f"coalesce({', '.join([*parts, _file_key(plan)])})"


def _file_key(plan: CheckPlan) -> str:
    return file_key_sql(plan.file_mark)


def file_key_sql(file_mark: str) -> str:
    """The key of a row that only its place in the file names, in either engine's SQL."""
    return f"'{file_mark}:' || row"


def _find_repeats(duck: duckdb.DuckDBPyConnection, plan: CheckPlan) -> None:
    """Mark good rows whose natural key occurs again: `twice` (equal values) or `conflict`."""
    duck.execute("ALTER TABLE checked ADD COLUMN repeat VARCHAR")
    if not plan.natural_keys:
        return
    values = ", ".join(f'"{name}"' for name in staging_columns(plan.declared))
    duck.execute(
        f"""CREATE TABLE repeated AS SELECT row_key, min(row) AS first,
              count(DISTINCT hash({values})) > 1 AS differs
            FROM checked WHERE problems = 0 AND row_key IN (
              SELECT row_key FROM checked WHERE problems = 0 GROUP BY row_key HAVING count(*) > 1)
            GROUP BY row_key"""
    )
    duck.execute(
        """UPDATE checked SET repeat = CASE WHEN differs THEN 'conflict' ELSE 'twice' END
             FROM repeated WHERE repeated.row_key = checked.row_key AND problems = 0
              AND (differs OR row <> first)"""
    )


def _bad_sql(plan: CheckPlan, problems: list[Problem]) -> str:
    """The quarantine's rows: status, first reason, all reasons, raw cells, key, amount."""
    found = ", ".join(
        f"CASE WHEN problems & {1 << bit} <> 0 THEN"
        f" {{'code': '{p.code}', 'field': '{p.field}', 'value': left(CAST({p.value} AS VARCHAR), 200)}} END"
        for bit, p in enumerate(problems)
    )
    repeat = (
        "CASE WHEN repeat IS NOT NULL THEN {'code': CASE repeat WHEN 'twice' THEN 'twice_in_file'"
        " ELSE 'key_conflict' END, 'field': '', 'value': left(row_key, 200)} END"
    )
    status = (
        f"CASE WHEN repeat = 'twice' THEN '{RowStatus.DUPLICATE}'"
        f" ELSE '{RowStatus.QUARANTINED}' END"
    )
    raw = ", ".join(
        [*(f"coalesce(raw.c{i}, '')" for i in range(len(plan.headers))), "coalesce(raw.extra, '')"]
    )
    return f"""
        SELECT row, {status}, reasons[1].code, reasons[1].field, coalesce(reasons[1].value, ''),
               CAST(to_json(reasons) AS VARCHAR), CAST(to_json([{raw}]) AS VARCHAR), row_key, total
          FROM (SELECT checked.row, row_key, total, repeat, list_filter([{found}, {repeat}],
                       lambda r: r IS NOT NULL) AS reasons
                  FROM checked JOIN ({_texts_sql(plan)}) texts USING (row)
                 WHERE problems <> 0 OR repeat IS NOT NULL)
          JOIN raw USING (row) ORDER BY row"""


def _date_order(duck: duckdb.DuckDBPyConnection, plan: CheckPlan) -> DateOrder:
    """The order of dates such as 5/6/2026, by the largest first and second part of the column."""
    if plan.date_order is not DateOrder.AUTO:
        return plan.date_order
    order = DateOrder.AUTO
    for mapped in (f for f in plan.mapped if f.kind is Kind.DATE):
        cell = f"c{plan.columns[mapped.name]}"
        parts = [
            f"max(CAST(regexp_extract({cell}, '{cells.TWO_PART_DATE}', {number}) AS INTEGER))"
            for number in (1, 2)
        ]
        found = duck.execute(
            f"""SELECT {", ".join(parts)}, min({cell}) FROM raw
                 WHERE regexp_matches({cell}, '{cells.TWO_PART_DATE}')"""
        ).fetchone()
        if found is None or found[0] is None:
            continue
        first, second, example = found
        if first <= 12 and second <= 12:
            raise ambiguous_dates(plan.headers[plan.columns[mapped.name]], str(example))
        order = DateOrder.DAY_FIRST if first > 12 else DateOrder.MONTH_FIRST
    return order
