# ruff: noqa: S608  # statements are put together from declarations and ids, never from input
"""Write lines as facts, set-based: new lines, repeated lines, corrections as deltas.

The lines stand in a table (a staging table, or a temporary one) with the columns row, line_key,
node_id, counterparty_id, sku_id, on, quantity, amount, document, outcome; `span` narrows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from yunhe.platform.events.outbox import emit
from yunhe.trade.sales.errors import LinesRefused
from yunhe.trade.sales.events import SalesRecorded
from yunhe.trade.sales.locks import lock_source


@dataclass(frozen=True, kw_only=True)
class LineTable:
    """Where the lines stand; `columns` maps a fact's column to an SQL expression over the table."""

    table: str
    span: str
    rows: int
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What all lines of a batch have in common. `import_id` when they come from a file.

    Not `by_house`: a partner states them, and lines that the house stated keep what they say.
    """

    source: str
    flow: str
    currency: str
    now: datetime
    import_id: int | None = None
    reason: str = ""
    by_house: bool = True


@dataclass(frozen=True)
class Recorded:
    """How many lines became facts, how many of them as corrections, and how many were repeats."""

    recorded: int
    corrected: int
    duplicates: int


_LINE = (
    "line_key",
    "node_id",
    "counterparty_id",
    "sku_id",
    '"on"',
    "quantity",
    "amount",
    "document",
)
_COMMON = (
    "source, flow, currency, recorded_at, import_id, import_row, revision, corrects_id, booked_on,"
    " reason, by_house"
)
_INTO = f"INSERT INTO sales_salesfact ({', '.join(_LINE)}, {_COMMON})"
_FRONTIER = "(SELECT before FROM sales_closedperiod WHERE flow = %(flow)s ORDER BY id DESC LIMIT 1)"


def _common(revision: str, corrects: str, on: str) -> str:
    return (
        "%(source)s, %(flow)s, %(currency)s, %(now)s, %(import_id)s,"
        f" CASE WHEN %(import_id)s IS NOT NULL THEN row END, {revision}, {corrects},"
        f" greatest({on}, {_FRONTIER}), %(reason)s, %(by_house)s"
    )


def record_lines(lines: LineTable, origin: Origin) -> Recorded:
    """Write the lines as facts in this transaction and mark repeats in the table's `outcome`.

    A line whose key is known with equal values is a `duplicate`; with other values the difference
    is written as a delta that points at the first fact (`corrected`), or, when partner, counterparty,
    SKU, day or currency changed, as a reversal and a new line. Lines that an interrupted run of the
    same file already wrote count as recorded. Three statements when every line is new.
    Emits SalesRecorded. Raises LinesRefused when a partner's lines differ from what the house stated.
    """
    lock_source(origin.source)
    params: dict[str, Any] = {
        "source": origin.source,
        "flow": origin.flow,
        "currency": origin.currency,
        "now": origin.now,
        "import_id": origin.import_id,
        "reason": origin.reason,
        "by_house": origin.by_house,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('sales_salesfact', 'id'))")
        params["mark"] = cursor.fetchone()[0]
        select = ", ".join(lines.columns[name] for name in _LINE)
        day = lines.columns['"on"']
        cursor.execute(
            f"{_INTO} SELECT {select}, {_common('0', 'NULL', day)} FROM {lines.table}"
            f" WHERE {lines.span} ORDER BY row ON CONFLICT (source, line_key, revision) DO NOTHING",
            params,
        )
        new = cursor.rowcount == lines.rows
        recorded = Recorded(lines.rows, 0, 0) if new else _settle_known(cursor, lines, params)
        if recorded.recorded:
            _tell(cursor, lines, origin, recorded)
    return recorded


def _tell(cursor: Any, lines: LineTable, origin: Origin, recorded: Recorded) -> None:
    day = lines.columns['"on"']
    cursor.execute(f"SELECT min({day}), max({day}) FROM {lines.table} WHERE {lines.span}")
    first, last = cursor.fetchone()
    emit(SalesRecorded(flow=origin.flow, rows=recorded.recorded, first_on=first, last_on=last))


def _settle_known(cursor: Any, lines: LineTable, params: dict[str, Any]) -> Recorded:
    """Compare the lines that were known before with the sum of their revisions."""
    cursor.execute("DROP TABLE IF EXISTS sales_known")
    cursor.execute(_known_sql(lines), params)
    cursor.execute("ANALYZE sales_known")
    _check_stated(cursor, params)
    cursor.execute(f"{_INTO} {_DELTAS}", params)
    cursor.execute(f"{_INTO} {_REVERSALS}", params)
    cursor.execute(f"{_INTO} {_RESTATED}", params)
    cursor.execute(
        f"UPDATE {lines.table} t SET outcome = k.outcome FROM sales_known k"
        f" WHERE t.row = k.row AND {lines.span.replace('row', 't.row')}"
    )
    cursor.execute(
        "SELECT count(*) FILTER (WHERE outcome = 'corrected'),"
        " count(*) FILTER (WHERE outcome = 'duplicate') FROM sales_known"
    )
    corrected, duplicates = cursor.fetchone()
    return Recorded(lines.rows - duplicates, corrected, duplicates)


def _check_stated(cursor: Any, params: dict[str, Any]) -> None:
    if params["by_house"]:
        return
    cursor.execute(
        "SELECT row, line_key FROM sales_known WHERE outcome = 'corrected' AND by_house"
        " ORDER BY row LIMIT 100"
    )
    message = _("Headquarters stated line “%(key)s”; ask them to correct it.")
    rows = [{"row": row, "message": message % {"key": key}} for row, key in cursor.fetchall()]
    if rows:
        raise LinesRefused(
            " ".join([_("Some lines cannot be recorded."), rows[0]["message"]]),
            code="sales.stated_by_house",
            rows=rows,
        )


def _known_sql(lines: LineTable) -> str:
    """Known lines with their present state; those written by this very file row are left out."""
    select = ", ".join(f"{lines.columns[name]} AS {name}" for name in _LINE)
    return f"""
        CREATE TEMP TABLE sales_known ON COMMIT DROP AS
        WITH sent AS (SELECT row, {select} FROM {lines.table} WHERE {lines.span}),
        revisions AS (
            SELECT f.*, sent.row FROM sent JOIN sales_salesfact f
                ON f.source = %(source)s AND f.line_key = sent.line_key AND f.id <= %(mark)s
        ),
        state AS (
            SELECT line_key, row, min(id) AS first_id, max(revision) AS last,
                   sum(quantity) AS was_quantity, sum(amount) AS was_amount,
                   coalesce(bool_or(import_id = %(import_id)s AND import_row = row), false) AS mine,
                   bool_or(by_house) AS by_house
              FROM revisions GROUP BY line_key, row
        )
        SELECT sent.*, s.first_id, s.last, s.was_quantity, s.was_amount, s.by_house,
               f.node_id AS was_node, f.counterparty_id AS was_counterparty, f.sku_id AS was_sku,
               f."on" AS was_on, f.currency AS was_currency, f.document AS was_document,
               (f.node_id, f.sku_id, f."on", f.currency) = (sent.node_id, sent.sku_id, sent."on", %(currency)s)
                 AND f.counterparty_id IS NOT DISTINCT FROM sent.counterparty_id AS same_place,
               CASE WHEN (f.node_id, f.sku_id, f."on", f.currency, s.was_quantity, s.was_amount)
                       = (sent.node_id, sent.sku_id, sent."on", %(currency)s, sent.quantity, sent.amount)
                     AND f.counterparty_id IS NOT DISTINCT FROM sent.counterparty_id
                    THEN 'duplicate' ELSE 'corrected' END AS outcome
          FROM sent
          JOIN state s USING (line_key, row)
          JOIN sales_salesfact f ON f.source = %(source)s AND f.line_key = sent.line_key
                                AND f.revision = s.last
         WHERE NOT s.mine"""


_DELTAS = f"""
    SELECT line_key, node_id, counterparty_id, sku_id, "on", quantity - was_quantity,
           amount - was_amount, document, {_common("last + 1", "first_id", '"on"')}
      FROM sales_known WHERE outcome = 'corrected' AND same_place ORDER BY row"""
_REVERSALS = f"""
    SELECT line_key, was_node, was_counterparty, was_sku, was_on, -was_quantity, -was_amount,
           was_document, {_common("last + 1", "first_id", "was_on").replace("%(currency)s", "was_currency")}
      FROM sales_known WHERE outcome = 'corrected' AND NOT same_place ORDER BY row"""
_RESTATED = f"""
    SELECT line_key, node_id, counterparty_id, sku_id, "on", quantity, amount, document,
           {_common("last + 2", "first_id", '"on"')}
      FROM sales_known WHERE outcome = 'corrected' AND NOT same_place ORDER BY row"""
