"""Intake against the floor: a full import of sell-out lines, and a bare COPY of the same bytes.

    python bench/intake.py [--rows 1000000] [--quick]

Both run in the same PostgreSQL in the same minute. The import recognises, types and checks every
row, looks partner and product up, writes facts with their indexes, references and receipts; the COPY
only stores text. Lines are derived from the real catalogue size of a mid-sized manufacturer (500
stores, 5,000 products), seeded, with 1 % bad rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "bench" / "results" / "intake.json"
STORES, ITEMS, BAD = 500, 5_000, 0.01
DATABASE = "yunhe_bench_intake"


def write_lines(path: Path, rows: int) -> None:
    """Sell-out lines in the order of their days; every hundredth names an unknown product."""
    chance = random.Random(20261122)
    with path.open("w", encoding="utf-8") as handle:
        handle.write("日期,门店编码,商品编码,数量,金额,明细ID\n")
        for n in range(rows):
            item = f"X{n}" if chance.random() < BAD else f"I{chance.randrange(ITEMS)}"
            day = f"2026-{1 + n * 10 // rows:02d}-{1 + n * 280 // rows % 28:02d}"
            quantity = chance.randint(1, 24)
            amount = f"{quantity * chance.randint(199, 9999) / 100:.2f}"
            store = f"S{chance.randrange(STORES)}"
            handle.write(f"{day},{store},{item},{quantity},{amount},L{n}\n")


def prepare() -> None:
    """An own database with the schema and the master data."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunhe.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    connection.settings_dict["NAME"] = DATABASE
    call_command("migrate", verbosity=0, skip_checks=True)
    add_masters()


def add_masters() -> None:
    from django.db import transaction
    from django.utils import timezone

    from yunhe.channel.network.services.bulk import (
        PartnerRow,
        UnitRow,
        ensure_partners,
        ensure_units,
    )
    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.catalog.services.bulk import SkuRow, ensure_catalog

    actor, now = system_principal("bench"), timezone.now()
    named = ("B", "B", "B")
    with transaction.atomic():
        ensure_units([UnitRow(code="HQ", name="HQ")], actor=actor, now=now)
        partners = [
            PartnerRow(code=f"S{n}", name=f"S{n}", parent_code="HQ", level="store")
            for n in range(STORES)
        ]
        ensure_partners(partners, actor=actor, now=now)
        skus = [
            SkuRow(
                code=f"I{n}", name=f"I{n}", brand=named, category=(named,), product=(f"P{n}",) * 3
            )
            for n in range(ITEMS)
        ]
        ensure_catalog(skus, actor=actor)


def cpu_seconds() -> float:
    """Processor time of this process (DuckDB's threads with it) and of its database backend.

    On a busy machine it says more than the clock. 0 for a backend on another machine.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return time.process_time()
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def bare_copy(path: Path) -> float:
    """Seconds to COPY the file's bytes into a plain logged table of text columns."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute("CREATE TABLE bench_plain (a text, b text, c text, d text, e text, f text)")
        started = time.perf_counter()
        statement = "COPY bench_plain FROM STDIN (FORMAT csv, HEADER true)"
        with cursor.copy(statement) as copy, path.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                copy.write(chunk)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_plain")
    return seconds


def full_import(path: Path) -> tuple[float, object, list[tuple[float, str]]]:
    """Seconds from the file's path to the receipt's counts, the report, and when each phase began."""
    from django.utils import timezone

    from yunhe.platform.access.principal import system_principal
    from yunhe.platform.intake.bring import bring_file

    phases: list[tuple[float, str]] = []
    started = time.perf_counter()

    def say(text: str) -> None:
        phases.append((round(time.perf_counter() - started, 2), text))

    report = bring_file(
        path, type_code="sales", actor=system_principal("bench"), now=timezone.now(), say=say
    )
    return time.perf_counter() - started, report, phases


def measure(rows: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.csv"
        write_lines(path, rows)
        megabytes = path.stat().st_size / 1e6
        marks = [cpu_seconds()]
        before = bare_copy(path)
        marks.append(cpu_seconds())
        seconds, report, phases = full_import(path)
        marks.append(cpu_seconds())
        after = bare_copy(path)
    assert report.rows == rows == report.accepted + report.quarantined
    assert report.amount == report.amount_accepted + report.amount_quarantined
    copy = min(before, after)
    return {
        "rows": rows,
        "megabytes": round(megabytes, 1),
        "accepted": report.accepted,
        "quarantined": report.quarantined,
        "import_seconds": round(seconds, 2),
        "import_rows_per_second": round(rows / seconds),
        "copy_seconds": round(copy, 2),
        "copy_rows_per_second": round(rows / copy),
        "ratio_to_copy": round(copy / seconds, 4),
        "import_cpu_seconds": round(marks[2] - marks[1], 2),
        "copy_cpu_seconds": round(marks[1] - marks[0], 2),
        "ratio_to_copy_by_cpu": round((marks[1] - marks[0]) / (marks[2] - marks[1]), 4),
        "load_average": os.getloadavg()[0],
        "phases": phases,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="10,000 rows, to see that it runs")
    options = parser.parse_args()
    rows = 10_000 if options.quick else options.rows
    prepare()
    try:
        result = measure(rows)
    finally:
        drop_database()
    if not options.quick:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=1, ensure_ascii=False)
        RESULT.write_text(text + "\n", encoding="utf-8")
    print(
        f"intake: {result['import_rows_per_second']:,} rows/s imported, "
        f"{result['copy_rows_per_second']:,} rows/s bare COPY, ratio {result['ratio_to_copy']}; "
        f"processor time {result['import_cpu_seconds']} s, ratio {result['ratio_to_copy_by_cpu']}"
    )


def drop_database() -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    main()
