"""Sample charts of the design page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui.component import Component
from yunhe.platform.ui.components.charts import (
    Area,
    BarChart,
    ChinaMap,
    Funnel,
    HeatMap,
    Move,
    Series,
    TrendChart,
    WaterfallChart,
)

WEEKS = [f"W{week}" for week in range(36, 48)]


def charts() -> list[Component]:
    """One of each kind."""
    return [*_amounts(), *_rankings(), *_shades(), _map()]


def _amounts() -> list[Component]:
    return [
        TrendChart(
            title=_("Sell-in and sell-out by week"),
            unit="money",
            categories=WEEKS,
            series=(
                Series(
                    _("Sell-out"),
                    [82e4, 85e4, 79e4, 91e4, 102e4, 98e4, 94e4, 99e4, 107e4, 112e4, 109e4, 121e4],
                ),
                Series(
                    _("Sell-in"),
                    [90e4, 80e4, 88e4, 95e4, 97e4, 110e4, 92e4, 90e4, 115e4, 108e4, 118e4, 116e4],
                ),
                Series(_("Target"), [100e4] * 12, dashed=True),
            ),
        ),
        WaterfallChart(
            title=_("Why this rebate"),
            unit="money",
            moves=(
                Move(_("Tier 1"), 1000),
                Move(_("Tier 2"), 1750),
                Move(_("Growth"), 900),
                Move(_("Late report"), -300),
                Move(_("Return"), -120),
                Move(_("Rebate"), 3230, total=True),
            ),
        ),
    ]


def _rankings() -> list[Component]:
    return [
        BarChart(
            title=_("Dealers by sell-out"),
            unit="money",
            horizontal=True,
            categories=["杭州临安", "南京秦淮", "苏州江南", "宁波甬江", "合肥庐州"],
            series=(Series(_("Sell-out"), [324e3, 291e3, 247e3, 198e3, 152e3]),),
        ),
        BarChart(
            title=_("Units by channel"),
            stacked=True,
            categories=[_("East"), _("South"), _("North"), _("West")],
            series=(
                Series(_("Dealers"), [320, 280, 190, 150]),
                Series(_("E-commerce"), [140, 180, 90, 60]),
            ),
        ),
    ]


def _shades() -> list[Component]:
    return [
        HeatMap(
            title=_("Sell-through rate by region and month"),
            unit="percent",
            xs=["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"],
            ys=[_("East"), _("South"), _("North"), _("West")],
            values=[
                [0.61, 0.64, 0.66, 0.7, 0.68],
                [0.55, 0.52, 0.58, 0.6, 0.63],
                [0.48, 0.5, 0.47, 0.44, 0.49],
                [0.4, 0.38, 0.42, None, 0.45],
            ],
        ),
        Funnel(
            title=_("From policy to claim"),
            stages=(
                (_("Policy reached"), 457),
                (_("Read and confirmed"), 412),
                (_("Task done"), 305),
                (_("Claim accepted"), 268),
            ),
        ),
    ]


def _map() -> Component:
    return ChinaMap(
        title=_("Sell-out by region"),
        unit="money",
        value_label=_("Sell-out"),
        areas=(
            Area(_("East"), ("310000", "320000", "330000", "340000"), 5_240_000),
            Area(_("South"), ("440000", "450000", "460000", "350000"), 4_180_000),
            Area(_("North"), ("110000", "120000", "130000", "140000", "370000"), 3_050_000),
            Area(_("Central"), ("410000", "420000", "430000", "360000"), 2_310_000),
            Area(_("Southwest"), ("500000", "510000", "520000", "530000"), 1_870_000),
            Area(_("Northeast"), ("210000", "220000", "230000"), 1_120_000),
        ),
    )
