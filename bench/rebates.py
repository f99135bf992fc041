"""Rebates: N programs over M facts by the set-based twin, against one scan of the same Parquet.

    python bench/rebates.py [--quick] [--facts 10000000] [--programs 100] [--partners 2000]

The scan is `SELECT partner, sum(amount) … GROUP BY partner` by the same DuckDB. The figure is
`twin ÷ scan`, in processor time: how many plain scans N programs cost. A program a scan, the plain
way, would be N.
A sample of partners is computed again by the reference and compared line by line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from yunhe.money.rebates.compute.program import (
    Fact,
    Flow,
    Kind,
    Mode,
    PayOn,
    Program,
    Settlement,
    SettlementKind,
    Tier,
    TierBy,
)
from yunhe.money.rebates.compute.setbased import (
    FactColumns,
    compute_settlements_in_sets,
    set_lines,
)
from yunhe.money.rebates.compute.settling import compute_settlement
from yunhe.platform.values import Period

LIMIT = 20.0
COLUMNS = FactColumns(unit=None)
SETTLEMENT = Settlement(date(2026, 9, 30), SettlementKind.INTERIM, date(2026, 10, 5))
CATEGORIES, PRODUCTS = 40, 2000


def write_facts(
    connection: duckdb.DuckDBPyConnection, path: Path, rows: int, partners: int
) -> None:
    """Seeded facts: two years, three flows, returns, late recording; nothing sorted."""
    connection.execute(
        f"""COPY (
            SELECT 'D' || lpad((hash(i) % {partners})::VARCHAR, 6, '0') AS partner,
                'P' || lpad((hash(i + 1) % {PRODUCTS})::VARCHAR, 5, '0') AS product,
                ['sell_in', 'sell_in', 'sell_out', 'sell_through'][1 + (hash(i + 2) % 4)::INT]
                    AS flow,
                DATE '2025-01-01' + (hash(i + 3) % 700)::INT AS "on",
                DATE '2025-01-01' + (hash(i + 3) % 700 + hash(i + 4) % 10)::INT AS recorded_on,
                ((hash(i + 5) % 500)::INT - 20)::DECIMAL(18, 3) AS quantity,
                (((hash(i + 6) % 2000000)::INT - 50000) / 100)::DECIMAL(18, 2) AS amount
            FROM range({rows}) t(i)
        ) TO '{path}' (FORMAT parquet)"""
    )


def make_programs(count: int) -> list[Program]:
    """Programs by category, of every mode and metric, some net of the one before."""
    programs: list[Program] = []
    for number in range(count):
        first = number * 7 % CATEGORIES
        products = frozenset(
            f"P{product:05d}"
            for product in range(PRODUCTS)
            if (product % CATEGORIES - first) % CATEGORIES < 8
        )
        rate = number % 5 == 4
        programs.append(
            Program(
                id=f"R{number:03d}",
                currency="CNY",
                valid=Period(date(2026, 1 + number % 3, 1), date(2027, 1, 1)),
                pay_on=PayOn.AMOUNT,
                tier_by=TierBy.SELL_THROUGH_RATE if rate else TierBy.AMOUNT,
                mode=Mode.RETROSPECTIVE if rate or number % 2 else Mode.MARGINAL,
                kind=Kind.PERCENT,
                flow=(Flow.SELL_IN, Flow.SELL_OUT, Flow.SELL_THROUGH)[number % 3],
                tiers=tuple(
                    Tier(Decimal(start) / (10**5 if rate else 1), Decimal(pay))
                    for start, pay in ((0, "0.01"), (50_000, "0.015"), (200_000, "0.0225"))
                ),
                products=products if number % 10 else None,
                cap=Decimal(60_000),
                net_of=(f"R{number - 1:03d}",) if number % 10 == 3 else (),
            )
        )
    return programs


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """(wall seconds, processor seconds over all threads) of one run."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def check_sample(
    connection: duckdb.DuckDBPyConnection, facts: str, programs: list[Program], partners: int
) -> int:
    """Lines of a few partners by the reference, equal to the twin's. Returns how many."""
    chosen = [f"D{number:06d}" for number in range(0, partners, max(1, partners // 2))]
    listed = ", ".join(f"'{partner}'" for partner in chosen)
    columns = 'partner, product, "on", quantity, amount, flow, recorded_on'
    some = f"(SELECT {columns} FROM {facts} WHERE partner IN ({listed}) LIMIT 40000)"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE sample AS SELECT * FROM {some}")
    rows = connection.execute("SELECT * FROM sample").fetchall()
    known = [Fact(*row[:5], Flow(row[5]), recorded=row[6]) for row in rows]
    reference = compute_settlement(programs, known, SETTLEMENT)
    twin = compute_settlements_in_sets(
        connection, "sample", programs, [SETTLEMENT], columns=COLUMNS
    )
    found = [(n.program, n.partner, n.base, n.earned, n.due) for n in set_lines(twin)]
    assert found == [(n.program, n.partner, n.base, n.earned, n.due) for n in reference]
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--facts", type=int, default=10_000_000)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--partners", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="200,000 facts, to see that it runs")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.facts, chosen.programs, chosen.partners = 200_000, 20, 200
    programs = make_programs(chosen.programs)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "facts.parquet"
        write_facts(connection, path, chosen.facts, chosen.partners)
        facts = f"read_parquet('{path}')"
        scan = f"SELECT partner, sum(amount) FROM {facts} GROUP BY partner"

        def twin() -> int:
            answer = compute_settlements_in_sets(
                connection, facts, programs, [SETTLEMENT], columns=COLUMNS
            )
            return int(answer.num_rows)

        lines = twin()
        scans, twins = [], []
        for _ in range(chosen.repeats):  # in turns, so that a busy machine slows both
            scans += [measure(lambda: connection.execute(scan).fetchall()) for _ in range(3)]
            twins.append(measure(twin))
        (scan_seconds, scan_processor), (twin_seconds, twin_processor) = (
            tuple(map(statistics.median, zip(*runs, strict=True))) for runs in (scans, twins)
        )
        compared = check_sample(connection, facts, programs, chosen.partners)
    result = {
        "benchmark": "rebates",
        "facts": chosen.facts,
        "programs": chosen.programs,
        "partners": chosen.partners,
        "lines": lines,
        "lines_compared_with_reference": compared,
        "scan_seconds": round(scan_seconds, 3),
        "twin_seconds": round(twin_seconds, 3),
        "scans": round(twin_seconds / scan_seconds, 2),
        "processor_scans": round(twin_processor / scan_processor, 2),
        "limit_scans": LIMIT,
        "ok": twin_processor / scan_processor <= LIMIT,
    }
    target = Path(__file__).parent / "results" / "rebates.json"
    target.parent.mkdir(exist_ok=True)
    if not chosen.quick:
        target.write_text(json.dumps(result, indent=1) + "\n")
    print(
        f"rebates: {chosen.programs} programs x {chosen.facts:,} facts = {lines:,} lines:"
        f" {result['scans']} scans"
        f" ({result['twin_seconds']} s; one scan {result['scan_seconds']} s;"
        f" {result['processor_scans']} scans of processor time; limit {LIMIT:g} scans)"
    )
    return 0 if result["ok"] or chosen.quick else 1


if __name__ == "__main__":
    sys.exit(main())
