"""What pricing reads of sales: purchases behind a price change, retail sales against the floors."""

from __future__ import annotations

from yunhe.trade.pricing.evidence import Evidence, register_evidence

_PURCHASES = """
SELECT node_id, sku_id, "on", quantity FROM sales_salesfact WHERE flow = 'sell_in'
"""
# A line's present value is the sum over its revisions.
_RETAIL = """
SELECT source || ':' || line_key AS ref, min(node_id) AS node_id, min(sku_id) AS sku_id,
       min("on") AS "on", max(document) AS document, sum(quantity) AS quantity,
       sum(amount) AS amount, min(currency) AS currency
  FROM sales_salesfact WHERE flow = 'sell_out' AND "on" >= %(since)s
 GROUP BY source, line_key
"""

register_evidence(Evidence(purchases=_PURCHASES, retail=_RETAIL))
