"""Routes: gap to the best known solution of each CVRPLIB instance, one core each, by the command.

    python bench/routes.py [--seconds 30] [--only X-n101-k25 …] [--wall] [--quick]

Time is the process's own processor time (`--wall` counts the clock), so that the figures hold on
a busy machine. Exit 1 when an instance is further than 1 % from the best known.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path

from yunhe.goods.delivery.command import solve_file

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "bench" / "results" / "routes.json"
DATA = Path(os.environ.get("YUNHE_ROUTING_DATA", ROOT / "var" / "routing")) / "cvrp"
LIMIT = 0.01


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    files = [f for f in sorted(DATA.glob("*.vrp")) if not given.only or f.stem in given.only]
    if given.quick:
        files, given.seconds = files[:2], 3.0
    if not files:
        print(f"no instances in {DATA}; set YUNHE_ROUTING_DATA", file=sys.stderr)
        return 0
    rows = []
    for file in files:
        report = solve_file(file, seconds=given.seconds, processor_time=not given.wall)
        assert report.gap is not None, file
        rows.append({"instance": report.instance, "cost": report.cost, "gap": report.gap})
        rows[-1]["best_known"] = report.best_known
        print(f"{report.instance:14} {report.cost:>8} {report.best_known:>8} {report.gap:7.2%}")
    gaps = [row["gap"] for row in rows]
    result = {
        "bench": "routes",
        "seconds": given.seconds,
        "clock": "wall" if given.wall else "processor",
        "instances": rows,
        "worst_gap": max(gaps),
        "mean_gap": round(statistics.mean(gaps), 6),
        "limit": LIMIT,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.python_version()}",
    }
    if not given.quick and not given.only:
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(f"worst {max(gaps):.2%}, mean {result['mean_gap']:.2%}, limit {LIMIT:.0%}")
    return 0 if max(gaps) <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
