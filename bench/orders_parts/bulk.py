"""Long orders, files of orders and batches, by the use cases in this process."""

from __future__ import annotations

import io
import random
import statistics
import time
from typing import Any

Shop = dict[str, Any]
FILE_LINES, FILE_ORDERS, BATCH = 10_000, 500, 5_000


def measure_bulk(shop: Shop) -> dict[str, Any]:
    """Seconds of a 10- and a 1,000-line order, rows a second of a file, seconds of a batch."""
    short = _median(shop, 10, times=15)
    long = _median(shop, 1000, times=9)
    rows = _file(shop)
    batch = _batch(shop)
    return {
        "ten_lines_s": round(short, 4),
        "thousand_lines_s": round(long, 4),
        "ratio_thousand_to_ten": round(long / short, 1),
        "file": {"lines": FILE_LINES, "orders": FILE_ORDERS, "rows_per_second": round(rows)},
        "batch_confirm": {
            "orders": BATCH,
            "seconds": round(batch, 2),
            "per_second": round(BATCH / batch),
        },
    }


def _median(shop: Shop, lines: int, *, times: int) -> float:
    """Seconds to price, place and confirm an order of so many lines; the median."""
    found = []
    for _ in range(times):
        before = time.perf_counter()
        _place(shop, random.sample(shop["skus"], lines), confirm=True)
        found.append(time.perf_counter() - before)
    return statistics.median(found)


def _place(shop: Shop, skus: list[int], **more: Any) -> Any:
    from decimal import Decimal

    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.trade.orders.services import NewLine, create_order

    lines = [NewLine(sku, "bottle", Decimal(2)) for sku in skus]
    with scoped(shop["operators"][0]["user"]) as actor:
        return create_order(
            node_id=shop["dealers"][0], lines=lines, actor=actor, now=timezone.now(), **more
        )


def _file(shop: Shop) -> float:
    """Rows a second from the bytes of an Excel file to submitted orders."""
    import xlsxwriter
    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.trade.orders.filing import place_file

    target = io.BytesIO()
    dealers = len(shop["dealers"])
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["order", "partner", "product", "quantity", "unit"])
        for at in range(FILE_LINES):
            order = at * FILE_ORDERS // FILE_LINES
            code = f"K{at % len(shop['skus']):05}"
            sheet.write_row(at + 1, 0, [f"O{order}", f"D{order % dealers}", code, 2, "bottle"])
    before = time.perf_counter()
    with scoped(shop["operators"][0]["user"]) as actor:
        placed = place_file("orders.xlsx", target.getvalue(), actor=actor, now=timezone.now())
    spent = time.perf_counter() - before
    if len(placed.submitted) != FILE_ORDERS or placed.faults:
        raise RuntimeError(f"the file was not taken whole: {placed.faults[:3]}")
    return FILE_LINES / spent


def _batch(shop: Shop) -> float:
    """Seconds to confirm so many submitted orders by the job."""
    from decimal import Decimal

    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.platform.jobs.queueing import enqueue
    from yunhe.platform.jobs.worker import drain
    from yunhe.trade.orders.jobs import confirm_batch
    from yunhe.trade.orders.models import Order
    from yunhe.trade.orders.services import NewLine, NewOrder, place_orders

    orders = [
        NewOrder(
            node_id=shop["dealers"][at % len(shop["dealers"])],
            lines=[NewLine(shop["skus"][at % len(shop["skus"])], "bottle", Decimal(1))],
        )
        for at in range(BATCH)
    ]
    with scoped(shop["operators"][0]["user"]) as actor:
        ids = place_orders(orders, actor=actor, now=timezone.now(), submit=True).submitted
        enqueue(confirm_batch, ids=ids)
    before = time.perf_counter()
    drain()
    spent = time.perf_counter() - before
    if Order.objects.filter(pk__in=ids, status="confirmed").count() != BATCH:
        raise RuntimeError("the batch was not confirmed whole")
    return spent
