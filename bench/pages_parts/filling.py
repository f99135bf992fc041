"""Fill every list's table by copies of its one row, with keys of their own."""

from __future__ import annotations

from typing import Any

# table → columns that differ in a copy; n counts the copies, o is the row copied, m another table's copy
COPIES: dict[str, dict[str, str]] = {
    "access_node": {
        "code": "'D' || n",
        "id": "nextval('access_node_id_seq')",
        "path": "(o.parent_id || '.' || currval('access_node_id_seq'))::ltree",
    },
    "catalog_product": {"code": "'P' || n"},
    "orders_order": {"number": "'X' || n", "key": "''"},
    "sales_salesfact": {"line_key": "'X' || n"},
    "ledger_entry": {"key": "'X' || n"},
}
# table → (columns that differ, m being a copy of the other table; that table; how its copies are found);
# in this order
DEPENDENT: dict[str, tuple[dict[str, str], str, str]] = {
    "network_partner": (
        {"node_id": "m.id", "external_code": "''"},
        "access_node",
        "m.code LIKE 'D_%'",
    ),
    "catalog_sku": (
        {
            "product_id": "m.id",
            "code": "'K' || m.id",
            "gtin": "''",
            # one in a thousand sounds like the first
            "search_key": "'k' || m.id || CASE WHEN m.id % 1000 = 0 THEN ' shangpin'"
            " ELSE ' ' || left(md5(m.id::text), 10) END",
        },
        "catalog_product",
        "m.code LIKE 'P_%'",
    ),
    "orders_orderline": ({"order_id": "m.id"}, "orders_order", "m.number LIKE 'X%'"),
    "stock_stockbalance": ({"sku_id": "m.id"}, "catalog_sku", "m.code LIKE 'K_%'"),
    "capacity_account": (
        {"key": "o.node_id || ':' || m.id"},
        "catalog_sku",
        "m.code LIKE 'K_%'",
    ),
    "pricing_price": ({"sku_id": "m.id"}, "catalog_sku", "m.code LIKE 'K_%'"),
}
# which row is copied, where it is not the first: of the accounts, the one of stock
COPIED = {"network_partner": "node_id", "capacity_account": "kind DESC"}


def fill(rows: int) -> None:
    """Copy until each table has about `rows` rows more. The triggers' work is left out."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, changed in COPIES.items():
            where = "o.kind = 'partner'" if table == "access_node" else "true"
            names = _columns(cursor, table, without=() if "id" in changed else ("id",))
            cursor.execute(
                f"INSERT INTO {table} ({_listed(names)})"
                f" SELECT {_values(names, changed)}"
                f" FROM (SELECT * FROM {table} o WHERE {where} ORDER BY id LIMIT 1) o,"
                " generate_series(1, %s) n",
                [rows],
            )
        for table, (changed, other, copies) in DEPENDENT.items():
            names = _columns(cursor, table, without=("id",))
            cursor.execute(
                f"INSERT INTO {table} ({_listed(names)})"
                f" SELECT {_values(names, changed)}"
                f" FROM (SELECT * FROM {table} ORDER BY {COPIED.get(table, 'id')} LIMIT 1) o,"
                f" {other} m WHERE {copies}"
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _columns(cursor: Any, table: str, *, without: tuple[str, ...]) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return [row[0] for row in cursor.fetchall() if row[0] not in without]


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _values(names: list[str], changed: dict[str, str]) -> str:
    return ", ".join(changed.get(name, f'o."{name}"') for name in names)
