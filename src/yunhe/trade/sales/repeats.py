# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Lines of a file that the facts hold already, when nothing names the lines.

Equal are two lines of a flow with the same partner, customer, product, day, quantity, amount and
currency; documents that both name must be the same. As many are found as there are facts: of two
equal lines against one fact, one is found. Facts count as first stated, whoever stated them, unless
they were taken back whole.

Cheap first: the days of each partner in the file, and whether the facts know them at all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from yunhe.platform.intake.declarations import Unkeyed
from yunhe.trade.sales.choices import Flow
from yunhe.trade.sales.compute import source_name

NOTABLE_SHARE = Decimal("0.05")
"""Of the file's lines; less can be chance: two customers bought the same on the same day."""
NOTABLE_DAY = 3
"""A partner's day with so many lines, half of them found, looks sent twice."""

# Most specific first; a document that only one side names contradicts nothing.
_PASSES = (
    ("true", "true", ", document"),
    ("document = ''", "true", ""),
    ("true", "document = ''", ""),
)
_WHAT = 'node_id, customer_id, sku_id, "on", quantity, amount'


def find_repeats(rows: Unkeyed) -> bool:
    """Name in `rows.found` the fact that each row repeats; whether that is a notable part.

    Two statements when no partner's day of the file is known, about ten else, for any number of rows.
    """
    flow = rows.options.get("flow") or Flow.SELL_OUT
    params: dict[str, Any] = {
        "flow": flow,
        "source": source_name(flow, rows.node_id),
        "currency": rows.options.get("currency") or settings.CURRENCY,
        "import_id": rows.import_id,
    }
    with connection.cursor() as cursor:
        for name in ("sales_days", "sales_sent", "sales_stated"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(_days_sql(rows), params)
        if not cursor.rowcount:
            return False
        cursor.execute(_sent_sql(rows), params)
        cursor.execute(_STATED, params)
        cursor.execute("ANALYZE sales_days, sales_sent, sales_stated")
        for sent, stated, document in _PASSES:
            cursor.execute(_pairs_sql(rows.found, sent, stated, document))
        return _notable(cursor, rows)


def _partner(rows: Unkeyed) -> str:
    return f"coalesce(store_id, {int(rows.node_id)})"


def _days_sql(rows: Unkeyed) -> str:
    """One probe of an index for each partner and day, however many facts there are."""
    return f"""
        CREATE TEMP TABLE sales_days ON COMMIT DROP AS
        SELECT sent.* FROM (SELECT DISTINCT {_partner(rows)} AS node_id, "on"
                              FROM {rows.table} WHERE {rows.span}) sent,
               LATERAL (SELECT 1 FROM sales_salesfact f
                         WHERE f.node_id = sent.node_id AND f."on" = sent."on" AND f.flow = %(flow)s
                           AND f.import_id IS DISTINCT FROM %(import_id)s LIMIT 1) known"""


def _sent_sql(rows: Unkeyed) -> str:
    """The file's lines on those days, without those that an earlier run of it posted."""
    return f"""
        CREATE TEMP TABLE sales_sent ON COMMIT DROP AS
        SELECT s.row, d.node_id, coalesce(s.customer_id, 0) AS customer_id, s.sku_id, d."on",
               s.base_quantity AS quantity, coalesce(s.line_amount, 0) AS amount,
               coalesce(s.document, '') AS document
          FROM {rows.table} s JOIN sales_days d ON d.node_id = {_partner(rows)} AND d."on" = s."on"
         WHERE {rows.span} AND NOT EXISTS (SELECT 1 FROM sales_salesfact f
                 WHERE f.source = %(source)s AND f.line_key = s.row_key AND f.revision = 0)"""


_STATED = """
    CREATE TEMP TABLE sales_stated ON COMMIT DROP AS
    WITH known AS (
        SELECT f.* FROM sales_salesfact f JOIN sales_days d ON f.node_id = d.node_id AND f."on" = d."on"
         WHERE f.flow = %(flow)s AND f.currency = %(currency)s
           AND f.import_id IS DISTINCT FROM %(import_id)s
    ), taken_back AS (
        SELECT first.id FROM known later JOIN sales_salesfact first ON first.id = later.corrects_id
         WHERE later.revision > 0
         GROUP BY first.id HAVING sum(later.quantity) = -first.quantity
                              AND sum(later.amount) = -first.amount
    )
    SELECT id, node_id, coalesce(counterparty_id, 0) AS customer_id, sku_id, "on", quantity, amount,
           document, import_id, import_row, coalesce(nullif(document, ''), line_key) AS told
      FROM known WHERE revision = 0 AND id NOT IN (SELECT id FROM taken_back)"""


def _pairs_sql(found: str, sent: str, stated: str, document: str) -> str:
    """The n-th of equal lines that are still alone is a repeat of the n-th of equal facts."""
    return f"""
        INSERT INTO {found} (row, origin, import_id, import_row, "on", told)
        SELECT row, id, import_id, import_row, "on", told
          FROM (SELECT *, row_number() OVER (PARTITION BY {_WHAT}{document} ORDER BY row) AS n
                  FROM sales_sent s WHERE {sent}
                   AND NOT EXISTS (SELECT 1 FROM {found} f WHERE f.row = s.row)) lines
          JOIN (SELECT {_WHAT}{document}, id, import_id, import_row, told,
                       row_number() OVER (PARTITION BY {_WHAT}{document} ORDER BY id) AS n
                  FROM sales_stated s WHERE {stated}
                   AND NOT EXISTS (SELECT 1 FROM {found} f WHERE f.origin = s.id)) facts
         USING ({_WHAT}{document}, n)"""


def _notable(cursor: Any, rows: Unkeyed) -> bool:
    cursor.execute(
        f"""SELECT (SELECT count(*) FROM {rows.found} WHERE told IS NOT NULL),
                   (SELECT count(*) FROM {rows.table} WHERE {rows.span}),
                   EXISTS (SELECT 1 FROM sales_sent s
                             LEFT JOIN {rows.found} f ON f.row = s.row AND f.told IS NOT NULL
                            GROUP BY s.node_id, s."on"
                           HAVING count(*) >= {NOTABLE_DAY} AND count(f.row) * 2 >= count(*))"""
    )
    found, lines, whole_day = cursor.fetchone()
    return bool(found) and (whole_day or found >= lines * NOTABLE_SHARE)
