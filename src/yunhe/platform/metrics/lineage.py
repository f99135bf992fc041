"""Where a number comes from, and how fresh that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yunhe.platform.metrics import registry
from yunhe.platform.metrics.declarations import Fact, Metric
from yunhe.platform.metrics.expressions import Expression, Operation, Shifted, Unsplit
from yunhe.platform.metrics.mart.manifest import Manifest, read_manifest
from yunhe.platform.metrics.mart.refresh import mart_folder


@dataclass(frozen=True)
class FactState:
    """A fact with what the mart holds of it; nothing before the first refresh."""

    fact: Fact
    rows: int
    months: int
    through: date | None
    built_at: datetime | None
    checked_at: datetime | None

    @property
    def tables(self) -> list[str]:
        followed = registry.sources().get(self.fact.follows, self.fact)
        return [watch.table for watch in followed.watches]


def facts_behind(metric: Metric) -> list[FactState]:
    """The metric's facts with their state in the mart."""
    manifest = read_manifest(mart_folder())
    return [_state(registry.get_fact(name), manifest) for name in metric.facts]


def last_day(today: date) -> date:
    """The last complete day, so before today, on which anything happened that metrics add up.

    Named periods end there: today's data are still to come, and a comparison of unequal days would
    show a fall that is none. Where nothing older than today's is known, it is today.
    """
    manifest = read_manifest(mart_folder())
    flows = {
        leaf.measure.fact
        for metric in registry.metrics().values()
        for leaf in metric.leaves
        if not leaf.measure.balance
    }
    tables = [table for name in flows if (table := manifest.tables.get(name))]
    days = {part.through for table in tables for part in table.parts.values() if part.through}
    earlier = [day for day in days if day < today]
    if not earlier:
        return today
    # a month's part tells its last day only: where that is not over, the days before it are there
    first = today.replace(day=1)
    under_way = any(day >= today and day.replace(day=1) == first for day in days)
    return today - timedelta(days=1) if under_way else max(earlier)


def parts_of(metric: Metric) -> list[Metric]:
    """The metrics that the formula stands on."""
    return list(dict.fromkeys(_metrics_in(metric.formula)))


def users_of(metric: Metric) -> list[Metric]:
    """The metrics whose formula stands on this one."""
    return [other for other in registry.metrics().values() if metric in parts_of(other)]


def _state(fact: Fact, manifest: Manifest) -> FactState:
    table = manifest.tables.get(fact.name)
    return FactState(
        fact=fact,
        rows=table.rows if table else 0,
        months=len(table.parts) if table else 0,
        through=table.through if table else None,
        built_at=table.built_at if table else None,
        checked_at=manifest.checked_at,
    )


def _metrics_in(expression: Expression) -> list[Metric]:
    if isinstance(expression, Metric):
        return [expression]
    if isinstance(expression, Operation):
        return [*_metrics_in(expression.left), *_metrics_in(expression.right)]
    if isinstance(expression, Shifted | Unsplit):
        return _metrics_in(expression.inner)
    return []
