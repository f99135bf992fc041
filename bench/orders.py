"""Orders: ten lines, priced, credit and stock held, created and confirmed over HTTP, against raw SQL.

    python bench/orders.py [--seconds 10] [--clients 1,8] [--lines 10]

A real granian server process with the embedded PostgreSQL; sign-in sessions, CSRF, row-level
security, 20,000 price rows, audit and events on. The clients are processes of their own that keep
one connection each and write prepared bytes. Three figures for each number of clients:

- `one_request`: sales operations places and confirms an order in one POST;
- `two_requests`: a dealer places and submits it, sales operations confirms it;
- `raw_sql`: psycopg writes the same rows in one transaction, without the rules.

Before them, in this process by the use cases: a 1,000-line order against a 10-line one, an Excel file
of 10,000 lines turned into submitted orders, a batch of 5,000 orders confirmed by its job.

The ratio is orders a second of `one_request` ÷ `raw_sql`, measured in turns in the same run.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
AIM_PER_SECOND, AIM_RATIO = 200, 0.15
WARM_S = 2.0


def main() -> int:
    options = _options()
    var = tempfile.mkdtemp(prefix="yunhe-bench-")
    # registered before the embedded server's own, so it runs after the server has stopped
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    os.environ |= {
        "YUNHE_VAR": var,
        "DJANGO_SETTINGS_MODULE": os.environ.get("BENCH_SETTINGS", "yunhe.config.settings"),
        "PYTHONPATH": f"{ROOT / 'src'}:{HERE}:{os.environ.get('PYTHONPATH', '')}",
    }
    sys.path[:0] = [str(ROOT / "src"), str(HERE)]
    # imported here: the settings need the environment above
    from orders_parts.shop import build_shop

    shop = build_shop(clients=max(options.clients), lines=options.lines)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is stopped too
    # imported here: as above
    from orders_parts.bulk import measure_bulk

    bulk = measure_bulk(shop)
    server, port = _serve()
    try:
        result = _measure(shop, port, options)
    finally:
        server.terminate()
        server.wait(20)
    return _report(result | {"bulk": bulk})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", type=lambda t: [int(n) for n in t.split(",")], default=[1, 8])
    parser.add_argument("--lines", type=int, default=10)
    return parser.parse_args()


def _serve() -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        os.environ.get("BENCH_WORKERS", "2"),
        "--blocking-threads",
        os.environ.get("BENCH_THREADS", "2"),
        "--backpressure",
        "64",
        "--no-access-log",
        "--log-level",
        "warning",
        "yunhe.config.wsgi:application",
    ]
    server = subprocess.Popen(command, env=os.environ | {"YUNHE_LOG_LEVEL": "error"})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            for _ in range(20):
                _warm(port)
            return server, port
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _warm(port: int) -> None:
    """One unauthenticated request on a connection of its own: some worker loads the whole house."""
    with socket.create_connection(("127.0.0.1", port), 30) as wire:
        wire.settimeout(60)
        wire.sendall(
            b"GET /api/v1/orders/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        while wire.recv(65536):
            pass


def _measure(shop: dict[str, Any], port: int, options: argparse.Namespace) -> dict[str, Any]:
    from orders_parts import clients

    kinds = {
        "one_request": clients.one_request,
        "two_requests": clients.two_requests,
        "raw_sql": clients.raw_sql,
    }
    figures: dict[str, dict[str, Any]] = {}
    for count in options.clients:
        row: dict[str, Any] = {}
        for name, work in kinds.items():
            row[name] = _run(work, shop, port, count, options.seconds)
        row["ratio"] = round(row["one_request"]["per_second"] / row["raw_sql"]["per_second"], 3)
        row["ratio_two_requests"] = round(
            row["two_requests"]["per_second"] / row["raw_sql"]["per_second"], 3
        )
        figures[str(count)] = row
    return {
        "bench": "orders",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "lines": options.lines,
        "price_rows": shop["price_rows"],
        "cores": os.cpu_count(),
        "load_before": shop["load"],
        "clients": figures,
        "aim": {"per_second_8": AIM_PER_SECOND, "ratio": AIM_RATIO},
    }


def _run(
    work: Any, shop: dict[str, Any], port: int, count: int, seconds: float
) -> dict[str, float]:
    from orders_parts import clients

    context = get_context("spawn")
    queue = context.Queue()
    start = time.time() + 1.5 + 0.2 * count
    processes = [
        context.Process(
            target=work, args=(shop, clients.Place(port, number, start, WARM_S, seconds), queue)
        )
        for number in range(count)
    ]
    for process in processes:
        process.start()
    results = [queue.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join()
    if faults := [result for result in results if isinstance(result, str)]:
        raise RuntimeError(faults[0])
    times = sorted(moment for result in results for moment in result)
    return {
        "per_second": round(len(times) / seconds, 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1),
    }


def _report(result: dict[str, Any]) -> int:
    print(
        f"orders of {result['lines']} lines, {result['price_rows']} price rows, {result['cores']} cores"
    )
    for count, row in result["clients"].items():
        for name in ("one_request", "two_requests", "raw_sql"):
            figure = row[name]
            print(
                f"  {count} clients  {name:13} {figure['per_second']:8.1f}/s"
                f"  p50 {figure['p50_ms']:6.1f} ms  p95 {figure['p95_ms']:6.1f} ms"
            )
        print(
            f"  {count} clients  ratio         {row['ratio']:8.1%}  (two requests {row['ratio_two_requests']:.1%})"
        )
    bulk = result["bulk"]
    print(
        f"  10 lines {bulk['ten_lines_s']:.3f} s, 1,000 lines {bulk['thousand_lines_s']:.3f} s"
        f" (ratio {bulk['ratio_thousand_to_ten']}, aim < 30 and < 1 s)"
    )
    print(
        f"  file of {bulk['file']['lines']} lines in {bulk['file']['orders']} orders:"
        f" {bulk['file']['rows_per_second']} rows/s"
    )
    print(
        f"  batch confirm of {bulk['batch_confirm']['orders']} orders:"
        f" {bulk['batch_confirm']['seconds']} s, {bulk['batch_confirm']['per_second']}/s"
    )
    target = HERE / "results" / "orders.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n")
    best = result["clients"][max(result["clients"], key=int)]
    reached = best["one_request"]["per_second"] >= AIM_PER_SECOND and best["ratio"] >= AIM_RATIO
    print("aim reached" if reached else f"aim missed: {AIM_PER_SECOND}/s and {AIM_RATIO:.0%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
