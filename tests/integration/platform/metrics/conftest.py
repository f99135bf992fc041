"""A small trade of two facts at different grains, declared as a domain would.

Hand-made rows (dealers D1 in R1, D2 in R2; stores S1 under D1, S2 under D2):

    sale  store  sku  on          quantity  amount        move  node  sku  on          quantity
    1     S1     A    2026-01-05  2         20.10         1     S1    A    2025-12-20  10
    2     S1     B    2026-01-31  1          5.00         2     S1    A    2026-01-05  -2
    3     S2     A    2026-01-31  4         40.00         3     S1    B    2026-01-10  5
    4     S1     A    2026-02-01  3         30.30         4     S1    B    2026-01-31  -1
    5     S1     A    2025-01-15  1          9.00         5     S2    A    2026-01-02  6
                                                          6     S2    A    2026-01-31  -4
                                                          7     S1    A    2026-02-01  -3
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Attribute, Entity, Fact, Metric, Watch
from yunhe.platform.metrics.engine import statements
from yunhe.platform.metrics.expressions import Days
from yunhe.platform.metrics.mart.refresh import refresh_mart
from yunhe.platform.metrics.mart.watches import watch_statements

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SALES = [
    (1, "S1", "A", "2026-01-05", "2", "20.10"),
    (2, "S1", "B", "2026-01-31", "1", "5.00"),
    (3, "S2", "A", "2026-01-31", "4", "40.00"),
    (4, "S1", "A", "2026-02-01", "3", "30.30"),
    (5, "S1", "A", "2025-01-15", "1", "9.00"),
]
MOVES = [
    (1, "S1", "A", "2025-12-20", "10"),
    (2, "S1", "A", "2026-01-05", "-2"),
    (3, "S1", "B", "2026-01-10", "5"),
    (4, "S1", "B", "2026-01-31", "-1"),
    (5, "S2", "A", "2026-01-02", "6"),
    (6, "S2", "A", "2026-01-31", "-4"),
    (7, "S1", "A", "2026-02-01", "-3"),
]
TABLES = """
CREATE TABLE t_sale (id bigint PRIMARY KEY, node_id bigint, sku text, "on" date,
                     quantity numeric(18,4), amount numeric(18,2), note text);
CREATE TABLE t_move (id bigint PRIMARY KEY, node_id bigint, sku text, "on" date,
                     quantity numeric(18,4));
CREATE TABLE t_item (sku text, brand text, name text, name_en text, since date, until date);
INSERT INTO t_item VALUES ('A', 'x', '甲品', 'Item A', '2020-01-01', NULL),
                          ('B', 'y', '乙品', 'Item B', '2020-01-01', '2026-01-15'),
                          ('B', 'z', '乙品', 'Item B', '2026-01-15', NULL);
"""
PLACE = Entity(
    name="t_place",
    label="Place",
    sql="""SELECT n.id, s.dealer_id, d.name AS dealer, r.id AS region_id, r.name AS region,
                  r.name_en AS region_en
             FROM access_node n
             CROSS JOIN LATERAL (
                  SELECT (string_to_array(n.path::text, '.'))[2]::bigint AS region_id,
                         (string_to_array(n.path::text, '.'))[3]::bigint AS dealer_id) s
             LEFT JOIN access_node d ON d.id = s.dealer_id
             LEFT JOIN access_node r ON r.id = s.region_id""",
    columns={
        "id": "int64",
        "dealer_id": "int64",
        "dealer": "string",
        "region_id": "int64",
        "region": "string",
        "region_en": "string",
    },
    key="id",
    watches=(),
    attributes=(
        Attribute(name="t_dealer", label="Dealer", column="dealer_id", text="dealer", is_node=True),
        Attribute(
            name="t_region",
            label="Region",
            column="region_id",
            text="region",
            text_en="region_en",
            is_node=True,
        ),
    ),
)
ITEM = Entity(
    name="t_item",
    label="Item",
    sql="SELECT * FROM t_item",
    columns={
        "sku": "string",
        "brand": "string",
        "name": "string",
        "name_en": "string",
        "since": "date",
        "until": "date",
    },
    key="sku",
    history=("since", "until"),
    watches=(Watch(table="t_item"),),
    attributes=(
        Attribute(name="t_item", label="Item", column="sku", text="name", text_en="name_en"),
        Attribute(name="t_brand", label="Brand", column="brand"),
    ),
)
SALE = Fact(
    name="t_sales",
    label="Sales",
    grain="one till line",
    sql='SELECT id, node_id, sku, "on", quantity, amount, note FROM t_sale',
    columns={
        "id": "int64",
        "node_id": "int64",
        "sku": "string",
        "on": "date",
        "quantity": "decimal(18, 4)",
        "amount": "decimal(18, 2)",
        "note": "string",
    },
    key="id",
    entities={"t_place": "node_id", "t_item": "sku"},
    watches=(Watch(table="t_sale", date='changed."on"'),),
)
MOVE = Fact(
    name="t_moves",
    label="Movements",
    grain="one movement",
    sql='SELECT id, node_id, sku, "on", quantity FROM t_move',
    columns={
        "id": "int64",
        "node_id": "int64",
        "sku": "string",
        "on": "date",
        "quantity": "decimal(18, 4)",
    },
    key="id",
    entities={"t_place": "node_id", "t_item": "sku"},
    watches=(Watch(table="t_move", date='changed."on"'),),
)
PLACES = Fact(
    name="t_places",
    label="Stores",
    grain="one store",
    sql="""SELECT id, id AS node_id, DATE '2020-01-01' AS "on", 1::bigint AS one
             FROM access_node WHERE code LIKE 'S_'""",
    columns={"id": "int64", "node_id": "int64", "on": "date", "one": "int64"},
    key="id",
    entities={"t_place": "node_id"},
    watches=(),
)


def metric(name: str, formula: object, unit: str = "count") -> Metric:
    return Metric(name=name, label=name, description=name, formula=formula, unit=unit, owner="test")


AMOUNT = metric("t_amount", SALE.sum("amount"), "money")
QUANTITY = metric("t_quantity", SALE.sum("quantity"), "quantity")
STORES = metric("t_stores", SALE.distinct("node_id"))
CLOSING = metric("t_closing", MOVE.closing("quantity"), "quantity")
OPENING = metric("t_opening", MOVE.opening("quantity"), "quantity")
ALL_STORES = metric("t_all_stores", PLACES.closing("one"))
METRICS = (
    AMOUNT,
    QUANTITY,
    STORES,
    CLOSING,
    OPENING,
    ALL_STORES,
    metric("t_lines", SALE.count()),
    metric("t_lines_a", SALE.count(sku="A")),
    metric("t_price", AMOUNT / QUANTITY, "money"),
    metric("t_cover", CLOSING * Days() / QUANTITY, "days"),
    metric("t_distribution", STORES / ALL_STORES.unsplit(), "percent"),
    metric("t_growth", AMOUNT / AMOUNT.shifted("last_year") - 1, "percent"),
)
DECLARED = (PLACE, ITEM, SALE, MOVE, PLACES, *METRICS)


@pytest.fixture
def declared(db: None, tmp_path: object, settings: object) -> Iterator[None]:
    settings.MART_DIR = tmp_path / "mart"
    for each in DECLARED:
        registry.declare(each)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for source in (SALE, MOVE, ITEM):
            for watch in source.watches:
                for statement in watch_statements(source, watch):
                    cursor.execute(statement)
    yield
    registry.withdraw(*DECLARED)
    statements._shape_sql.cache_clear()
    statements.rows_sql.cache_clear()


@pytest.fixture
def trade(declared: None, tree: dict) -> SimpleNamespace:
    """The rows above, in the tables; not yet in the mart."""
    add_sales([(i, tree[store].pk, *rest) for i, store, *rest in SALES])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO t_move VALUES (%s, %s, %s, %s, %s)",
            [(i, tree[n].pk, *rest) for i, n, *rest in MOVES],
        )
    return SimpleNamespace(**{code: node.pk for code, node in tree.items()})


@pytest.fixture
def mart(trade: SimpleNamespace) -> SimpleNamespace:
    """The same, refreshed."""
    refresh_mart(now=NOW)
    return trade


def add_sales(rows: list[tuple]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO t_sale (id, node_id, sku, "on", quantity, amount)'
            " VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
