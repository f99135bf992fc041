"""The cockpit's numbers: one metric question each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from yunhe.insight.cockpit.compute import (
    Contribution,
    Part,
    PriceVolumeMix,
    compute_contributions,
    compute_price_volume_mix,
)
from yunhe.insight.cockpit.lens import Lens
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.engine.result import Result

TILES = (
    "sell_out_amount",
    "sell_in_amount",
    "order_amount",
    "sell_through_rate",
    "numeric_distribution",
    "closing_stock",
    "days_of_inventory",
    "receivables",
    "overdue_amount",
    "rebate_accrued",
    "policy_read_rate",
    "dealers_ordering",
)
UNITS_OF = {
    "sell_out_amount": "sell_out_quantity",
    "sell_in_amount": "sell_in_quantity",
    "sell_through_amount": "sell_through_quantity",
}
CAUSES = ("region", "dealer", "store", "category", "brand")
SHOWN = 6


@dataclass(frozen=True)
class Tile:
    """A key figure with its comparison, and whether the view's filters all apply to it."""

    metric: Metric
    value: Decimal | None
    change: Decimal | None
    difference: Decimal | None
    trend: list[Decimal]
    narrowed: bool


def tiles(lens: Lens) -> tuple[list[Tile], Result | None]:
    """Key figures of the view, and one result for their freshness.

    Metrics that know the same filters are asked together.
    """
    found: dict[str, Tile] = {}
    last: Result | None = None
    wanted = lens.allowed(TILES)
    groups: dict[tuple, list[Metric]] = {}
    for metric in wanted:
        groups.setdefault(lens.fitting((metric.name,)), []).append(metric)
    for where, metrics in groups.items():
        names = [metric.name for metric in metrics]
        now = last = lens.ask(*names)
        trend = lens.ask(*names, period=lens.trend_period, grain=lens.grain, compare=False)
        for metric in metrics:
            reached = [row for row in trend.rows if trend.reaches(metric.name, row.period)]
            values = [row.values[metric.name] for row in reached]
            found[metric.name] = Tile(
                metric=metric,
                value=now.total.values[metric.name],
                change=now.total.change(metric.name),
                difference=now.total.difference(metric.name),
                trend=[value for value in values if value is not None],
                narrowed=len(where) == len(lens.frame.where),
            )
    return [found[metric.name] for metric in wanted], last


def trend(lens: Lens) -> Result:
    """The metric in focus over time, with the comparison."""
    return lens.ask(lens.focus.name, period=lens.trend_period, grain=lens.grain)


def ranking(lens: Lens, *, limit: int | None = None) -> Result | None:
    """The metric in focus by the places one level below, with targets; None below a store."""
    if lens.child_level is None or not _splits(lens.focus, lens.child_level):
        return None
    return lens.ask(lens.focus.name, dimensions=(lens.child_level,), targets=True, limit=limit)


def by_province(lens: Lens) -> Result | None:
    """The metric in focus by province; None where it cannot be split so."""
    if not _splits(lens.focus, "province"):
        return None
    return lens.ask(lens.focus.name, dimensions=("province",), compare=False)


def causes(lens: Lens) -> list[str]:
    """Dimensions by which the change in focus can be explained, best first."""
    if not lens.focus.additive:
        return []
    nearest = [lens.child_level] if lens.child_level else []
    deeper = [
        name
        for name in CAUSES
        if name not in nearest and name not in lens.drilled and name != "region"
    ]
    return [name for name in (*nearest, *deeper) if _splits(lens.focus, name)]


def contributions(lens: Lens, dimension: str) -> list[Contribution]:
    """What each part adds to the change of the metric in focus, the largest first."""
    name = lens.focus.name
    result = lens.ask(name, dimensions=(dimension,))
    parts = [
        Contribution(
            key=row.keys[dimension],
            label=row.texts[dimension],
            before=row.previous.get(name) or Decimal(0),
            after=row.values[name] or Decimal(0),
        )
        for row in result.rows
    ]
    return compute_contributions(parts, shown=SHOWN, rest_label=_("all others"))


def price_volume_mix(lens: Lens) -> PriceVolumeMix | None:
    """The change in focus by volume, mix and price over categories; None for other metrics."""
    amount = lens.focus.name
    units = UNITS_OF.get(amount)
    if units is None or not lens.frame.compare:
        return None
    result = lens.ask(amount, units, dimensions=("category",))
    parts = [
        Part(
            quantity_before=row.previous.get(units) or Decimal(0),
            amount_before=row.previous.get(amount) or Decimal(0),
            quantity_after=row.values[units] or Decimal(0),
            amount_after=row.values[amount] or Decimal(0),
        )
        for row in result.rows
    ]
    return compute_price_volume_mix(parts) if parts else None


def _splits(metric: Metric, dimension: str) -> bool:
    return dimension in registry.dimensions_for(metric)
