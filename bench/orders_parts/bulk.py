"""Long orders, files of orders and batches, by the use cases in this process."""

from __future__ import annotations

import io
import random
import statistics
import time
from typing import Any

from orders_parts.processor import processor_here

Shop = dict[str, Any]
FILE_ORDERS, FILE_LINES_EACH, BATCH, LONG = 500, 20, 5_000, 1_000


def measure_bulk(shop: Shop, *, quick: bool = False) -> dict[str, Any]:
    """A 10- and a 1,000-line order, a file of orders and a batch; the last two beside bare SQL."""
    share = 20 if quick else 1
    long_lines = LONG // share
    # in turns, so that a busy machine slows both
    pairs = [(_order(shop, 10), _order(shop, long_lines)) for _ in range(2 if quick else 15)]
    short, long = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {
        "ten_lines_s": round(short, 4),
        "long_lines": long_lines,
        "long_lines_s": round(long, 4),
        "ratio_long_to_ten": round(statistics.median(b / a for a, b in pairs), 1),
        "file": _file(shop, FILE_ORDERS // share),
        "batch_confirm": _batch(shop, BATCH // share),
    }


def _order(shop: Shop, lines: int) -> float:
    """Seconds to price, place and confirm an order of so many lines, one of them special."""
    from decimal import Decimal

    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.trade.orders.services import NewLine, create_order

    skus = [random.choice(shop["special"]), *random.sample(shop["skus"], lines - 1)]
    asked = [NewLine(sku, "bottle", Decimal(2)) for sku in skus]
    before = time.perf_counter()
    with scoped(shop["operators"][0]["user"]) as actor:
        create_order(
            node_id=shop["dealers"][0], lines=asked, actor=actor, now=timezone.now(), confirm=True
        )
    return time.perf_counter() - before


def _file(shop: Shop, orders: int) -> dict[str, Any]:
    """From the bytes of an Excel file to submitted orders, beside reading it and writing rows alone."""
    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.trade.orders.filing import place_file

    content = _workbook(shop, orders)
    bare = _bare_file(shop, content)
    before, worked = time.perf_counter(), processor_here()
    with scoped(shop["operators"][0]["user"]) as actor:
        placed = place_file("orders.xlsx", content, actor=actor, now=timezone.now())
    spent, worked = time.perf_counter() - before, processor_here() - worked
    if len(placed.submitted) != orders or placed.faults:
        raise RuntimeError(f"the file was not taken whole: {placed.faults[:3]}")
    bare = min(bare, _bare_file(shop, content))
    return _figures(orders * FILE_LINES_EACH, spent, bare, "calamine and INSERT") | {
        "processor_s": round(worked, 3)
    }


def _workbook(shop: Shop, orders: int) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    codes, dealers = len(shop["skus"]), len(shop["dealers"])
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["order", "partner", "product", "quantity", "unit"])
        for at in range(orders * FILE_LINES_EACH):
            order = at // FILE_LINES_EACH
            cells = [f"O{order}", f"D{order % dealers}", f"K{at % codes:05}", 2, "bottle"]
            sheet.write_row(at + 1, 0, cells)
    return target.getvalue()


def _bare_file(shop: Shop, content: bytes) -> float:
    """Seconds to read the cells and write as many orders and lines, without any question asked."""
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    before = time.perf_counter()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1:]
    numbers = list(dict.fromkeys(row[0] for row in rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BARE_ORDERS, [shop["dealers"][0], shop["hq"], len(numbers)])
        ids = dict(zip(numbers, (row[0] for row in cursor.fetchall()), strict=True))
        columns = [ids[row[0]] for row in rows], [row[2] for row in rows], [row[3] for row in rows]
        cursor.execute(_BARE_LINES, [shop["dealers"][0], shop["hq"], *columns])
        spent = time.perf_counter() - before
        transaction.set_rollback(True)
    return spent


def _batch(shop: Shop, orders: int) -> dict[str, Any]:
    """Submitted orders confirmed by the job, beside an UPDATE and two INSERTs of the same rows.

    What listens to the confirmations follows in the background: `deliveries`, in `deliveries_s`.
    """
    from decimal import Decimal

    from django.utils import timezone

    from yunhe.platform.access.session import scoped
    from yunhe.platform.events.dispatcher import dispatch_all
    from yunhe.platform.jobs.queueing import enqueue
    from yunhe.platform.jobs.running import run_job
    from yunhe.trade.orders.jobs import confirm_batch
    from yunhe.trade.orders.models import Order
    from yunhe.trade.orders.services import NewLine, NewOrder, place_orders

    wanted = [
        NewOrder(
            node_id=shop["dealers"][at % len(shop["dealers"])],
            lines=[NewLine(shop["skus"][at % len(shop["skus"])], "bottle", Decimal(1))],
        )
        for at in range(orders)
    ]
    with scoped(shop["operators"][0]["user"]) as actor:
        ids = place_orders(wanted, actor=actor, now=timezone.now(), submit=True).submitted
        run = enqueue(confirm_batch, ids=ids)
    dispatch_all()  # what placing them has set off
    bare = min(_bare_batch(ids) for _ in range(2))
    before, worked = time.perf_counter(), processor_here()
    run_job(run.pk)
    spent, worked = time.perf_counter() - before, processor_here() - worked
    told = time.perf_counter()
    deliveries = dispatch_all()
    told = time.perf_counter() - told
    if Order.objects.filter(pk__in=ids, status="confirmed").count() != orders:
        raise RuntimeError("the batch was not confirmed whole")
    return _figures(orders, spent, bare, "SQL") | {
        "processor_s": round(worked, 3),
        "deliveries": deliveries,
        "deliveries_s": round(told, 3),
    }


def _bare_batch(ids: list[int]) -> float:
    from django.db import connection, transaction

    before = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BARE_CONFIRM, [ids])
        spent = time.perf_counter() - before
        transaction.set_rollback(True)
    return spent


def _figures(rows: int, spent: float, bare: float, against: str) -> dict[str, Any]:
    return {
        "rows": rows,
        "seconds": round(spent, 3),
        "per_second": round(rows / spent),
        "bare": against,
        "bare_seconds": round(bare, 3),
        "times_bare": round(spent / bare, 1),
    }


_BARE_ORDERS = """
INSERT INTO orders_order (number, node_id, supplier_id, status, kind, source, currency, total, line_count,
                          note, key, placed_on, shipments, created_at)
SELECT 'BARE' || n, %s, %s, 'submitted', 'standard', 'file', 'CNY', 240, 20, '', '', current_date, 0, now()
  FROM generate_series(1, %s) n
RETURNING id
"""
_BARE_LINES = """
INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity, base_quantity,
                              unit_price, amount, rule, shipped)
SELECT l.id, %s, %s, row_number() OVER (PARTITION BY l.id), s.id, 'bottle', l.quantity, l.quantity, 12,
       12 * l.quantity, '{}', 0
  FROM unnest(%s::bigint[], %s::text[], %s::numeric[]) AS l (id, code, quantity)
  JOIN catalog_sku s ON s.code = l.code
"""
_BARE_CONFIRM = """
WITH moved AS (
    UPDATE orders_order SET status = 'confirmed' WHERE id = ANY (%s::bigint[])
    RETURNING id, node_id, supplier_id, number
), told AS (
    INSERT INTO events_outboxevent (id, type, source, subject, node_id, time, data)
    SELECT gen_random_uuid(), 'yunhe.bench', '/yunhe/orders', number, node_id, now(), '{}' FROM moved
)
INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, note)
SELECT id, node_id, supplier_id, 'confirm', 'confirmed', now(), '' FROM moved
"""
