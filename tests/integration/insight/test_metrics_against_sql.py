"""Every metric of the loop against SQL written by hand on PostgreSQL's own rows.

The reference never uses the engine's facts: it groups the tables by dealer and, apart, over
everything, so that a fan-out, a wrong join, a summed distinct count or a shifted period shows.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.question import Filter, Question, Span

pytestmark = pytest.mark.django_db

SYSTEM = system_principal("test")
PERIOD = Span(date(2026, 1, 5), date(2026, 3, 1))  # 55 days
DAYS = 55
INSIDE = "\"on\" >= '2026-01-05' AND \"on\" < '2026-03-01'"
UP_TO = "\"on\" < '2026-03-01'"
CNY = "currency = 'CNY'"
OUT = f"FROM sales_salesfact WHERE flow = 'sell_out' AND {INSIDE}"
SALE, BACK = "quantity > 0 AND corrects_id IS NULL", "quantity < 0 AND corrects_id IS NULL"
PLACED = "status NOT IN ('draft', 'cancelled')"
SERVED = "status IN ('shipped', 'received', 'closed')"
ORDER = "FROM orders_order WHERE placed_on >= '2026-01-05' AND placed_on < '2026-03-01'"
LINE = (
    "FROM orders_orderline JOIN (SELECT id oid, status, placed_on, currency FROM orders_order) o"
    " ON oid = order_id WHERE placed_on >= '2026-01-05' AND placed_on < '2026-03-01'"
)
LEDGER = "FROM ledger_entry WHERE currency = 'CNY'"
SENT = (
    "FROM policies_policyrecipient JOIN (SELECT id vid, state, published_at FROM policies_policyversion) v"
    " ON vid = version_id WHERE state IN ('published', 'superseded')"
    " AND published_at >= '2026-01-04 16:00+00' AND published_at < '2026-02-28 16:00+00'"
)
STOCK = """SELECT node_id, q AS value FROM (
    SELECT target_id AS node_id, "on", quantity AS q, target_status AS status FROM stock_movement
     WHERE target_id IS NOT NULL
    UNION ALL SELECT source_id, "on", -quantity, source_status FROM stock_movement
     WHERE source_id IS NOT NULL) legs JOIN access_node n ON n.id = node_id
  WHERE {kind} AND status IN ({status}) AND {days}"""
ON_HAND = "'available', 'quarantine'"
CHANNEL_STOCK = STOCK.format(kind="kind = 'partner'", status=ON_HAND, days=UP_TO)
REPORTED = (
    "SELECT r.node_id, {value} AS value FROM reports_reportline l"
    " JOIN reports_stockreport r ON r.id = l.report_id WHERE r.status = 'submitted'"
    " AND l.difference IS NOT NULL AND r.\"on\" >= '2026-01-05' AND r.\"on\" < '2026-03-01'"
)
UNEXPLAINED = REPORTED.format(value="abs(l.difference)")
MOVED = REPORTED.format(value="l.opening + l.incoming")
DEBTS = (
    "SELECT i.node_id, i.amount - coalesce((SELECT sum(m.amount) FROM ledger_match m"
    " JOIN ledger_entry c ON c.id = m.credit_id WHERE m.debt_id = i.entry_id"
    " AND c.\"on\" < '2026-03-01'), 0) AS value"
    " FROM ledger_openitem i WHERE i.amount > 0 AND i.due_on < '2026-02-28'"
)
LIMITS = (
    "SELECT DISTINCT ON (node_id) node_id, coalesce(amount, 0) AS value FROM ledger_creditlimit"
    " WHERE recorded_at < '2026-02-28 16:00+00' ORDER BY node_id, recorded_at DESC"
)
USED = "SELECT node_id, reserved + committed AS value FROM capacity_account WHERE kind = 'credit'"


def total(source: str, column: str = "value") -> str:
    """Σ over rows of (node_id, …)."""
    return f"SELECT node_id, {column} AS value {source}" if source.startswith("FROM") else source


# name → (numerator, denominator) as SELECTs of (node_id, value), summed; or ("distinct", SELECT)
ONE = "1"
REFERENCE: dict[str, tuple[str, ...]] = {
    "sell_out_amount": (total(f"{OUT} AND {CNY}", "amount"),),
    "sell_out_quantity": (total(OUT, "quantity"),),
    "sell_in_amount": (total(OUT.replace("sell_out", "sell_in") + f" AND {CNY}", "amount"),),
    "sell_in_quantity": (total(OUT.replace("sell_out", "sell_in"), "quantity"),),
    "sell_through_amount": (
        total(OUT.replace("sell_out", "sell_through") + f" AND {CNY}", "amount"),
    ),
    "sell_through_quantity": (total(OUT.replace("sell_out", "sell_through"), "quantity"),),
    "average_selling_price": (total(f"{OUT} AND {CNY}", "amount"), total(OUT, "quantity")),
    "return_amount": (total(f"{OUT} AND {BACK} AND {CNY}", "-amount"),),
    "return_rate": (
        total(f"{OUT} AND {BACK}", "-quantity"),
        total(f"{OUT} AND NOT ({BACK})", "quantity"),
    ),
    "stores_carrying": ("distinct", total(f"{OUT} AND {SALE}", "node_id")),
    "skus_sold": ("distinct", total(f"{OUT} AND {SALE}", "sku_id")),
    "active_stores": (
        "SELECT node_id, 1 AS value FROM network_partner WHERE level = 'store' AND opened_on < '2026-03-01'",
    ),
    "active_dealers": (
        "SELECT node_id, 1 AS value FROM network_partner WHERE level = 'dealer' AND opened_on < '2026-03-01'",
    ),
    "closing_stock": (CHANNEL_STOCK,),
    "opening_stock": (CHANNEL_STOCK.replace("2026-03-01", "2026-01-05"),),
    "stock_reported_moved": (MOVED,),
    "stock_unexplained": (UNEXPLAINED,),
    "stock_unexplained_share": (UNEXPLAINED, MOVED),
    "stock_in_transit": (STOCK.format(kind="true", status="'in_transit'", days=UP_TO),),
    "supply_stock": (STOCK.format(kind="kind = 'organisation'", status=ON_HAND, days=UP_TO),),
    "sell_through_rate": (
        total(OUT, "quantity"),
        f"({CHANNEL_STOCK}) UNION ALL ({total(OUT, 'quantity')})",
    ),
    "days_of_inventory": (
        f"SELECT node_id, value * {DAYS} AS value FROM ({CHANNEL_STOCK}) s",
        total(OUT, "quantity"),
    ),
    "sell_in_to_sell_out": (
        total(OUT.replace("sell_out", "sell_in"), "quantity"),
        total(OUT, "quantity"),
    ),
    "orders_count": (total(f"{ORDER} AND {PLACED}", ONE),),
    "order_amount": (total(f"{LINE} AND {PLACED}", "amount"),),
    "order_quantity": (total(f"{LINE} AND {PLACED}", "base_quantity"),),
    "open_order_amount": (
        total(f"{LINE} AND status IN ('submitted', 'confirmed', 'shipping')", "amount"),
    ),
    "average_order_value": (
        total(f"{ORDER} AND {PLACED}", "total"),
        total(f"{ORDER} AND {PLACED}", ONE),
    ),
    "lines_per_order": (total(f"{LINE} AND {PLACED}", ONE), total(f"{ORDER} AND {PLACED}", ONE)),
    "dealers_ordering": ("distinct", total(f"{ORDER} AND {PLACED}", "node_id")),
    "skus_ordered": ("distinct", total(f"{LINE} AND {PLACED}", "sku_id")),
    "order_fill_rate": (
        total(f"{LINE} AND {SERVED}", "shipped"),
        total(f"{LINE} AND {SERVED}", "base_quantity"),
    ),
    "cancelled_rate": (
        total(f"{ORDER} AND status = 'cancelled'", ONE),
        total(f"{ORDER} AND status <> 'draft'", ONE),
    ),
    "receivables": (total(f"{LEDGER} AND {UP_TO}", "amount"),),
    "invoiced_amount": (total(f"{LEDGER} AND {INSIDE} AND kind = 'invoice'", "amount"),),
    "payments_received": (total(f"{LEDGER} AND {INSIDE} AND kind = 'payment'", "-amount"),),
    "rebate_settled": (
        total(f"{LEDGER} AND {INSIDE} AND kind IN ('rebate', 'clawback')", "-amount"),
    ),
    "overdue_amount": (DEBTS,),
    "overdue_share": (DEBTS, total(f"{LEDGER} AND {UP_TO}", "amount")),
    "days_sales_outstanding": (
        total(f"{LEDGER} AND {UP_TO}", f"amount * {DAYS}"),
        total(f"{LEDGER} AND {INSIDE} AND kind = 'invoice'", "amount"),
    ),
    "credit_limit": (LIMITS,),
    "credit_used": (USED,),
    "credit_utilisation": (USED, LIMITS),
    "policies_sent": (total(SENT, ONE),),
    "policy_read_rate": (total(f"{SENT} AND confirmed_at IS NOT NULL", ONE), total(SENT, ONE)),
    "policies_unread": (total(f"{SENT} AND state = 'published' AND confirmed_at IS NULL", ONE),),
    "policy_hours_to_confirm": (
        total(
            f"{SENT} AND confirmed_at IS NOT NULL",
            "round((extract(epoch FROM confirmed_at - published_at) / 3600)::numeric, 2)",
        ),
        total(f"{SENT} AND confirmed_at IS NOT NULL", ONE),
    ),
    "rebate_accrued": (total(f"FROM rebates_accrualentry WHERE {INSIDE}", "amount"),),
    "rebate_open": (
        f"{total(f'FROM rebates_accrualentry WHERE {UP_TO}', 'amount')} UNION ALL"
        f" {total(f'FROM rebates_statement WHERE {UP_TO}', '-due')}",
    ),
}
# told in their own tests below: they need another period or a step table
APART = {
    "numeric_distribution",
    "sell_out_per_store",
    "sell_out_growth_year",
    "sell_out_growth_period",
    "order_lead_days",
    "orders_on_time",
}


def fetch(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def aggregated(select: str, aggregate: str, dealer: int | None) -> Decimal:
    where = f"WHERE network_dealer_of(node_id) = {dealer}" if dealer else ""
    return Decimal(fetch(f"SELECT coalesce({aggregate}, 0) FROM ({select}) r {where}")[0][0])


def expected(name: str, dealer: int | None) -> Decimal | None:
    parts = REFERENCE[name]
    if parts[0] == "distinct":
        return aggregated(parts[1], "count(DISTINCT value)", dealer)
    values = [aggregated(part, "sum(value)", dealer) for part in parts]
    if len(values) == 1:
        return values[0]
    return values[0] / values[1] if values[1] else None


def test_every_declared_metric_has_a_reference():
    declared = {name for name in registry.metrics() if not name.startswith("t_")}
    assert declared == set(REFERENCE) | APART
    assert len(declared) >= 25


def test_metrics_equal_hand_written_sql(channel):
    """All at once by dealer, then over everything: one statement a fact, no number touches another."""
    by_dealer = query(
        Question(metrics=tuple(REFERENCE), period=PERIOD, dimensions=("dealer",)), principal=SYSTEM
    )
    found = {row.keys["dealer"]: row.values for row in by_dealer.rows}
    for name in REFERENCE:
        assert by_dealer.total.values[name] == expected(name, None), name
        for dealer in (channel.D1, channel.D2):
            assert found[dealer][name] == expected(name, dealer), (name, dealer)


def test_references_are_not_trivial(channel):
    """Numbers differ from nothing and between dealers, else the test above would prove little."""
    for name in set(REFERENCE) - {"supply_stock", "active_dealers"}:
        assert expected(name, None) not in (None, Decimal(0)), name


def test_the_parts_of_additive_metrics_add_up_by_any_dimension(channel):
    for name, metric in registry.metrics().items():
        if not metric.additive:
            continue
        for dimension in registry.dimensions_for(metric):
            result = query(
                Question(metrics=(name,), period=PERIOD, dimensions=(dimension,)), principal=SYSTEM
            )
            parts = sum((row.values[name] or Decimal(0) for row in result.rows), Decimal(0))
            assert parts == result.total.values[name], (name, dimension)


def test_every_metric_shows_a_dealer_its_own_subtree_only(channel, make_user, tree):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as principal:
        for name, metric in registry.metrics().items():
            question = Question(metrics=(name,), period=PERIOD)
            own = Question(metrics=(name,), period=PERIOD, where=(Filter("dealer", (channel.D1,)),))
            assert (
                query(question, principal=principal).total.values
                == query(own, principal=SYSTEM).total.values
            ), name
            if "dealer" in registry.dimensions_for(metric):
                split = Question(metrics=(name,), period=PERIOD, dimensions=("dealer",))
                rows = query(split, principal=principal).rows
                assert {row.keys["dealer"] for row in rows} <= {channel.D1}, name


def test_numeric_distribution_by_sku_divides_by_all_stores(channel):
    """S1 sells all three, S2 never K2; S3 has been active since 10 February and sells nothing."""
    question = Question(metrics=("numeric_distribution",), period=PERIOD, dimensions=("sku",))
    rows = {
        row.keys["sku"]: row.values["numeric_distribution"]
        for row in query(question, principal=SYSTEM).rows
    }
    assert rows == {1: Decimal(2) / 3, 2: Decimal(1) / 3, 3: Decimal(2) / 3}
    before = Question(
        metrics=("numeric_distribution",), period=Span(date(2026, 1, 5), date(2026, 2, 1))
    )
    assert query(before, principal=SYSTEM).total.values == {"numeric_distribution": Decimal(1)}


def test_sell_out_per_store(channel):
    found = query(Question(metrics=("sell_out_per_store",), period=PERIOD), principal=SYSTEM)
    assert found.total.values["sell_out_per_store"] == expected("sell_out_amount", None) / 2


@pytest.mark.parametrize(
    ("metric", "since", "until"),
    [
        ("sell_out_growth_year", "2025-01-05", "2025-03-01"),
        ("sell_out_growth_period", "2025-11-11", "2026-01-05"),
    ],
)
def test_growth(channel, metric, since, until):
    """Last year's same days; the 55 days before 5 January begin on 11 November."""
    then = fetch(
        "SELECT sum(amount) FROM sales_salesfact WHERE flow = 'sell_out' AND currency = 'CNY'"
        f" AND \"on\" >= '{since}' AND \"on\" < '{until}'"
    )[0][0]
    found = query(Question(metrics=(metric,), period=PERIOD), principal=SYSTEM)
    assert found.total.values[metric] == expected("sell_out_amount", None) / then - 1


def test_lead_time_and_punctuality(channel):
    """Shanghai days: submitted at 20:00 UTC is the next morning there."""
    rows = fetch(
        f"""SELECT (s.at AT TIME ZONE 'Asia/Shanghai')::date - (b.at AT TIME ZONE 'Asia/Shanghai')::date,
                   (s.at AT TIME ZONE 'Asia/Shanghai')::date <= o.wanted_on
              FROM orders_order o
              JOIN orders_orderstep b ON b.order_id = o.id AND b.action = 'submit'
              JOIN orders_orderstep s ON s.order_id = o.id AND s.action = 'ship'
             WHERE o.placed_on >= '2026-01-05' AND o.placed_on < '2026-03-01' AND o.{SERVED}"""
    )
    found = query(
        Question(metrics=("order_lead_days", "orders_on_time"), period=PERIOD), principal=SYSTEM
    )
    timed = [on_time for _days, on_time in rows if on_time is not None]
    assert found.total.values == {
        "order_lead_days": Decimal(sum(days for days, _on_time in rows)) / len(rows),
        "orders_on_time": Decimal(sum(timed)) / len(timed),
    }
