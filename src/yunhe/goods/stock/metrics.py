"""Goods on hand: balances of the movements, one leg of a movement a row."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.goods.stock.choices import Reason, StockStatus
from yunhe.platform.access.models import NodeKind
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare

SUPPLY_CHAIN = _("Supply chain")

LEGS = declare(
    Fact(
        name="stock_legs",
        label=_("Stock movements"),
        grain=_("one side of one movement: what a node received or gave"),
        sql="""
SELECT leg.id, leg.node_id, n.kind AS holder, leg.sku_id, leg."on", leg.status, leg.quantity,
       leg.reason, leg.ref
  FROM (SELECT 2 * m.id AS id, m.target_id AS node_id, m.sku_id, m."on",
               m.target_status AS status, m.quantity, m.reason, m.ref
          FROM stock_movement m WHERE m.target_id IS NOT NULL
        UNION ALL
        SELECT 2 * m.id + 1, m.source_id, m.sku_id, m."on",
               m.source_status, -m.quantity, m.reason, m.ref
          FROM stock_movement m WHERE m.source_id IS NOT NULL) leg
  JOIN access_node n ON n.id = leg.node_id""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "holder": "string",
            "sku_id": "int64",
            "on": "date",
            "status": "string",
            "quantity": "decimal(16, 3)",
            "reason": "string",
            "ref": "string",
        },
        key="id",
        entities={"partner": "node_id", "sku": "sku_id"},
        attributes=(
            Attribute(
                name="stock_status",
                label=_("Stock status"),
                column="status",
                choices=dict(StockStatus.choices),
            ),
            Attribute(
                name="movement_reason",
                label=_("Movement reason"),
                column="reason",
                choices=dict(Reason.choices),
            ),
        ),
        watches=(Watch(table="stock_movement", date='changed."on"'),),
        sources=(
            _("Order shipment and receipt"),
            _("Stock counts and reports of partners"),
            _("Sell-out files, scans and API"),
        ),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Place")),
            ("sku_id", _("SKU")),
            ("status", _("Status")),
            ("quantity", _("Quantity")),
            ("reason", _("Reason")),
            ("ref", _("Document")),
        ),
        words={"holder": _("held by")},
        codes={"holder": dict(NodeKind.choices)},
    )
)
ON_HAND = (StockStatus.AVAILABLE.value, StockStatus.QUARANTINE.value)
CHANNEL = NodeKind.PARTNER.value

OPENING_STOCK = declare(
    Metric(
        name="opening_stock",
        label=_("Opening channel stock"),
        description=_(
            "Goods on hand at partners (available and blocked, not in transit) at the start of the"
            " period, by the recorded movements."
        ),
        formula=LEGS.opening("quantity", holder=CHANNEL, status=ON_HAND),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
CLOSING_STOCK = declare(
    Metric(
        name="closing_stock",
        label=_("Closing channel stock"),
        description=_(
            "Goods on hand at partners (available and blocked, not in transit) at the end of the"
            " period, by the recorded movements."
        ),
        formula=LEGS.closing("quantity", holder=CHANNEL, status=ON_HAND),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
STOCK_IN_TRANSIT = declare(
    Metric(
        name="stock_in_transit",
        label=_("Stock in transit"),
        description=_("Goods shipped and not yet received at the end of the period."),
        formula=LEGS.closing("quantity", status=StockStatus.IN_TRANSIT.value),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
SUPPLY_STOCK = declare(
    Metric(
        name="supply_stock",
        label=_("Own warehouse stock"),
        description=_("Goods on hand in the manufacturer's own warehouses at the period's end."),
        formula=LEGS.closing("quantity", holder=NodeKind.ORGANISATION.value, status=ON_HAND),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
