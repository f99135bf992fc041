"""A channel with a year of rows of every kind, written by SQL: enough to make traps real.

Nodes (tests/conftest.py) HQ → R1, R2 → D1, D2 → S1, S2, and S3 under D1 without any row of its own.
Rows come from arithmetic on a counter, so they are the same in every run; sizes and dates differ
between stores, SKUs and months, some rows are returns, some corrections, some in another currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection

from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.metrics.mart.refresh import refresh_mart

NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
MASTER = """
INSERT INTO network_partner (node_id, level, tier, external_code, province, city, address,
                             contact_name, phone, email, opened_on)
VALUES (%(D1)s, 'dealer', 'core', '', '310000', '', '', '', '', '', '2024-01-01'),
       (%(D2)s, 'dealer', 'growth', '', '440000', '', '', '', '', '', '2024-01-01'),
       (%(S1)s, 'store', 'core', '', '310000', '', '', '', '', '', '2024-01-01'),
       (%(S2)s, 'store', 'growth', '', '440000', '', '', '', '', '', '2024-01-01'),
       (%(S3)s, 'store', 'growth', '', '310000', '', '', '', '', '', '2026-02-10');
INSERT INTO catalog_brand (id, code, name, name_en, own) VALUES (1, 'B', '澜禾', 'Lanhe', true);
INSERT INTO catalog_category (id, code, name, name_en, parent_id)
VALUES (1, 'F', '食品', 'Food', NULL), (2, 'F1', '饼干', 'Biscuits', 1), (3, 'F2', '饮料', 'Drinks', 1);
INSERT INTO catalog_product (id, code, name, name_en, brand_id, category_id, description)
VALUES (1, 'P1', '曲奇', 'Cookies', 1, 2, ''), (2, 'P2', '果汁', 'Juice', 1, 3, '');
INSERT INTO catalog_sku (id, code, name, name_en, product_id, gtin, size, base_unit, status, search_key)
VALUES (1, 'K1', '曲奇一', 'Cookies 1', 1, '', '', 'piece', 'active', ''),
       (2, 'K2', '曲奇二', 'Cookies 2', 1, '', '', 'piece', 'active', ''),
       (3, 'K3', '果汁三', 'Juice 3', 2, '', '', 'piece', 'active', '');
"""
SALES = """
INSERT INTO sales_salesfact (flow, node_id, counterparty_id, sku_id, "on", booked_on, recorded_at,
        quantity, amount, currency, document, source, line_key, revision, corrects_id)
SELECT flow, node, NULL, sku, day, day, '2026-03-01', pieces, round(pieces * (3.17 + n %% 7), 2),
       CASE WHEN n %% 23 = 0 THEN 'USD' ELSE 'CNY' END, '', 'test', flow || i || ':' || n, 0, NULL
  FROM generate_series(1, 400) n
 CROSS JOIN LATERAL (SELECT DATE '2025-01-03' + n AS day, 1 + n / 3 %% 3 AS sku,
                            CASE WHEN n %% 17 = 0 THEN -1 ELSE 1 + n %% 5 END AS pieces) d
 CROSS JOIN (VALUES ('sell_in', %(D1)s, 0), ('sell_in', %(D2)s, 1), ('sell_through', %(D1)s, 2),
                    ('sell_out', %(S1)s, 3), ('sell_out', %(S2)s, 4)) v(flow, node, i)
 WHERE (n + i) %% 3 <> 0 AND NOT (i = 4 AND sku = 2);
INSERT INTO sales_salesfact (flow, node_id, sku_id, "on", booked_on, recorded_at, quantity, amount,
        currency, document, source, line_key, revision, corrects_id)
SELECT flow, node_id, sku_id, "on", "on", '2026-03-02', -1, -2.50, currency, '', source, line_key, 1, id
  FROM sales_salesfact WHERE extract(day FROM "on") = 11 AND quantity > 1;
"""
STOCK = """
INSERT INTO stock_movement (source_id, source_status, target_id, target_status, sku_id, quantity,
        reason, ref, key, "on", recorded_at)
SELECT NULL, '', %(HQ)s, 'available', s, 100000, 'receipt', '', 'hq' || s, '2024-12-01', '2025-01-01'
  FROM generate_series(1, 3) s;
INSERT INTO stock_movement (source_id, source_status, target_id, target_status, sku_id, quantity,
        reason, ref, key, "on", recorded_at)
SELECT %(HQ)s, 'available', dealer, 'in_transit', 1 + n %% 3, 20 + n %% 9, 'shipment', '',
       'ship' || dealer || n, DATE '2025-01-01' + n * 5, '2026-03-01'
  FROM generate_series(1, 80) n CROSS JOIN (VALUES (%(D1)s), (%(D2)s)) v(dealer);
INSERT INTO stock_movement (source_id, source_status, target_id, target_status, sku_id, quantity,
        reason, ref, key, "on", recorded_at)
SELECT dealer, 'in_transit', dealer, 'available', 1 + n %% 3, 20 + n %% 9, 'arrival', '',
       'arr' || dealer || n, DATE '2025-01-03' + n * 5, '2026-03-01'
  FROM generate_series(1, 76) n CROSS JOIN (VALUES (%(D1)s), (%(D2)s)) v(dealer);
INSERT INTO stock_movement (source_id, source_status, target_id, target_status, sku_id, quantity,
        reason, ref, key, "on", recorded_at)
SELECT dealer, 'available', store, CASE WHEN n %% 10 = 0 THEN 'quarantine' ELSE 'available' END,
       1 + n %% 3, 10 + n %% 4, 'transfer', '', 'mv' || store || n, DATE '2025-01-05' + n * 5, '2026-03-01'
  FROM generate_series(1, 70) n CROSS JOIN (VALUES (%(D1)s, %(S1)s), (%(D2)s, %(S2)s)) v(dealer, store);
"""
COUNTS = """
WITH report AS (
    INSERT INTO reports_stockreport (node_id, "on", status, source, blind, key, started_at, submitted_at,
            line_count, expected_count, moved, unexplained)
    SELECT dealer, DATE '2026-02-10', 'submitted', 'api', false, '', '2026-02-10', '2026-02-10', 2, 2, 0, 0
      FROM (VALUES (%(D1)s), (%(D2)s)) v(dealer) RETURNING id, node_id)
INSERT INTO reports_reportline (report_id, node_id, sku_id, counted, opening, incoming, outgoing,
        returned, difference)
SELECT id, node_id, sku, 50, 40, 20 + sku, 8, 0, CASE sku WHEN 1 THEN -3 ELSE 2 END
  FROM report CROSS JOIN generate_series(1, 2) sku;
"""
ORDERS = """
INSERT INTO orders_order (number, node_id, supplier_id, status, source, currency, total, line_count,
        note, key, placed_on, wanted_on, shipments, created_at)
SELECT 'O' || dealer || '-' || n, dealer, %(HQ)s,
       (ARRAY['draft','submitted','confirmed','shipped','received','closed','cancelled'])[1 + n %% 7],
       'portal', 'CNY', 100 + n, 2, '', '', DATE '2025-11-01' + n * 2,
       CASE WHEN n %% 2 = 0 THEN DATE '2025-11-04' + n * 2 END, 0, '2026-03-01'
  FROM generate_series(1, 60) n CROSS JOIN (VALUES (%(D1)s), (%(D2)s)) v(dealer);
INSERT INTO orders_orderline (order_id, node_id, supplier_id, row, sku_id, unit, quantity,
        base_quantity, unit_price, amount, rule, shipped, received)
SELECT o.id, o.node_id, o.supplier_id, r, 1 + (o.id + r) %% 3, 'piece', 4, 4 + r, 10, (o.total - 1) / 2 + r - 1.5 + 0.5,
       '{{}}', CASE WHEN o.status IN ('shipped', 'received', 'closed') THEN 3 + r %% 2 ELSE 0 END,
       CASE WHEN o.status IN ('received', 'closed') THEN 3 END
  FROM orders_order o CROSS JOIN generate_series(1, 2) r;
INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, note)
SELECT id, node_id, supplier_id, 'submit', 'submitted', placed_on + TIME '20:00' AT TIME ZONE 'UTC', ''
  FROM orders_order WHERE status <> 'draft';
INSERT INTO orders_orderstep (order_id, node_id, supplier_id, action, status, at, note)
SELECT id, node_id, supplier_id, 'ship', 'shipped',
       (placed_on + 2 + (id %% 3)::int) + TIME '09:00' AT TIME ZONE 'UTC', ''
  FROM orders_order WHERE status IN ('shipped', 'received', 'closed') AND id %% 5 <> 0;
""".replace("{{}}", "{}")
MONEY = """
INSERT INTO ledger_legalentity (id, code, name, name_en) VALUES (901, 'TEST', '澜禾', 'Lanhe');
INSERT INTO ledger_entry (id, entity_id, node_id, kind, number, ref, text, key, currency, amount,
        "on", document_on, due_on, recorded_at)
SELECT n * 10 + p, 901, dealer, kind, '', '', '', kind || dealer || n, 'CNY', amount * (100 + n),
       DATE '2025-10-01' + n * 3, DATE '2025-10-01' + n * 3, DATE '2025-10-31' + n * 3, '2026-03-01'
  FROM generate_series(1, 50) n
 CROSS JOIN (VALUES (%(D1)s, 1), (%(D2)s, 2)) v(dealer, q)
 CROSS JOIN LATERAL (VALUES (q, 'invoice', 1.25), (q + 2, 'payment', -0.80), (q + 4, 'rebate', -0.05),
                   (q + 6, 'clawback', 0.02))
            k(p, kind, amount);
INSERT INTO ledger_line (entry_id, node_id, account, amount)
SELECT id, node_id, 'receivable', amount FROM ledger_entry
 UNION ALL SELECT id, node_id, 'adjustment', -amount FROM ledger_entry;
INSERT INTO ledger_openitem (entry_id, entity_id, node_id, ref, holds_credit, due_on, amount, open_amount)
SELECT id, 901, node_id, '', false, due_on, amount, amount FROM ledger_entry;
INSERT INTO ledger_match (node_id, debt_id, credit_id, amount, recorded_at)
SELECT d.node_id, d.id, c.id, 50, '2026-03-01' FROM ledger_entry d
  JOIN ledger_entry c ON c.id = d.id + 32 AND c.kind = 'payment' WHERE d.kind = 'invoice';
INSERT INTO ledger_creditlimit (node_id, amount, reason, recorded_at)
VALUES (%(D1)s, 1000, '', '2025-02-01'), (%(D1)s, 5000, '', '2026-01-15'), (%(D2)s, NULL, '', '2025-03-01'),
       (%(D2)s, 800, '', '2026-02-28 20:00+00');
INSERT INTO capacity_account (kind, key, node_id, maximum, reserved, committed)
VALUES ('credit', %(D1)s::text, %(D1)s, 5000, 120.5, 300), ('credit', %(D2)s::text, %(D2)s, 800, 10, 0),
       ('stock', 'x', %(HQ)s, 10, 3, 0);
"""
POLICIES = """
INSERT INTO policies_policy (id, node_id, code, title, title_en, created_at)
VALUES (1, %(HQ)s, 'P1', '铺货政策', 'Listing', '2026-01-01'), (2, %(R1)s, 'P2', '区域政策', '', '2026-01-01');
INSERT INTO policies_policyversion (id, policy_id, node_id, number, state, body, body_en, change_note,
        period, rules, subtree_ids, levels, tiers, node_ids, min_dwell_s, quiz, acknowledged,
        recipient_count, created_at, published_at)
SELECT v.id, policy, %(HQ)s, number, state, '', '', '', '[2026-01-01,2026-07-01)', '[]', '{{}}', '{{}}',
       '{{}}', '{{}}', 0, '{{}}', '{{}}', 0, '2026-01-01', published
  FROM (VALUES (1, 1, 1, 'superseded', TIMESTAMPTZ '2026-01-31 18:00+00'),
               (2, 1, 2, 'published', TIMESTAMPTZ '2026-02-10 01:00+00'),
               (3, 2, 1, 'withdrawn', TIMESTAMPTZ '2026-02-11 01:00+00'))
       v(id, policy, number, state, published);
INSERT INTO policies_policyrecipient (version_id, node_id, opened_at, confirmed_at)
SELECT v, node, opened, confirmed FROM (VALUES
   (1, %(D1)s, TIMESTAMPTZ '2026-02-01 00:00+00', TIMESTAMPTZ '2026-02-01 06:00+00'),
   (1, %(D2)s, NULL, NULL), (2, %(D1)s, NULL, NULL),
   (2, %(D2)s, TIMESTAMPTZ '2026-02-10 02:00+00', TIMESTAMPTZ '2026-02-10 03:30+00'),
   (2, %(S1)s, NULL, NULL), (3, %(D1)s, NULL, NULL)) r(v, node, opened, confirmed);
""".replace("{{}}", "{}")
REBATES = """
INSERT INTO rebates_program (id, version_id, rule_index, code, title, title_en, rule, definition, flow,
        currency, starts_on, ends_on, excluded_sku_ids, conditions, frequency, state, created_at)
VALUES (1, 2, 0, 'R', '年度返利', 'Yearly', '{{}}', '{{}}', 'sell_in', 'CNY', '2026-01-01', '2027-01-01',
        '{{}}', '{{}}', 'monthly', 'active', '2026-01-01');
INSERT INTO rebates_accrualentry (program_id, node_id, "on", amount, currency, recorded_at)
SELECT 1, dealer, DATE '2025-12-20' + n * 4, n * 1.5 - CASE WHEN n = 7 THEN 20 ELSE 0 END, 'CNY', '2026-03-01'
  FROM generate_series(1, 20) n CROSS JOIN (VALUES (%(D1)s), (%(D2)s)) v(dealer);
""".replace("{{}}", "{}")


@pytest.fixture
def channel(tree: dict, tmp_path: object, settings: object) -> Iterator[SimpleNamespace]:
    """The rows above, refreshed into a mart of their own; node ids by code."""
    settings.MART_DIR = tmp_path / "mart"
    tree["S3"] = Node.objects.create(
        code="S3", parent=tree["D1"], name="丙门店", name_en="S3 EN", kind=NodeKind.PARTNER
    )
    nodes = {code: node.pk for code, node in tree.items()}
    with connection.cursor() as cursor:
        for script in (MASTER, SALES, STOCK, COUNTS, ORDERS, MONEY, POLICIES, REBATES):
            for statement in script.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, nodes)
    refresh_mart(now=NOW)
    return SimpleNamespace(**nodes)
