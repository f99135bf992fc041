"""25 metrics by region × month over ten million rows: the engine against DuckDB by hand.

Both read the same Parquet files in the same run. By hand is what an analyst would write: one
statement a fact, joined to the partner table, grouped by region and month. The engine adds the
scope, whole denominators, formulas, totals and texts. Result: bench/results/metrics.json with the
ratio engine ÷ hand (1.0 is as fast), median of several runs, translated SQL warm and cold.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 2.0
FULL, QUICK = 10_000_000, 500_000
MONTHS = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(24)]
METRICS = (
    "sell_in_amount", "sell_in_quantity", "sell_through_amount", "sell_through_quantity",
    "sell_out_amount", "sell_out_quantity", "average_selling_price", "return_amount",
    "return_rate", "stores_carrying", "numeric_distribution", "skus_sold", "sell_out_per_store",
    "active_stores", "active_dealers", "opening_stock", "closing_stock", "stock_in_transit",
    "supply_stock", "sell_through_rate", "days_of_inventory", "sell_in_to_sell_out",
    "orders_count", "average_order_value", "cancelled_rate",
)  # fmt: skip
SALES = """
SELECT i AS id, 100 + hash(i * 7) % 2000 AS node_id,
       CASE WHEN i % 20 = 0 THEN 'sell_in' WHEN i % 20 < 4 THEN 'sell_through' ELSE 'sell_out' END AS flow,
       1 + hash(i * 13) % 500 AS sku_id, DATE '{month}' + (hash(i * 3) % 28)::int AS "on",
       (1 + hash(i) % 6)::DECIMAL(18, 4) * CASE WHEN i % 50 = 7 THEN -1 ELSE 1 END AS quantity,
       ((1 + hash(i) % 6) * (2 + hash(i * 11) % 30))::DECIMAL(18, 4)
           * CASE WHEN i % 50 = 7 THEN -1 ELSE 1 END AS amount,
       'CNY' AS currency, NULL::VARCHAR AS document,
       CASE WHEN i % 50 = 7 THEN 'return' ELSE 'sale' END AS nature
"""
LEGS = """
SELECT i AS id, CASE WHEN i % 10 = 0 THEN 1 ELSE 100 + hash(i * 7) % 2000 END AS node_id,
       CASE WHEN i % 10 = 0 THEN 'organisation' ELSE 'partner' END AS holder,
       1 + hash(i * 13) % 500 AS sku_id, DATE '{month}' + (hash(i * 3) % 28)::int AS "on",
       CASE WHEN i % 15 = 0 THEN 'in_transit' ELSE 'available' END AS status,
       (CASE WHEN i % 3 = 0 THEN -4 ELSE 5 END)::DECIMAL(16, 3) AS quantity,
       'sale' AS reason, NULL::VARCHAR AS ref
"""
ORDERS = """
SELECT i AS id, 100 + hash(i * 7) % 2000 AS node_id, i::VARCHAR AS number,
       CASE WHEN i % 12 = 0 THEN 'cancelled' WHEN i % 30 = 1 THEN 'draft' ELSE 'closed' END AS status,
       'portal' AS source, 'CNY' AS currency, (100 + hash(i) % 900)::DECIMAL(18, 4) AS amount,
       DATE '{month}' + (hash(i * 3) % 28)::int AS "on", 2::BIGINT AS ship_days,
       true AS timed, true AS on_time
"""
HAND = {
    "sales": """
SELECT p.region_id, date_trunc('month', f."on") AS month, max(p.region),
       sum(amount) FILTER (flow = 'sell_in' AND currency = 'CNY'), sum(quantity) FILTER (flow = 'sell_in'),
       sum(amount) FILTER (flow = 'sell_through' AND currency = 'CNY'),
       sum(quantity) FILTER (flow = 'sell_through'),
       sum(amount) FILTER (flow = 'sell_out' AND currency = 'CNY'),
       sum(quantity) FILTER (flow = 'sell_out'),
       -sum(amount) FILTER (flow = 'sell_out' AND nature = 'return' AND currency = 'CNY'),
       -sum(quantity) FILTER (flow = 'sell_out' AND nature = 'return'),
       sum(quantity) FILTER (flow = 'sell_out' AND nature <> 'return'),
       count(DISTINCT node_id) FILTER (flow = 'sell_out' AND nature = 'sale'),
       count(DISTINCT sku_id) FILTER (flow = 'sell_out' AND nature = 'sale')
  FROM fact_sales f LEFT JOIN entity_partner p ON p.id = f.node_id
 WHERE f."on" >= '2024-01-01' AND f."on" < '2026-01-01' GROUP BY 1, 2""",
    "distinct totals": """
SELECT count(DISTINCT node_id) FILTER (flow = 'sell_out' AND nature = 'sale'),
       count(DISTINCT sku_id) FILTER (flow = 'sell_out' AND nature = 'sale')
  FROM fact_sales WHERE "on" >= '2024-01-01' AND "on" < '2026-01-01'""",
    "stock": """
SELECT *, sum(on_hand) OVER w, sum(transit) OVER w, sum(own) OVER w FROM (
    SELECT p.region_id, date_trunc('month', f."on") AS month,
           sum(quantity) FILTER (holder = 'partner' AND status IN ('available', 'quarantine')) AS on_hand,
           sum(quantity) FILTER (status = 'in_transit') AS transit,
           sum(quantity) FILTER (holder = 'organisation' AND status IN ('available', 'quarantine')) AS own
      FROM fact_stock_legs f LEFT JOIN entity_partner p ON p.id = f.node_id
     WHERE f."on" < '2026-01-01' GROUP BY 1, 2)
WINDOW w AS (PARTITION BY region_id ORDER BY month)""",
    "partners": """
SELECT p.region_id, sum(one) FILTER (f.level = 'store'), sum(one) FILTER (f.level = 'dealer')
  FROM fact_partners f LEFT JOIN entity_partner p ON p.id = f.node_id
 WHERE f."on" < '2026-01-01' GROUP BY 1""",
    "orders": """
SELECT p.region_id, date_trunc('month', f."on") AS month,
       count(*) FILTER (status NOT IN ('draft', 'cancelled')),
       sum(amount) FILTER (status NOT IN ('draft', 'cancelled') AND currency = 'CNY'),
       count(*) FILTER (status = 'cancelled'), count(*) FILTER (status <> 'draft')
  FROM fact_orders f LEFT JOIN entity_partner p ON p.id = f.node_id
 WHERE f."on" >= '2024-01-01' AND f."on" < '2026-01-01' GROUP BY 1, 2""",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rows = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        made = make_mart(Path(folder), rows)
        result = measure(rows=made, runs=options.runs, quick=options.quick)
    if not options.quick:
        target = ROOT / "bench" / "results" / "metrics.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    return 0 if result["ratio"] <= LIMIT or options.quick else 1


def prepare(folder: Path) -> None:
    """Django without a database: the mart alone answers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunhe.config.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    from django.conf import settings

    settings.MART_DIR = folder


def make_mart(folder: Path, rows: int) -> int:
    """Write a mart of about `rows` rows: 70 % sales, 25 % stock legs, 5 % orders, 2,000 stores."""
    import duckdb

    from yunhe.platform.metrics.mart.extract import write_empty
    from yunhe.platform.metrics.mart.manifest import Manifest, Part, Table, write_manifest
    from yunhe.platform.metrics.mart.refresh import fingerprint
    from yunhe.platform.metrics.registry import sources

    now = datetime(2026, 1, 1, tzinfo=UTC)
    shares = {"sales": (SALES, 0.70), "stock_legs": (LEGS, 0.25), "orders": (ORDERS, 0.05)}
    tables: dict[str, Table] = {}
    engine = duckdb.connect()
    for name, source in sources().items():
        (folder / name).mkdir()
        schema = f"{name}/schema.parquet"
        write_empty(source, folder / schema)
        parts = {}
        if name in shares:
            select, share = shares[name]
            count = int(rows * share / len(MONTHS))
            for index, month in enumerate(MONTHS):
                file = f"{name}/{month:%Y-%m}.parquet"
                series = f"FROM range({index * count}, {(index + 1) * count}) t(i)"
                columns = ", ".join(
                    f'"{c}"::{sql_type(k)} AS "{c}"' for c, k in source.columns.items()
                )
                inner = select.format(month=month) + series
                copy(engine, f"SELECT {columns} FROM ({inner}) s ORDER BY node_id", folder / file)
                parts[f"{month:%Y-%m}"] = Part(file, count, "", now, month)
        elif query := small(name):
            copy(engine, query, folder / f"{name}/all.parquet")
            parts["all"] = Part(f"{name}/all.parquet", 2100, "", now)
        tables[name] = Table(fingerprint(source), schema, parts)
    write_manifest(folder, Manifest(1, now, tables))
    return sum(part.rows for name in shares for part in tables[name].parts.values())


def small(name: str) -> str:
    """Eight regions, 100 dealers (nodes 2 to 101 would be theirs), 2,000 stores."""
    places = (
        "SELECT i::BIGINT AS id, '店' || i AS name, 'Store ' || i AS name_en, 'store' AS level,"
        " 'core' AS tier, NULL::VARCHAR AS province, NULL::VARCHAR AS city, (2 + i % 8)::BIGINT AS region_id,"
        " '区' || i % 8 AS region, 'Region ' || i % 8 AS region_en, (20 + i % 50)::BIGINT AS dealer_id,"
        " '商' || i % 50 AS dealer, 'Dealer ' || i % 50 AS dealer_en, i::BIGINT AS store_id"
        " FROM range(100, 2100) t(i)"
    )
    return {
        "partner": places,
        "partners": "SELECT i::BIGINT AS id, i::BIGINT AS node_id, 'store' AS level,"
        " DATE '2020-01-01' AS \"on\", 1::BIGINT AS one FROM range(100, 2100) t(i)",
        "node": "SELECT i::BIGINT AS id, '.1.' || 2 + i % 8 || '.' || i || '.' AS trail,"
        " 'partner' AS kind, '店' || i AS name, 'Store ' || i AS name_en FROM range(100, 2100) t(i)",
    }.get(name, "")


def sql_type(kind: str) -> str:
    return {"int64": "BIGINT", "string": "VARCHAR"}.get(kind, kind.upper())


def copy(engine: object, query: str, path: Path) -> None:
    engine.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")  # type: ignore[attr-defined]


def measure(*, rows: int, runs: int, quick: bool) -> dict[str, object]:
    from yunhe.platform.access.principal import system_principal
    from yunhe.platform.metrics.engine.executors import current_mart
    from yunhe.platform.metrics.engine.query import query
    from yunhe.platform.metrics.question import Question, Span

    question = Question(
        metrics=METRICS,
        period=Span(date(2024, 1, 1), date(2026, 1, 1)),
        dimensions=("region",),
        grain="month",
    )
    system = system_principal("bench")
    opened = current_mart().opened()
    cold = timed(lambda: query(question, principal=system))
    engine, hand = [], []
    for _ in range(runs):
        hand.append(timed(lambda: [opened.run(statement) for statement in HAND.values()]))
        engine.append(timed(lambda: query(question, principal=system)))
    answer = query(question, principal=system)
    check(answer, opened)
    by_hand, by_engine = statistics.median(hand), statistics.median(engine)
    return {
        "name": "metrics",
        "quick": quick,
        "rows": rows,
        "metrics": len(METRICS),
        "result_rows": len(answer.rows),
        "hand_s": round(by_hand, 4),
        "engine_s": round(by_engine, 4),
        "engine_first_s": round(cold, 4),
        "ratio": round(by_engine / by_hand, 3),
        "limit": LIMIT,
        "cpus": os.cpu_count(),
    }


def check(answer: object, opened: object) -> None:
    """The engine's numbers are those by hand, else the times mean nothing."""
    found = {(row.keys["region"], row.period): row.values for row in answer.rows}  # type: ignore[attr-defined]
    for row in opened.run(HAND["sales"]):  # type: ignore[attr-defined]
        values = found[(row[0], row[1].date())]
        assert values["sell_out_amount"] == row[7]
        assert values["stores_carrying"] == row[12]
        assert values["return_rate"] == row[10] / row[11]


def timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
