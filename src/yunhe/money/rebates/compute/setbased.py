"""The set-based twin: N programs over millions of facts in one scan, equal to the reference.

One scan sums the facts by partner and cell, a cell being (product class, flow, day bucket,
recording bucket, pack factor); programs then read the few cells they include. All arithmetic is on
integers of 128 bits with overflow checks by the engine: exact, or `InexactValue` is raised.
How it works, with a worked table: docs/algorithms/rebates.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

from yunhe.money.rebates.compute.facts import counted_flows
from yunhe.money.rebates.compute.planning import FLOWS, Plan, bucket_sql, scaled
from yunhe.money.rebates.compute.program import Program, Settlement, TierBy, check_programs
from yunhe.money.rebates.compute.settling import LineKey
from yunhe.money.rebates.compute.tail import compute_lines, load_members, load_programs, read_lines
from yunhe.money.rebates.compute.workspace import Workspace
from yunhe.platform.values.errors import InexactValue, InvalidValue, UnknownUnit
from yunhe.platform.values.quantity import BASE, UnitTable

UNKNOWN_UNIT = "unknown unit of product "


@dataclass(frozen=True, slots=True)
class FactColumns:
    """Names of the relation's columns; None where it has no such column.

    Without `flow` every fact is sell-in, without `recorded_on` it became known on its business
    date, without `unit` quantities are in base units. Amount and quantity are DECIMAL or integers.
    """

    partner: str = "partner"
    product: str = "product"
    on: str = "on"
    quantity: str = "quantity"
    amount: str = "amount"
    flow: str | None = "flow"
    recorded_on: str | None = "recorded_on"
    unit: str | None = "unit"


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line without trace; the reference gives the trace of any single line on demand."""

    settlement: date
    program: str
    partner: str
    currency: str
    base: Decimal
    earned: Decimal
    paid_before: Decimal
    due: Decimal
    facts: int


def compute_settlements_in_sets(
    connection: duckdb.DuckDBPyConnection,
    facts: str,
    programs: Sequence[Program],
    settlements: Sequence[Settlement],
    *,
    units: UnitTable | None = None,
    paid_before: Mapping[LineKey, Decimal] | None = None,
    partners: Iterable[str] | None = None,
    columns: FactColumns | None = None,
) -> pa.Table:
    """A chain of settlements over a relation of facts; the same answer as `compute_settlements`.

    Args:
        facts: SQL of a relation: a table, `read_parquet('…')`, `(SELECT …)`.
        columns: how the relation names what a fact has.
        others: as `compute_settlements`; `paid_before` holds before the first settlement.

    Returns an Arrow table with the columns of `SetLine` and `settlement_number` from 0, in the
    order settlements, programs, partners. `earned`, `paid_before` and `due` are DECIMAL(38, 4).
    Leaves no table behind. Raises ProgramRefused, UnknownUnit, InvalidValue, InexactValue.
    """
    check_programs(list(programs))
    names = columns or FactColumns()
    with Workspace(connection) as work:
        plan = Plan(
            tuple(programs),
            tuple(settlements),
            units or UnitTable(),
            recorded_separately=names.recorded_on is not None,
            fact_scale=_fact_scale(connection, facts, names),
        )
        try:
            load_programs(work, plan)
            _load_everyone(work, facts, names, partners)
            _sum_by_program(work, plan, facts, names)
            compute_lines(work, plan, paid_before or {})
            return read_lines(work, plan)
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            reason = "numbers are too large for the set-based twin; use the reference"
            raise InexactValue(reason) from error
        except duckdb.InvalidInputException as error:
            _, found, unit = str(error).partition(UNKNOWN_UNIT)
            if not found:
                raise
            raise UnknownUnit(f"a product has no such unit: {unit}") from None


def set_lines(table: pa.Table) -> list[SetLine]:
    """The rows of the answer as values, for few lines; large answers stay in Arrow."""
    names = SetLine.__slots__
    return [SetLine(**{name: row[name] for name in names}) for row in table.to_pylist()]


def _load_everyone(
    work: Workspace, facts: str, names: FactColumns, partners: Iterable[str] | None
) -> None:
    """Who gets a line: the given partners, else everybody who has a fact of any kind."""
    if partners is not None:
        work.load("given", {"partner": "VARCHAR"}, [(p,) for p in sorted(set(partners))])
    else:
        column = _quoted(names.partner)
        distinct = f"SELECT DISTINCT {column} AS partner FROM {_literal(facts)}"  # noqa: S608
        work.create("given", distinct)
    # Grouping by small integers is several times faster than by text.
    work.create(
        "everyone", "SELECT partner, (row_number() OVER ())::INTEGER AS number FROM {given}"
    )
    load_members(work, listed_too=partners is None)


def _fact_scale(connection: duckdb.DuckDBPyConnection, facts: str, names: FactColumns) -> int:
    """The most decimal places of amount and quantity. Raises InvalidValue for inexact columns."""
    columns = f"{_quoted(names.amount)} AS a, {_quoted(names.quantity)} AS q"
    # The relation is the caller's own SQL, column names are quoted.
    described = connection.execute(f"DESCRIBE SELECT {columns} FROM {facts}").fetchall()  # noqa: S608
    scales = []
    for name, kind, *_ in described:
        if kind.startswith("DECIMAL("):
            scales.append(int(kind[:-1].partition(",")[2]))
        elif kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"):
            scales.append(0)
        else:
            shown = names.amount if name == "a" else names.quantity
            raise InvalidValue(f"column {shown} is {kind}; exact sums need DECIMAL or integers")
    return max(scales)


def _cells_sql(work: Workspace, plan: Plan, facts: str, names: FactColumns) -> str:
    """The one scan: facts summed by partner and packed cell number."""
    days, known = len(plan.day_bounds) + 1, len(plan.known_bounds) + 1
    joins, class_sql = "", "0"
    if plan.product_classes:
        rows = list(plan.product_classes.items())
        work.load("product_class", {"product": "VARCHAR", "class": "INTEGER"}, rows)
        joins += f" LEFT JOIN {{product_class}} c ON c.product = f.{_quoted(names.product)}"
        class_sql = "coalesce(c.class, 0)"
    factor_sql, factor_join = _factors(work, plan, names)
    flow_sql = "0" if names.flow is None else _flow_sql(f"f.{_quoted(names.flow)}")
    day_sql = bucket_sql(f"f.{_quoted(names.on)}", plan.day_bounds)
    known_sql = "0"
    if names.recorded_on is not None:
        recorded = f"coalesce(f.{_quoted(names.recorded_on)}, f.{_quoted(names.on)})"
        known_sql = bucket_sql(recorded, plan.known_bounds)
    packed = (
        f"((({class_sql} * {len(FLOWS)} + {flow_sql}) * {days} + {day_sql})"
        f" * {known} + {known_sql})"
        f" * {len(plan.factors)} + {factor_sql}"
    )
    return f"""SELECT e.number, {packed} AS cell, count(*) AS facts,
            sum(f.{_quoted(names.amount)}) AS amount, sum(f.{_quoted(names.quantity)}) AS quantity
        FROM {_literal(facts)} f
        JOIN {{everyone}} e ON e.partner = f.{_quoted(names.partner)}{joins}{factor_join}
        WHERE {_worth_reading(plan, names)} GROUP BY 1, 2"""  # noqa: S608


def _unpacked_sql(work: Workspace, plan: Plan, cells: str) -> str:
    """Cells with their parts, their sums as integers, quantities in base units."""
    scale, fine = plan.scales.value, 10**plan.fact_scale
    places = [scaled(factor, scale - plan.fact_scale) for factor in plan.factors]
    work.load("factor", {"number": "INTEGER", "units": "HUGEINT"}, list(enumerate(places)))
    factors, flows = len(plan.factors), len(FLOWS)
    days, known = len(plan.day_bounds) + 1, len(plan.known_bounds) + 1
    return f"""SELECT cells.number, facts,
            (cell // {factors * known * days * flows})::INTEGER AS class,
            (cell // {factors * known * days} % {flows})::INTEGER AS flow,
            (cell // {factors * known} % {days})::INTEGER AS day,
            (cell // {factors} % {known})::INTEGER AS known,
            (amount * {fine})::HUGEINT * {10 ** (scale - plan.fact_scale)}::HUGEINT AS amount,
            (quantity * {fine})::HUGEINT * units AS quantity
        FROM ({cells}) cells JOIN {{factor}} u ON u.number = cell % {factors}"""  # noqa: S608


def _worth_reading(plan: Plan, names: FactColumns) -> str:
    """SQL for facts that some program and settlement may count: the engine skips the others."""
    on = f"f.{_quoted(names.on)}"
    periods = plan.counted_periods
    if not periods:
        return "false"
    tests = [
        f"{on} >= DATE '{min(start for start, _ in periods)}'",
        f"{on} < DATE '{max(end for _, end in periods)}'",
    ]
    if names.recorded_on is not None:
        latest = max(settlement.known_by for settlement in plan.settlements)
        tests.append(f"coalesce(f.{_quoted(names.recorded_on)}, {on}) <= DATE '{latest}'")
    if names.flow is not None:
        flows = sorted({flow for program in plan.programs for flow in counted_flows(program)})
        listed = ", ".join(f"'{flow}'" for flow in flows)
        tests.append(f"coalesce(f.{_quoted(names.flow)}, 'sell_in') IN ({listed})")
    return " AND ".join(tests)


def _factors(work: Workspace, plan: Plan, names: FactColumns) -> tuple[str, str]:
    """SQL of a fact's factor number, and the join it needs."""
    if names.unit is None:
        return "0", ""
    numbers = {factor: number for number, factor in enumerate(plan.factors)}
    rows = [
        (product, unit, numbers[factor])
        for product, pack_units in plan.units.factors.items()
        for unit, factor in pack_units.items()
    ]
    types = {"product": "VARCHAR", "unit": "VARCHAR", "number": "INTEGER"}
    work.load("pack", types, rows)
    unit = f"coalesce(f.{_quoted(names.unit)}, '{BASE}')"
    join = f" LEFT JOIN {{pack}} u ON u.product = f.{_quoted(names.product)} AND u.unit = {unit}"
    unknown = f"error('{UNKNOWN_UNIT}' || f.{_quoted(names.product)} || ' ' || {unit})::INTEGER"
    return f"CASE WHEN {unit} = '{BASE}' THEN 0 ELSE coalesce(u.number, {unknown}) END", join


def _flow_sql(column: str) -> str:
    whens = " ".join(f"WHEN '{flow.value}' THEN {at}" for at, flow in enumerate(FLOWS))
    return f"CASE coalesce({column}, 'sell_in') {whens} END"


def _sum_by_program(work: Workspace, plan: Plan, facts: str, names: FactColumns) -> None:
    """Facts to cells to totals by settlement, program and partner."""
    cells = _unpacked_sql(work, plan, _cells_sql(work, plan, facts, names))
    # in the order of partners, so that a partner's totals stay in the processor's cache
    work.create("cells", f"{cells} ORDER BY cells.number")
    kind = _narrowest(work)
    rows = []
    for at, settlement in enumerate(plan.settlements):
        for number, program in enumerate(plan.programs):
            first, last = plan.day_range(program, settlement)
            if first < last:
                common = (at, number, first, last, plan.known_range(settlement))
                rows += [(*common, flow, *roles) for flow, *roles in _roles(program)]
    names_of = ("settlement", "program", "first", "last", "known", "flow", "own", "sold")
    types = dict.fromkeys(("id", *names_of, "available"), "INTEGER")
    work.load("wanted", types, [(at, *row) for at, row in enumerate(rows)])
    included = [
        (number, one) for number, p in enumerate(plan.programs) for one in plan.classes_of(p)
    ]
    work.load("included", {"program": "INTEGER", "class": "INTEGER"}, included)
    work.create(
        "totals",
        f"""WITH parts AS (
            SELECT w.id, c.number, sum(c.facts) AS facts, sum(c.amount) AS amount,
                   sum(c.quantity) AS quantity
              FROM (SELECT number, class, flow, day, known, facts::INTEGER AS facts,
                           amount::{kind} AS amount, quantity::{kind} AS quantity FROM {{cells}}) c
              JOIN {{included}} i ON i.class = c.class
              JOIN {{wanted}} w ON w.program = i.program AND w.flow = c.flow
                  AND c.day >= w.first AND c.day < w.last AND c.known < w.known
             GROUP BY 1, 2)
        SELECT w.settlement, w.program, p.number,
            sum(CASE WHEN w.own = 1 THEN p.facts ELSE 0 END) AS facts,
            sum(CASE WHEN w.own = 1 THEN p.amount ELSE 0 END) AS amount,
            sum(CASE WHEN w.own = 1 THEN p.quantity ELSE 0 END) AS quantity,
            sum(CASE WHEN w.sold = 1 THEN p.quantity ELSE 0 END) AS sold,
            sum(CASE WHEN w.available = 1 THEN p.quantity ELSE 0 END) AS available
          FROM parts p JOIN {{wanted}} w ON w.id = p.id
         GROUP BY 1, 2, 3""",  # noqa: S608
    )


def _narrowest(work: Workspace) -> str:
    """The type that the cells' sums fit: adding 64-bit integers (to 128 bits) is twice as fast."""
    [(largest,)] = work.rows("SELECT max(greatest(abs(amount), abs(quantity))) FROM {cells}")
    return "BIGINT" if (largest or 0) < 2**63 else "HUGEINT"


def _roles(program: Program) -> list[tuple[int, int, int, int]]:
    """(flow, own, sold, available) for every flow the program looks at."""
    rate = program.tier_by is TierBy.SELL_THROUGH_RATE
    roles = []
    for at, flow in enumerate(FLOWS):
        own = flow is program.flow
        sold = rate and flow.value == "sell_out"
        available = rate and flow.value in ("opening", "sell_in")
        if own or sold or available:
            roles.append((at, int(own), int(sold), int(available)))
    return roles


def _literal(sql: str) -> str:
    """The caller's SQL may hold braces of its own, as a glob does."""
    return sql.replace("{", "{{").replace("}", "}}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
