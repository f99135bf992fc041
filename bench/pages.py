"""Pages: query count and server time of the ten busiest, with one row behind them and with 100,000.

    python bench/pages.py [--rows 100000] [--quick]

Lists and details of console and portal, the search of the catalogue by words and by a misspelt word
among them, are fetched through the whole stack (sessions, scope with row-level security, templates)
from one database, before and after every list's table was filled. A page must not issue one query more
than before, and its time (processor time of the web process and of its database connection, median of
several turns) must stay below LIMIT times that of one row.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
LIMIT = 4.0
TURNS = 7
# view name with its question, who reads it
PAGES = (
    ("orders:list", "ops"),
    ("orders:detail", "ops"),
    ("network:list", "ops"),
    ("catalog:list", "ops"),
    ("stock:list", "ops"),
    ("sales:list", "ops"),
    ("ledger:entries", "finance"),
    ("orders_portal:list", "dealer"),
    ("orders_portal:catalogue", "dealer"),
    ("orders_portal:catalogue?q=shangpin", "dealer"),
    ("orders_portal:catalogue?q=shangbin", "dealer"),
    ("ledger_portal:account", "dealer"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="2,000 rows, to see that it runs")
    options = parser.parse_args()
    rows = 2_000 if options.quick else options.rows
    var = tempfile.mkdtemp(prefix="yunhe-bench-")
    # registered before the embedded server's own, so it runs after the server has stopped
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    os.environ |= {"YUNHE_VAR": var, "DJANGO_SETTINGS_MODULE": "yunhe.config.settings"}
    sys.path[:0] = [str(ROOT / "src"), str(HERE)]
    # imported here: the settings need the environment above
    from pages_parts.filling import fill
    from pages_parts.shop import open_shop

    shop = open_shop()
    before = measure(shop)
    fill(rows)
    after = measure(shop)
    return report(rows, before, after, keep=not options.quick)


def measure(shop: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Page → queries and milliseconds of processor time."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from orders_parts.processor import processor_here

    clients = {}
    for person in ("ops", "finance", "dealer"):
        clients[person] = Client()
        clients[person].cookies["yunhe_session"] = shop[person]
    figures: dict[str, dict[str, float]] = {}
    spent: dict[str, list[float]] = {name: [] for name, _person in PAGES}
    for turn in range(TURNS + 1):
        for name, person in PAGES:
            view, mark, query = name.partition("?")
            url = reverse(view, args=[shop["order"]] if view == "orders:detail" else [])
            began = processor_here() * 1000
            with CaptureQueriesContext(connection) as queries:
                answer = clients[person].get(f"{url}{mark}{query}")
            if answer.status_code != 200:
                raise SystemExit(f"{name}: answered {answer.status_code}")
            spent[name].append(processor_here() * 1000 - began)
            figures[name] = {"queries": len(queries), "kilobytes": len(answer.content) // 1024}
            if turn == 0:  # templates are compiled, plans made
                spent[name].clear()
    for name, times in spent.items():
        figures[name]["ms"] = round(statistics.median(times), 1)
    return figures


def report(rows: int, before: dict[str, Any], after: dict[str, Any], *, keep: bool) -> int:
    pages = []
    for name, _person in PAGES:
        one, many = before[name], after[name]
        ratio = round(many["ms"] / one["ms"], 2)
        more = many["queries"] - one["queries"]
        pages.append({"page": name, "one_row": one, "many_rows": many, "ratio": ratio})
        print(
            f"  {name:36} {one['queries']:3} queries {one['ms']:7.1f} ms, {rows:,} rows:"
            f" {many['queries']:3} queries {many['ms']:7.1f} ms, ratio {ratio:.2f}"
            f"{'  MORE QUERIES' if more > 0 else ''}{'  TOO SLOW' if ratio > LIMIT else ''}"
        )
    worst = max(page["ratio"] for page in pages)
    fixed = all(page["many_rows"]["queries"] <= page["one_row"]["queries"] for page in pages)
    result = {
        "bench": "pages",
        "rows": rows,
        "pages": pages,
        "worst_ratio": worst,
        "limit": LIMIT,
        "queries_fixed": fixed,
    }
    if keep:
        (HERE / "results" / "pages.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"pages: worst ratio {worst} (limit {LIMIT:g}), queries {'fixed' if fixed else 'GROW'}")
    return 0 if fixed and (worst <= LIMIT or not keep) else 1


if __name__ == "__main__":
    raise SystemExit(main())
