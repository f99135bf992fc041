"""Sell-in, sell-through and sell-out, and what they say against stock and stores."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yunhe.channel.network.metrics import ACTIVE_STORES
from yunhe.goods.stock.metrics import CLOSING_STOCK
from yunhe.platform.metrics.declarations import Attribute, Fact, Metric, Watch
from yunhe.platform.metrics.expressions import Days
from yunhe.platform.metrics.registry import declare
from yunhe.trade.sales.choices import Flow

SALES_MANAGEMENT = _("Sales management")
SUPPLY_CHAIN = _("Supply chain")

SALES = declare(
    Fact(
        name="sales",
        label=_("Sales lines"),
        grain=_("one line of goods that changed hands, or a correction of one"),
        sql="""
SELECT f.id, f.node_id, f.flow, f.sku_id, f."on", f.quantity, f.amount, f.currency, f.document,
       CASE WHEN f.corrects_id IS NOT NULL THEN 'correction'
            WHEN f.quantity < 0 THEN 'return' ELSE 'sale' END AS nature
  FROM sales_salesfact f""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "flow": "string",
            "sku_id": "int64",
            "on": "date",
            "quantity": "decimal(18, 4)",
            "amount": "decimal(18, 4)",
            "currency": "string",
            "document": "string",
            "nature": "string",
        },
        key="id",
        entities={"partner": "node_id", "sku": "sku_id"},
        attributes=(
            Attribute(name="flow", label=_("Flow"), column="flow", choices=dict(Flow.choices)),
            Attribute(
                name="line_nature",
                label=_("Kind of line"),
                column="nature",
                choices={"sale": _("sale"), "return": _("return"), "correction": _("correction")},
            ),
            Attribute(name="currency", label=_("Currency"), column="currency"),
        ),
        watches=(Watch(table="sales_salesfact", date='changed."on"'),),
        sources=(
            _("Sell-out files (intake), scans and the API"),
            _("Order receipt: sell-in of the dealer"),
            _("Partner reports: sell-through"),
        ),
        shown=(
            ("on", _("Date")),
            ("flow", _("Flow")),
            ("node_id", _("Partner")),
            ("sku_id", _("SKU")),
            ("quantity", _("Quantity")),
            ("amount", _("Amount")),
            ("nature", _("Kind of line")),
            ("document", _("Document")),
        ),
    )
)
CURRENCY = settings.CURRENCY
IN, THROUGH, OUT = Flow.SELL_IN.value, Flow.SELL_THROUGH.value, Flow.SELL_OUT.value

SELL_IN_AMOUNT = declare(
    Metric(
        name="sell_in_amount",
        label=_("Sell-in amount"),
        description=_("What dealers bought from the manufacturer at their prices, net of returns."),
        formula=SALES.sum("amount", flow=IN, currency=CURRENCY),
        unit="money",
        owner=SALES_MANAGEMENT,
    )
)
SELL_IN_QUANTITY = declare(
    Metric(
        name="sell_in_quantity",
        label=_("Sell-in quantity"),
        description=_("Base units that dealers bought from the manufacturer, net of returns."),
        formula=SALES.sum("quantity", flow=IN),
        unit="quantity",
        owner=SALES_MANAGEMENT,
    )
)
SELL_THROUGH_AMOUNT = declare(
    Metric(
        name="sell_through_amount",
        label=_("Sell-through amount"),
        description=_("What dealers sold on to sub-dealers and stores, net of returns."),
        formula=SALES.sum("amount", flow=THROUGH, currency=CURRENCY),
        unit="money",
        owner=SALES_MANAGEMENT,
    )
)
SELL_THROUGH_QUANTITY = declare(
    Metric(
        name="sell_through_quantity",
        label=_("Sell-through quantity"),
        description=_("Base units that dealers sold on to sub-dealers and stores, net of returns."),
        formula=SALES.sum("quantity", flow=THROUGH),
        unit="quantity",
        owner=SALES_MANAGEMENT,
    )
)
SELL_OUT_AMOUNT = declare(
    Metric(
        name="sell_out_amount",
        label=_("Sell-out amount"),
        description=_("What stores sold to consumers, at retail prices, net of returns."),
        formula=SALES.sum("amount", flow=OUT, currency=CURRENCY),
        unit="money",
        owner=SALES_MANAGEMENT,
    )
)
SELL_OUT_QUANTITY = declare(
    Metric(
        name="sell_out_quantity",
        label=_("Sell-out quantity"),
        description=_("Base units that stores sold to consumers, net of returns."),
        formula=SALES.sum("quantity", flow=OUT),
        unit="quantity",
        owner=SALES_MANAGEMENT,
    )
)
AVERAGE_SELLING_PRICE = declare(
    Metric(
        name="average_selling_price",
        label=_("Average selling price"),
        description=_("Sell-out amount for a base unit: the weighted price at the till."),
        formula=SELL_OUT_AMOUNT / SELL_OUT_QUANTITY,
        unit="money",
        digits=2,
        owner=SALES_MANAGEMENT,
        good="neither",
    )
)
RETURN_AMOUNT = declare(
    Metric(
        name="return_amount",
        label=_("Consumer return amount"),
        description=_("What consumers brought back to stores, as a positive amount."),
        formula=-SALES.sum("amount", flow=OUT, nature="return", currency=CURRENCY),
        unit="money",
        owner=SALES_MANAGEMENT,
        good="down",
    )
)
RETURN_RATE = declare(
    Metric(
        name="return_rate",
        label=_("Return rate"),
        description=_("Units brought back, of the units sold before returns."),
        formula=-SALES.sum("quantity", flow=OUT, nature="return")
        / SALES.sum("quantity", flow=OUT, nature=("sale", "correction")),
        unit="percent",
        digits=1,
        owner=SALES_MANAGEMENT,
        good="down",
    )
)
STORES_CARRYING = declare(
    Metric(
        name="stores_carrying",
        label=_("Stores carrying"),
        description=_("Different stores that sold at least one unit in the period."),
        formula=SALES.distinct("node_id", flow=OUT, nature="sale"),
        unit="count",
        counted=_("stores"),
        owner=SALES_MANAGEMENT,
    )
)
NUMERIC_DISTRIBUTION = declare(
    Metric(
        name="numeric_distribution",
        label=_("Numeric distribution"),
        description=_(
            "Stores that sold the goods, of all active stores. Split by product, the active stores"
            " stay whole."
        ),
        formula=STORES_CARRYING / ACTIVE_STORES.unsplit(),
        unit="percent",
        digits=1,
        owner=SALES_MANAGEMENT,
    )
)
SKUS_SOLD = declare(
    Metric(
        name="skus_sold",
        label=_("SKUs sold"),
        description=_("Different SKUs of which consumers bought at least one unit."),
        formula=SALES.distinct("sku_id", flow=OUT, nature="sale"),
        unit="count",
        counted=_("SKUs"),
        owner=SALES_MANAGEMENT,
    )
)
SELL_OUT_PER_STORE = declare(
    Metric(
        name="sell_out_per_store",
        label=_("Sell-out for each selling store"),
        description=_("Sell-out amount divided by the stores that sold."),
        formula=SELL_OUT_AMOUNT / STORES_CARRYING,
        unit="money",
        owner=SALES_MANAGEMENT,
    )
)
SELL_THROUGH_RATE = declare(
    Metric(
        name="sell_through_rate",
        label=_("Sell-through rate"),
        description=_(
            "Units sold to consumers, of the units available in the period: those sold and those"
            " left in the channel at its end. Transfers inside the channel do not change it."
        ),
        formula=SELL_OUT_QUANTITY / (SELL_OUT_QUANTITY + CLOSING_STOCK),
        unit="percent",
        digits=1,
        owner=SUPPLY_CHAIN,
    )
)
DAYS_OF_INVENTORY = declare(
    Metric(
        name="days_of_inventory",
        label=_("Days of inventory"),
        description=_(
            "How many days the channel stock at the period's end lasts at the period's daily"
            " sell-out."
        ),
        formula=CLOSING_STOCK * Days() / SELL_OUT_QUANTITY,
        unit="days",
        owner=SUPPLY_CHAIN,
        good="down",
    )
)
STUFFING_RATIO = declare(
    Metric(
        name="sell_in_to_sell_out",
        label=_("Sell-in to sell-out"),
        description=_(
            "Units bought by dealers for each unit sold to consumers; well above 1 for long means"
            " stuffing of the channel."
        ),
        formula=SELL_IN_QUANTITY / SELL_OUT_QUANTITY,
        unit="ratio",
        digits=2,
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
SELL_OUT_GROWTH = declare(
    Metric(
        name="sell_out_growth_year",
        label=_("Sell-out growth on last year"),
        description=_("Sell-out amount against the same days of last year."),
        formula=SELL_OUT_AMOUNT / SELL_OUT_AMOUNT.shifted("last_year") - 1,
        unit="percent",
        digits=1,
        owner=SALES_MANAGEMENT,
    )
)
SELL_OUT_GROWTH_PERIOD = declare(
    Metric(
        name="sell_out_growth_period",
        label=_("Sell-out growth on the period before"),
        description=_("Sell-out amount against the previous period of the same length."),
        formula=SELL_OUT_AMOUNT / SELL_OUT_AMOUNT.shifted("previous_period") - 1,
        unit="percent",
        digits=1,
        owner=SALES_MANAGEMENT,
    )
)
