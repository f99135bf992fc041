"""Pricing: 1,000 lines for one dealer in one call against 20,000 price rows; ratio to the bare SQL.

    python bench/pricing.py [--rounds 20]

`price_lines` runs as in a request: under the dealer's restricted role with row-level security; it
finds the applicable lists, fetches rows and units, resolves every line in exact decimals. The peer
is one SQL statement run by the owner that fetches the same price rows by SKU and list and does
nothing with them. Both are measured in turns in the same process; medians.

Beside it the same call with a compiled price book: all rows of the dealer's lists held in memory, already
parsed, their validity taken for granted (no check whether they are still true, which a real one needs).
That is the most a book could gain; what compiling it costs is timed too.

Then a price change's way out: CHANGES commits of a headquarters list, each heard by ENDPOINTS dealers'
webhooks through the worker's own loops and a real HTTP server in this process. The time from commit
to receipt, its 99th percentile against a limit of REACH_LIMIT_S seconds. Inside the system nothing
travels: the dealer's next quote after the commit is asked to show the new price.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "bench" / "results" / "pricing.json"
DATABASE = "yunhe_bench_pricing"
SKUS, LINES, ROWS = 2_000, 1_000, 20_000
LIMIT = 6.0
CHANGES, ENDPOINTS, REACH_LIMIT_S = 20, 10, 5.0
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    prepare()
    dealer, user_id, skus = add_masters()
    result = measure(dealer, user_id, skus, rounds=5 if options.quick else options.rounds)
    result["book"] = measure_book(
        dealer, user_id, skus, rounds=5 if options.quick else options.rounds
    )
    result["reach"] = measure_reach(dealer, skus, changes=4 if options.quick else CHANGES)
    print(json.dumps(result, indent=2))
    if not options.quick:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    return int(result["ratio"] > LIMIT or result["reach"]["p99_s"] > REACH_LIMIT_S)


def prepare() -> None:
    """An own database with the schema."""
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


def add_masters() -> tuple[int, int, list[int]]:
    """Partners, SKUs with a case, and exactly ROWS prices in six lists; two price the dealer first."""
    from django.db import connection, transaction

    from yunhe.channel.network.services import PartnerRow, UnitRow, ensure_partners, ensure_units
    from yunhe.platform.access.models import Grant, Node
    from yunhe.platform.access.principal import system_principal
    from yunhe.platform.accounts.models import User
    from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
    from yunhe.trade.pricing.models import Price

    actor = system_principal("bench")
    with transaction.atomic():
        ensure_units(
            [UnitRow(code="HQ", name="总部"), UnitRow(code="E", name="华东", parent_code="HQ")],
            actor=actor,
            now=NOW,
        )
        partners = [
            PartnerRow(
                code=f"D{at}", name=f"经销商{at}", parent_code="E", level="dealer", tier="core"
            )
            for at in range(50)
        ]
        dealer = ensure_partners(partners, actor=actor, now=NOW)["D0"]
        rows = [
            SkuRow(
                code=f"K{at}",
                name=f"商品{at}",
                brand=("B", "运河", ""),
                category=(("F", "食品", ""),),
                product=("P", "产品", ""),
                packs=(PackRow(unit="case", factor=12),),
            )
            for at in range(SKUS)
        ]
        skus = list(ensure_catalog(rows, actor=actor).values())
        _add_prices(actor, skus)
        user = User.objects.create_user("dealer", name="dealer")
        Grant.objects.create(user=user, role="dealer_owner", node=Node.objects.get(code="D0"))
    assert Price.objects.count() == ROWS
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return dealer, user.pk, skus


def _add_prices(actor: Any, skus: list[int]) -> None:
    """HQ general (bottle, two breaks, case), dealers, core dealers, region, own, another dealer's."""
    from yunhe.platform.access.models import Node
    from yunhe.trade.pricing.services import (
        ListDraft,
        PriceEntry,
        create_price_list,
        publish_price_list,
        set_prices,
    )

    lists: list[tuple[str, dict[str, str], int, tuple[tuple[str, str], ...]]] = [
        ("HQ", {}, SKUS, (("piece", "1"), ("piece", "120"), ("case", "1"))),
        ("HQ", {"level": "dealer"}, SKUS, (("piece", "1"), ("case", "1"), ("case", "50"))),
        ("HQ", {"level": "dealer", "tier": "core"}, SKUS, (("piece", "1"), ("case", "10"))),
        ("E", {}, SKUS // 2, (("piece", "1"),)),
        ("D0", {}, SKUS // 4, (("piece", "1"),)),
        ("D1", {}, SKUS // 4, (("piece", "1"),)),
        ("HQ", {"level": "store"}, SKUS, (("piece", "1"),)),
    ]
    left = ROWS
    for at, (place, terms, count, breaks) in enumerate(lists):
        draft = ListDraft(name=f"list {at}", valid_from=date(2026, 1, 1), **terms)
        node = Node.objects.get(code=place)
        made = create_price_list(node, code=f"L{at}", draft=draft, actor=actor)
        entries = [
            PriceEntry(
                sku_id=sku,
                unit=unit,
                min_quantity=Decimal(minimum),
                price=Decimal(1000 + (sku * 37 + at * 11) % 900) / (1 if unit == "case" else 12),
            )
            for sku in skus[:count]
            for unit, minimum in breaks
        ][:left]
        entries = [
            PriceEntry(**{**vars(entry), "price": round(entry.price, 4)}) for entry in entries
        ]
        set_prices(made, entries, effective=date(2026, 1, 1), actor=actor, now=NOW)
        publish_price_list(made, actor=actor)
        left -= len(entries)


def measure(dealer: int, user_id: int, skus: list[int], *, rounds: int) -> dict[str, Any]:
    """Medians of both, measured in turns."""
    from django.db import connection

    from yunhe.platform.access.session import scoped
    from yunhe.trade.pricing.queries import AskedLine, applicable_lists, price_lines

    units = ("piece", "case")
    lines = [
        AskedLine(sku, units[at % 2], Decimal(1 + at % 200)) for at, sku in enumerate(skus[:LINES])
    ]
    with scoped(user_id):
        lists = [one.id for one in applicable_lists(dealer, on=DAY)]
        assert len(price_lines(node_id=dealer, lines=lines, on=DAY)) == LINES

    def ours() -> int:
        with scoped(user_id):
            return len(timed(lambda: price_lines(node_id=dealer, lines=lines, on=DAY), product))

    def bare() -> int:
        with connection.cursor() as cursor:
            return len(timed(lambda: _bare(cursor, skus[:LINES], lists), peer))

    product: list[float] = []
    peer: list[float] = []
    fetched = 0
    for _round in range(rounds):
        ours()
        fetched = bare()
    milliseconds = {
        "price_lines": round(statistics.median(product) * 1000, 2),
        "bare_sql": round(statistics.median(peer) * 1000, 2),
    }
    return {
        "bench": "pricing",
        "lines": LINES,
        "price_rows": ROWS,
        "rows_fetched": fetched,
        "rounds": rounds,
        "milliseconds": milliseconds,
        "lines_per_second": round(LINES / statistics.median(product)),
        "ratio": round(milliseconds["price_lines"] / milliseconds["bare_sql"], 2),
        "limit": LIMIT,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


def measure_book(dealer: int, user_id: int, skus: list[int], *, rounds: int) -> dict[str, Any]:
    """Medians from the tables and from a book held in memory, for a large and a usual order, in turns."""
    from yunhe.platform.access.session import scoped
    from yunhe.trade.pricing.queries import AskedLine, price_book, price_lines, prices_from

    compiled: list[float] = []
    with scoped(user_id):
        book = timed(lambda: price_book([dealer], skus, on=DAY), compiled)
    found: dict[str, Any] = {"compile_ms": round(compiled[0] * 1000, 1)}
    for count in (LINES, 10):
        asked = [
            AskedLine(sku, ("piece", "case")[at % 2], Decimal(1 + at % 200))
            for at, sku in enumerate(skus[:count])
        ]
        ways: dict[str, Callable[[], Any]] = {
            "tables": lambda asked=asked: price_lines(node_id=dealer, lines=asked, on=DAY),
            "book": lambda asked=asked: prices_from(book, dealer, asked),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _round in range(rounds):
            for name, way in ways.items():
                with scoped(user_id):
                    timed(way, times[name])
        found[f"{count}_lines_ms"] = {
            name: round(statistics.median(into) * 1000, 2) for name, into in times.items()
        }
    return found


class Receiver(BaseHTTPRequestHandler):
    """A dealer's system: notes when the change of a day arrived."""

    received: ClassVar[list[tuple[str, float]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((json.loads(body)["data"]["effective"], time.perf_counter()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


def measure_reach(dealer: int, skus: list[int], *, changes: int) -> dict[str, Any]:
    """Seconds from commit to receipt, over `changes` × ENDPOINTS deliveries."""
    from django.conf import settings

    from yunhe.platform.jobs import worker

    settings.WEBHOOKS_ALLOW_PRIVATE = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    stop = threading.Event()
    loops = (server.serve_forever, *(lambda run=run: run(stop) for run in _loops(worker)))
    threads = [threading.Thread(target=loop, daemon=True) for loop in loops]
    _subscribe(server.server_address[1])
    for thread in threads:
        thread.start()
    committed = _change_prices(dealer, skus, changes)
    deadline = time.perf_counter() + 60
    while len(Receiver.received) < changes * ENDPOINTS and time.perf_counter() < deadline:
        time.sleep(0.05)
    stop.set()
    server.shutdown()
    seconds = sorted(at - committed[day] for day, at in Receiver.received)
    if len(seconds) < changes * ENDPOINTS:
        raise SystemExit(f"only {len(seconds)} of {changes * ENDPOINTS} webhooks arrived")
    return {
        "changes": changes,
        "webhooks": len(seconds),
        "p50_s": round(statistics.median(seconds), 3),
        "p99_s": round(seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))], 3),
        "max_s": round(seconds[-1], 3),
        "limit_s": REACH_LIMIT_S,
    }


def _loops(worker: Any) -> tuple[Any, ...]:
    """The loops that a worker process runs: one for events, two for webhooks."""
    return (worker.deliver_events, worker._webhooks_loop, worker._webhooks_loop)


def _subscribe(port: int) -> None:
    from yunhe.platform.access.models import Node
    from yunhe.platform.events.models import OutboxEvent, WebhookEndpoint

    OutboxEvent.objects.filter(dispatched_at=None).update(dispatched_at=NOW)
    for node in Node.objects.filter(code__in=[f"D{at}" for at in range(ENDPOINTS)]):
        WebhookEndpoint.objects.create(
            node=node,
            url=f"http://127.0.0.1:{port}/{node.code}",
            event_types=["yunhe.pricing.partner_prices.changed.v1"],
            secret="whsec_" + base64.b64encode(os.urandom(24)).decode(),
        )


def _change_prices(dealer: int, skus: list[int], changes: int) -> dict[str, float]:
    """Change a product of the dealers' list again and again; day → moment of the commit."""
    from django.db import transaction

    from yunhe.platform.access.principal import system_principal
    from yunhe.trade.pricing.models import PriceList
    from yunhe.trade.pricing.queries import AskedLine, price_lines
    from yunhe.trade.pricing.services import PriceEntry, set_prices

    price_list = PriceList.objects.select_related("node").get(code="L2")
    line, committed = [AskedLine(skus[-1], "piece", Decimal(1))], {}
    for at in range(changes):
        day = DAY + timedelta(days=at)
        entry = PriceEntry(sku_id=skus[-1], unit="piece", price=Decimal(100 + at))
        with transaction.atomic():
            set_prices(price_list, [entry], effective=day, actor=system_principal("bench"), now=NOW)
        committed[day.isoformat()] = time.perf_counter()
        (priced,) = price_lines(node_id=dealer, lines=line, on=day)
        assert priced.unit_price == entry.price, "a node did not see the change at commit"
        time.sleep(0.3)
    return committed


def timed(work: Callable[[], Any], into: list[float]) -> Any:
    """Run it, note the seconds."""
    start = time.perf_counter()
    found = work()
    into.append(time.perf_counter() - start)
    return found


def _bare(cursor: Any, skus: list[int], lists: list[int]) -> Any:
    cursor.execute(
        "SELECT price_list_id, sku_id, unit, price, min_quantity FROM pricing_price"
        " WHERE sku_id = ANY (%s) AND price_list_id = ANY (%s) AND period @> %s::date",
        [skus, lists, DAY],
    )
    return cursor.fetchall()


if __name__ == "__main__":
    raise SystemExit(main())
