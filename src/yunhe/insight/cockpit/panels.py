"""The cockpit's charts and tables, made from the queries' results."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from yunhe.insight.cockpit.compute import Contribution, PriceVolumeMix
from yunhe.insight.cockpit.lens import Lens
from yunhe.insight.cockpit.queries import Tile
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.engine.calendar import buckets, offset
from yunhe.platform.metrics.engine.result import Result, Row
from yunhe.platform.metrics.views import CHART_UNITS, period_label
from yunhe.platform.metrics.wording import number_text, unit_text
from yunhe.platform.ui import formatting
from yunhe.platform.ui.components.charts import (
    Area,
    BarChart,
    ChinaMap,
    Series,
    TrendChart,
)
from yunhe.platform.ui.components.figures import Stat
from yunhe.platform.ui.provinces import PROVINCES

BARS = 12


def comparison_text(lens: Lens) -> str:
    """What the numbers are compared with."""
    if lens.frame.compare == "last_year":
        return _("vs. last year")
    return _("vs. previous period") if lens.frame.compare else ""


def stat(lens: Lens, tile: Tile, as_of: Any) -> Stat:
    """A tile: its number opens the rows, its question mark the definition."""
    metric = tile.metric
    share = metric.unit == "percent"
    note = "" if tile.narrowed else _("not narrowed by the filters")
    if share and tile.difference is not None:
        note = _("%(points)s points") % {"points": f"{tile.difference * 100:+.1f}"}
    address = lens.address(metric=None)
    return Stat(
        label=metric.label,
        value=number_text(metric, tile.value, short=True),
        unit="" if metric.unit in ("money", "percent") else unit_text(metric),
        change=None if share else tile.change,
        comparison=comparison_text(lens) if tile.difference is not None else "",
        good=metric.good,
        as_of=as_of,
        definition_url=reverse("metrics:detail", args=[metric.name]) + address,
        url=reverse("metrics:rows", args=[metric.name]) + address,
        trend=tile.trend,
        note=note,
    )


def trend_chart(lens: Lens, result: Result) -> TrendChart:
    """The metric in focus, and what it is compared with as a dashed line."""
    metric, grain = lens.focus, lens.grain
    marks = buckets(result.question.period, grain)
    rows = {row.period: row for row in result.rows}
    values = [
        _at(rows.get(mark), metric, "values") if result.reaches(metric.name, mark) else None
        for mark in marks
    ]
    series = [Series(metric.label, values)]
    if lens.frame.compare:
        before = [_at(rows.get(mark), metric, "previous") for mark in marks]
        series.append(Series(comparison_text(lens), before, dashed=True))
    return TrendChart(
        title=_("%(metric)s over time") % {"metric": metric.label},
        categories=[period_label(mark, grain) for mark in marks],
        series=series,
        height=400,
        **_units(metric),
    )


def province_map(lens: Lens, result: Result) -> ChinaMap:
    """Provinces shaded by the metric in focus; one leads to the view of it."""
    metric = lens.focus
    areas = [
        Area(
            label=row.texts["province"],
            provinces=[str(row.keys["province"])],
            value=row.values[metric.name],
            url=lens.address(province=str(row.keys["province"])),
        )
        for row in result.rows
        if row.keys["province"] in PROVINCES
    ]
    return ChinaMap(
        title=_("%(metric)s by province") % {"metric": metric.label},
        areas=areas,
        value_label=metric.label,
        height=400,
        **_units(metric),
    )


def ranking_chart(lens: Lens, result: Result) -> BarChart:
    """The places one level below, the largest first, beside their comparison."""
    metric, dimension = lens.focus, result.dimensions[0]
    rows = result.rows[:BARS]
    series = [Series(metric.label, [row.values[metric.name] for row in rows])]
    if lens.frame.compare:
        series.append(Series(comparison_text(lens), [row.previous[metric.name] for row in rows]))
    return BarChart(
        title=_("%(metric)s by %(dimension)s")
        % {"metric": metric.label, "dimension": dimension.label},
        categories=[row.texts[dimension.name] for row in rows],
        series=series,
        horizontal=True,
        height=400,
        **_units(metric),
    )


@dataclass(frozen=True)
class Line:
    """A row of the ranking's table, ready to be shown."""

    label: str
    url: str
    value: str
    share: str
    change: Decimal | None
    tone: str
    target: str
    achieved: Decimal | None


def ranking_lines(lens: Lens, result: Result, *, limit: int = 100) -> list[Line]:
    """The ranking as a table: value, share, change, target and achievement."""
    metric, dimension = lens.focus, result.dimensions[0]
    whole = result.total.values[metric.name]
    return [_line(lens, metric, dimension.name, row, whole) for row in result.rows[:limit]]


def _line(lens: Lens, metric: Metric, level: str, row: Row, whole: Decimal | None) -> Line:
    value, change = row.values[metric.name], row.change(metric.name)
    key = row.keys[level]
    target = row.targets.get(metric.name)
    good = change is not None and (change > 0) == (metric.good == "up")
    judged = bool(change) and metric.good != "neither"
    return Line(
        label=row.texts[level],
        url=lens.address(**{level: "-" if key is None else str(key)}),
        value=number_text(metric, value, short=True),
        share=formatting.percent(value / whole) if metric.additive and value and whole else "",
        change=change,
        tone=("green" if good else "red") if judged else "grey",
        target=number_text(metric, target, short=True) if target is not None else "",
        achieved=row.achievement(metric.name),
    )


def why_chart(lens: Lens, parts: list[Contribution], total: Row) -> BarChart:
    """What each part adds to the change, up or down."""
    return _causes(lens, [(part.label, part.change) for part in parts if part.change], total)


def mix_chart(lens: Lens, found: PriceVolumeMix, total: Row) -> BarChart:
    """What volume, mix and price add to the change."""
    steps = [(_("volume"), found.volume), (_("mix"), found.mix), (_("price"), found.price)]
    return _causes(lens, steps, total)


def _causes(lens: Lens, steps: list[tuple[str, Decimal]], total: Row) -> BarChart:
    """Bars around zero: beside the whole amounts the changes would be too small to see."""
    metric = lens.focus
    before, after = total.previous[metric.name], total.values[metric.name]
    words = {
        "metric": metric.label,
        "before": number_text(metric, before, short=True),
        "after": number_text(metric, after, short=True),
    }
    return BarChart(
        title=_("Why %(metric)s changed: %(before)s → %(after)s") % words,
        categories=[label for label, _change in steps],
        series=[Series(_("change"), [change for _label, change in steps])],
        horizontal=True,
        height=320,
        note=_("The bars add up to the whole change."),
        **_units(metric),
    )


def compared_days(lens: Lens) -> str:
    """The comparison period, both ends included."""
    if not lens.frame.compare:
        return ""
    before = offset(lens.frame.period, lens.frame.compare, None).back(lens.frame.period)
    return f"{formatting.day(before.start)} – {formatting.day(before.last)}"


def _at(row: Row | None, metric: Metric, which: str) -> Decimal | None:
    return getattr(row, which).get(metric.name) if row else None


def _units(metric: Metric) -> dict[str, Any]:
    known = metric.unit in CHART_UNITS
    return {
        "unit": CHART_UNITS.get(metric.unit, "number"),
        "unit_label": "" if known else unit_text(metric),
        "currency": settings.CURRENCY if metric.unit == "money" else "",
    }
