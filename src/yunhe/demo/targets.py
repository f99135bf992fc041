"""Loading step of targets. Derived: what a dealer's stores really sold in the quarter before, and 5 % more."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db import connection

from yunhe.channel.network.choices import Level
from yunhe.channel.network.models import Partner
from yunhe.demo.context import Context
from yunhe.platform.metrics.targets import NewTarget, set_targets

METRIC = "sell_out_amount"
QUARTER_DAYS = 91
GROWTH = Decimal("1.05")
WHOLE = 100
"""Plans are made in hundreds of yuan."""

# dealer, month, what its stores sold in the 91 days before; months with a whole quarter behind them
_SOLD_BEFORE = """
WITH daily AS (
    SELECT d.id AS dealer, f."on" AS day, sum(f.amount) AS amount
      FROM sales_salesfact f
      JOIN access_node s ON s.id = f.node_id
      JOIN access_node d ON d.path @> s.path
     WHERE f.flow = 'sell_out' AND d.id = ANY (%(dealers)s)
     GROUP BY 1, 2
)
SELECT dealer, month::date, sum(amount)
  FROM generate_series(date_trunc('month', %(first)s::date + %(days)s + 31), %(last)s::date,
                       interval '1 month') AS month
  JOIN daily ON day >= month::date - %(days)s AND day < month::date
 GROUP BY 1, 2 ORDER BY 1, 2
"""


def load_targets(context: Context) -> None:
    """Every dealer's sell-out by month; regions and the company are the sums of theirs."""
    dealers = Partner.objects.filter(level=Level.DEALER).values_list("node_id", flat=True)
    shift = context.story.shift
    asked: dict[str, Any] = {
        "dealers": list(dealers),
        "first": shift.first,
        "last": context.today,
        "days": QUARTER_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SOLD_BEFORE, asked)
        sold = cursor.fetchall()
    set_targets(
        [
            NewTarget(metric=METRIC, node_id=dealer, month=month, value=planned(month, before))
            for dealer, month, before in sold
        ],
        actor=context.actor,
    )


def planned(month: date, before: Decimal) -> Decimal:
    """The month's target from what was sold in the 91 days before it, up to the next whole hundred."""
    days = monthrange(month.year, month.month)[1]
    plan = before * GROWTH * days / QUARTER_DAYS
    return (plan / WHOLE).to_integral_value(ROUND_CEILING) * WHOLE
