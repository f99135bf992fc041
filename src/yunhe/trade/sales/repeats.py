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
    ("true", "true", "whole"),
    ("document = ''", "true", "same"),
    ("true", "document = ''", "same"),
)
_WHAT = 'node_id, customer_id, sku_id, "on", quantity, amount'
# Lines are numbered and joined by a hash of what they say: sorting six columns took most of the time.
_HASHED = f"""SELECT told.*, hash_record_extended(ROW({_WHAT}), 0) AS same,
               hash_record_extended(ROW({_WHAT}, document), 0) AS whole"""
_MEMORY = "SET LOCAL work_mem = '64MB'"  # a file's lines are sorted without touching the disk


def find_repeats(rows: Unkeyed) -> bool:
    """Name in `rows.found` the fact that each row repeats; whether that is a notable part.

    Five statements when no partner's day of the file is known, about ten else, for any number of rows.
    """
    flow = rows.options.get("flow") or Flow.SELL_OUT
    params: dict[str, Any] = {
        "flow": flow,
        "source": source_name(flow, rows.node_id),
        "currency": rows.options.get("currency") or settings.CURRENCY,
        "import_id": rows.import_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        for name in ("sales_days", "sales_sent", "sales_stated"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(_days_sql(rows), params)
        if not cursor.rowcount:
            return False
        cursor.execute(_POSTED, params | {"mark": rows.mark, "after": f"{rows.mark[:-1]};"})
        cursor.execute(_sent_sql(rows, begun=cursor.fetchone()[0]), params)
        alone = cursor.rowcount
        cursor.execute(_STATED, params)
        cursor.execute("ANALYZE sales_days, sales_sent, sales_stated")
        for sent, stated, by in _PASSES:
            if alone:
                cursor.execute(_pairs_sql(rows.found, sent, stated, by))
                alone -= cursor.rowcount
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


def _sent_sql(rows: Unkeyed, *, begun: bool) -> str:
    """The file's lines on those days; when it was `begun`, without those that the earlier run posted."""
    new = """AND NOT EXISTS (SELECT 1 FROM sales_salesfact f
                 WHERE f.source = %(source)s AND f.line_key = s.row_key AND f.revision = 0)"""
    return f"""
        CREATE TEMP TABLE sales_sent ON COMMIT DROP AS {_HASHED} FROM (
        SELECT s.row, d.node_id, coalesce(s.customer_id, 0) AS customer_id, s.sku_id, d."on",
               s.base_quantity::numeric AS quantity, coalesce(s.line_amount, 0)::numeric AS amount,
               coalesce(s.document, '') AS document
          FROM {rows.table} s JOIN sales_days d ON d.node_id = {_partner(rows)} AND d."on" = s."on"
         WHERE {rows.span} {new if begun else ""}) told"""


_POSTED = """
    SELECT EXISTS (SELECT 1 FROM sales_salesfact WHERE source = %(source)s AND revision = 0
                      AND line_key >= %(mark)s AND line_key < %(after)s)"""
_STATED = f"""
    CREATE TEMP TABLE sales_stated ON COMMIT DROP AS
    WITH known AS MATERIALIZED (
        SELECT f.id, f.node_id, f.counterparty_id, f.sku_id, f."on", f.quantity, f.amount, f.document,
               f.line_key, f.import_id, f.import_row, f.revision, f.corrects_id
          FROM sales_salesfact f JOIN sales_days d ON f.node_id = d.node_id AND f."on" = d."on"
         WHERE f.flow = %(flow)s AND f.currency = %(currency)s
           AND f.import_id IS DISTINCT FROM %(import_id)s
    ), taken_back AS (
        SELECT first.id FROM known later JOIN sales_salesfact first ON first.id = later.corrects_id
         WHERE later.revision > 0
         GROUP BY first.id HAVING sum(later.quantity) = -first.quantity
                              AND sum(later.amount) = -first.amount
    )
    {_HASHED} FROM (
    SELECT id, node_id, coalesce(counterparty_id, 0) AS customer_id, sku_id, "on", quantity, amount,
           document, import_id, import_row, coalesce(nullif(document, ''), line_key) AS told
      FROM known WHERE revision = 0 AND id NOT IN (SELECT id FROM taken_back)) told"""


def _pairs_sql(found: str, sent: str, stated: str, by: str) -> str:
    """The n-th of equal lines that are still alone is a repeat of the n-th of equal facts."""
    what = [f"{{0}}.{name.strip()}" for name in _WHAT.split(",")]
    lines, facts = (", ".join(what).format(each) for each in ("lines", "facts"))
    return f"""
        INSERT INTO {found} (row, origin, import_id, import_row, "on", told)
        SELECT lines.row, facts.id, facts.import_id, facts.import_row, lines."on", facts.told
          FROM (SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY row) AS n
                  FROM sales_sent s WHERE {sent}
                   AND NOT EXISTS (SELECT 1 FROM {found} f WHERE f.row = s.row)) lines
          JOIN (SELECT *, row_number() OVER (PARTITION BY {by} ORDER BY id) AS n
                  FROM sales_stated s WHERE {stated}
                   AND NOT EXISTS (SELECT 1 FROM {found} f WHERE f.origin = s.id)) facts
         USING ({by}, n)
         WHERE ({lines}) = ({facts})"""


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
