"""What partners reported, and how much of it the documents do not explain."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.metrics.declarations import Fact, Metric, Watch
from yunhe.platform.metrics.registry import declare

SUPPLY_CHAIN = _("Supply chain")

REPORT_LINES = declare(
    Fact(
        name="stock_report_lines",
        label=_("Lines of stock reports"),
        grain=_("one product in one submitted stock report"),
        sql="""
SELECT l.id, r.node_id, l.sku_id, r."on", l.counted, abs(l.difference) AS unexplained,
       l.opening + l.incoming AS moved
  FROM reports_reportline l JOIN reports_stockreport r ON r.id = l.report_id
 WHERE r.status = 'submitted' AND l.difference IS NOT NULL""",
        columns={
            "id": "int64",
            "node_id": "int64",
            "sku_id": "int64",
            "on": "date",
            "counted": "decimal(16, 3)",
            "unexplained": "decimal(16, 3)",
            "moved": "decimal(16, 3)",
        },
        key="id",
        entities={"partner": "node_id", "sku": "sku_id"},
        watches=(
            Watch(
                table="reports_reportline",
                date='r."on"',
                join="JOIN reports_stockreport r ON r.id = changed.report_id",
            ),
        ),
        sources=(_("Stock counts and reports of partners"),),
        shown=(
            ("on", _("Date")),
            ("node_id", _("Partner")),
            ("sku_id", _("SKU")),
            ("counted", _("Counted")),
            ("unexplained", _("Difference")),
        ),
        words={"moved": _("opening and received")},
    )
)
UNEXPLAINED = declare(
    Metric(
        name="stock_unexplained",
        label=_("Unexplained stock difference"),
        description=_(
            "Base units by which partners' counts differ from opening + in − out − returns,"
            " surplus and shortage added up without signs."
        ),
        formula=REPORT_LINES.sum("unexplained"),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="down",
    )
)
REPORTED_MOVED = declare(
    Metric(
        name="stock_reported_moved",
        label=_("Opening and received stock reported on"),
        description=_("Base units that partners had or received in the periods they reported on."),
        formula=REPORT_LINES.sum("moved"),
        unit="quantity",
        owner=SUPPLY_CHAIN,
        good="neither",
    )
)
UNEXPLAINED_SHARE = declare(
    Metric(
        name="stock_unexplained_share",
        label=_("Unexplained share of stock"),
        description=_("Unexplained stock difference over what opened and came in."),
        formula=UNEXPLAINED / REPORTED_MOVED,
        unit="percent",
        digits=1,
        owner=SUPPLY_CHAIN,
        good="down",
    )
)
