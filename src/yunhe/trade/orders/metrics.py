"""Orders: how many, how much, how well they are served."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare
from yunhe.trade.orders.choices import OrderStatus, Source

SALES_OPERATIONS = _("Sales operations")
CURRENCY = settings.CURRENCY
STATUS = Attribute(
    name="order_status",
    label=_("Order status"),
    column="status",
    choices=dict(OrderStatus.choices),
)
PLACED = tuple(
    status.value
    for status in OrderStatus
    # a split order is counted by its parts
    if status not in (OrderStatus.DRAFT, OrderStatus.CANCELLED, OrderStatus.SPLIT)
)
SERVED = tuple(
    status.value for status in (OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.CLOSED)
)

ORDERS = declare(
    Fact(
        name="orders",
        label=_("Orders"),
        grain=_("one order to the manufacturer, on the day it was placed"),
        sql="""
SELECT o.id, o.node_id, o.number, o.status, o.source, o.currency, o.total AS amount,
       o.placed_on AS "on", step.shipped_on - step.submitted_on AS ship_days,
       step.shipped_on IS NOT NULL AND step.submitted_on IS NOT NULL AS timed,
       CASE WHEN o.wanted_on IS NOT NULL AND step.shipped_on IS NOT NULL
            THEN step.shipped_on <= o.wanted_on END AS on_time
  FROM orders_order o
  LEFT JOIN LATERAL (
       SELECT (min(s.at) FILTER (WHERE s.action = 'submit') AT TIME ZONE '{tz}')::date
                  AS submitted_on,
              (max(s.at) FILTER (WHERE s.action = 'ship') AT TIME ZONE '{tz}')::date AS shipped_on
         FROM orders_orderstep s WHERE s.order_id = o.id) step ON true
 WHERE NOT o.between_partners""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "number": "string",
            "status": "string",
            "source": "string",
            "currency": "string",
            "amount": "decimal(18, 4)",
            "on": "date",
            "ship_days": "int64",
            "timed": "boolean",
            "on_time": "boolean",
        },
        key="id",
        entities={"partner": "node_id"},
        attributes=(
            STATUS,
            Attribute(
                name="order_source",
                label=_("Entered in"),
                column="source",
                choices=dict(Source.choices),
            ),
        ),
        # every step of an order changes its row, so that the row alone need be watched
        watches=(Watch(table="orders_order", date="changed.placed_on"),),
        sources=(_("Order entry in the portal, the console and the API"),),
        shown=(
            ("on", _("Date")),
            ("number", _("Order")),
            ("node_id", _("Partner")),
            ("status", _("Order status")),
            ("amount", _("Amount")),
            ("ship_days", _("Days until shipped")),
        ),
        document=("orders:detail", "id"),
        words={"timed": _("shipped after submission"), "on_time": _("shipped by the wanted day")},
    )
)
LINES = declare(
    Fact(
        name="order_lines",
        label=_("Order lines"),
        grain=_("one line of an order, on the day the order was placed"),
        sql="""
SELECT l.id, l.node_id, l.order_id, o.number, o.status, o.currency, l.sku_id, o.placed_on AS "on",
       l.base_quantity AS quantity, l.amount, l.shipped, coalesce(l.received, 0) AS received
  FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
 WHERE NOT o.between_partners""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "order_id": "int64",
            "number": "string",
            "status": "string",
            "currency": "string",
            "sku_id": "int64",
            "on": "date",
            "quantity": "decimal(16, 3)",
            "amount": "decimal(18, 4)",
            "shipped": "decimal(16, 3)",
            "received": "decimal(16, 3)",
        },
        key="id",
        entities={"partner": "node_id", "sku": "sku_id"},
        attributes=(STATUS,),
        watches=(),
        follows="orders",
        sources=(
            _("Order entry in the portal, the console and the API"),
            _("Shipment and receipt"),
        ),
        shown=(
            ("on", _("Date")),
            ("number", _("Order")),
            ("node_id", _("Partner")),
            ("sku_id", _("SKU")),
            ("quantity", _("Quantity")),
            ("shipped", _("Shipped")),
            ("amount", _("Amount")),
        ),
        document=("orders:detail", "order_id"),
        words={"order_id": _("Order")},
    )
)

ORDERS_COUNT = declare(
    Metric(
        name="orders_count",
        label=_("Orders"),
        description=_("Orders placed in the period, without drafts and cancelled ones."),
        formula=ORDERS.count(status=PLACED),
        unit="count",
        counted=_("orders"),
        owner=SALES_OPERATIONS,
    )
)
ORDER_AMOUNT = declare(
    Metric(
        name="order_amount",
        label=_("Order amount"),
        description=_(
            "Amount of the orders placed in the period, without drafts and cancelled ones."
        ),
        formula=LINES.sum("amount", status=PLACED, currency=CURRENCY),
        unit="money",
        owner=SALES_OPERATIONS,
    )
)
ORDER_QUANTITY = declare(
    Metric(
        name="order_quantity",
        label=_("Ordered quantity"),
        description=_("Base units ordered in the period, without drafts and cancelled orders."),
        formula=LINES.sum("quantity", status=PLACED),
        unit="quantity",
        owner=SALES_OPERATIONS,
    )
)
AVERAGE_ORDER_VALUE = declare(
    Metric(
        name="average_order_value",
        label=_("Average order value"),
        description=_("Order amount for one order."),
        formula=ORDERS.sum("amount", status=PLACED, currency=CURRENCY) / ORDERS_COUNT,
        unit="money",
        owner=SALES_OPERATIONS,
    )
)
LINES_PER_ORDER = declare(
    Metric(
        name="lines_per_order",
        label=_("Lines for one order"),
        description=_("Order lines divided by the different orders they belong to."),
        formula=LINES.count(status=PLACED) / LINES.distinct("order_id", status=PLACED),
        unit="ratio",
        digits=1,
        owner=SALES_OPERATIONS,
        good="neither",
    )
)
DEALERS_ORDERING = declare(
    Metric(
        name="dealers_ordering",
        label=_("Partners ordering"),
        description=_("Different partners that placed at least one order in the period."),
        formula=ORDERS.distinct("node_id", status=PLACED),
        unit="count",
        counted=_("partners"),
        owner=SALES_OPERATIONS,
    )
)
SKUS_ORDERED = declare(
    Metric(
        name="skus_ordered",
        label=_("SKUs ordered"),
        description=_("Different SKUs in the orders of the period."),
        formula=LINES.distinct("sku_id", status=PLACED),
        unit="count",
        counted=_("SKUs"),
        owner=SALES_OPERATIONS,
    )
)
ORDER_FILL_RATE = declare(
    Metric(
        name="order_fill_rate",
        label=_("Order fill rate"),
        description=_("Units shipped, of the units ordered, in orders whose shipping is finished."),
        formula=LINES.sum("shipped", status=SERVED) / LINES.sum("quantity", status=SERVED),
        unit="percent",
        digits=1,
        owner=SALES_OPERATIONS,
    )
)
ORDER_LEAD_DAYS = declare(
    Metric(
        name="order_lead_days",
        label=_("Days from order to shipment"),
        description=_("Days from submitting an order to its last shipment, on average."),
        formula=ORDERS.sum("ship_days", status=SERVED, timed=True)
        / ORDERS.count(status=SERVED, timed=True),
        unit="days",
        digits=1,
        owner=SALES_OPERATIONS,
        good="down",
    )
)
ORDERS_ON_TIME = declare(
    Metric(
        name="orders_on_time",
        label=_("Orders shipped on time"),
        description=_("Orders shipped by the wanted day, of the shipped orders that have one."),
        formula=ORDERS.count(on_time=True) / ORDERS.count(on_time=(True, False)),
        unit="percent",
        digits=1,
        owner=SALES_OPERATIONS,
    )
)
CANCELLED_RATE = declare(
    Metric(
        name="cancelled_rate",
        label=_("Cancelled orders"),
        description=_("Cancelled orders, of all orders of the period but drafts."),
        formula=ORDERS.count(status=OrderStatus.CANCELLED.value)
        / ORDERS.count(status=(*PLACED, OrderStatus.CANCELLED.value)),
        unit="percent",
        digits=1,
        owner=SALES_OPERATIONS,
        good="down",
    )
)
OPEN_ORDER_AMOUNT = declare(
    Metric(
        name="open_order_amount",
        label=_("Open order amount"),
        description=_("Amount of the period's orders that are not completely shipped yet."),
        formula=LINES.sum(
            "amount",
            status=(
                OrderStatus.SUBMITTED.value,
                OrderStatus.CONFIRMED.value,
                OrderStatus.SHIPPING.value,
            ),
            currency=CURRENCY,
        ),
        unit="money",
        owner=SALES_OPERATIONS,
        good="neither",
    )
)
