"""Pricing: 1,000 lines for one dealer in one call against 20,000 price rows; ratio to the bare SQL.

    python bench/pricing.py [--rounds 20]

`price_lines` runs as in a request: under the dealer's restricted role with row-level security; it
finds the applicable lists, fetches rows and units, resolves every line in exact decimals. The peer
is one SQL statement run by the owner that fetches the same price rows by SKU and list and does
nothing with them. Both are measured in turns in the same process; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "bench" / "results" / "pricing.json"
DATABASE = "yunhe_bench_pricing"
SKUS, LINES, ROWS = 2_000, 1_000, 20_000
LIMIT = 6.0
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
    print(json.dumps(result, indent=2))
    if not options.quick:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    return int(result["ratio"] > LIMIT)


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
