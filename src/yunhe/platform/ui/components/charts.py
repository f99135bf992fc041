"""Charts: data and meaning here, drawing in the browser (ECharts, loaded when one is near).

Each chart carries a table of the same numbers, which is all that readers without JavaScript or
sight need, and a link that saves it as CSV. Numbers are floats here: they are drawn, not paid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component, Text, component
from yunhe.platform.ui.provinces import PROVINCES, province_name

Number = Decimal | int | float
Unit = Literal["number", "money", "percent"]
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Series:
    """A line or a set of bars; `None` is a gap. `dashed` for targets and forecasts."""

    label: Text
    values: Sequence[Number | None]
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart(Component):
    """Properties common to all charts.

    Args:
        title: what is shown, in words; also the accessible name.
        unit: how numbers are written: number, money (in `currency`) or percent (fractions).
        unit_label: e.g. `_("cases")`, shown beside the title.
        height: pixels.
        table_open: start with the table shown.
    """

    title: Text
    unit: Unit = "number"
    unit_label: Text = ""
    currency: str = ""
    height: Literal[160, 200, 240, 280, 320, 400, 480] = 280
    note: Text = ""
    table_open: bool = False

    kind = ""

    @property
    def payload(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def columns(self) -> list[Text]:
        raise NotImplementedError

    @property
    def rows(self) -> list[list[Text]]:
        raise NotImplementedError

    @property
    def json(self) -> SafeString:
        """The data block; `<`, `>` and `&` escaped so that it cannot end its element."""
        data = {"kind": self.kind, "unit": self.unit, "symbol": self.symbol, **self.payload}
        text = json.dumps(data, default=_plain, ensure_ascii=False)
        return SafeString(text.translate(_ESCAPES))

    @property
    def symbol(self) -> str:
        if self.unit != "money":
            return ""
        return formatting.money(0, self.currency).rstrip("0.")

    def shown(self, value: Number | None) -> str:
        """A number as the table writes it."""
        if value is None:
            return formatting.NOTHING
        if self.unit == "money":
            return formatting.money(value, self.currency)
        return formatting.percent(value) if self.unit == "percent" else formatting.number(value)


@component("trend-chart")
@dataclass(frozen=True, kw_only=True)
class TrendChart(Chart):
    """Lines over time; `categories` are the dates or periods as text."""

    categories: Sequence[Text]
    series: Sequence[Series]
    area: bool = False
    kind = "trend"

    @property
    def payload(self) -> dict[str, Any]:
        return {"categories": self.categories, "series": _series(self.series), "area": self.area}

    @property
    def columns(self) -> list[Text]:
        return [_("Period"), *(series.label for series in self.series)]

    @property
    def rows(self) -> list[list[Text]]:
        return _by_category(self, self.categories, self.series)


@component("bar-chart")
@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Bars side by side, stacked, or lying (`horizontal`, for rankings)."""

    categories: Sequence[Text]
    series: Sequence[Series]
    stacked: bool = False
    horizontal: bool = False
    kind = "bar"

    @property
    def payload(self) -> dict[str, Any]:
        return {
            "categories": self.categories,
            "series": _series(self.series),
            "stacked": self.stacked,
            "horizontal": self.horizontal,
        }

    @property
    def columns(self) -> list[Text]:
        return [_("Category"), *(series.label for series in self.series)]

    @property
    def rows(self) -> list[list[Text]]:
        return _by_category(self, self.categories, self.series)


@dataclass(frozen=True)
class Move:
    """A step of a waterfall: a signed amount, or a total (subtotal) to stand on the ground."""

    label: Text
    value: Number
    total: bool = False


@component("waterfall-chart")
@dataclass(frozen=True, kw_only=True)
class WaterfallChart(Chart):
    """Why this number: from the first amount to the last, step by step."""

    moves: Sequence[Move]
    kind = "waterfall"

    @property
    def payload(self) -> dict[str, Any]:
        return {
            "moves": [{"label": m.label, "value": m.value, "total": m.total} for m in self.moves]
        }

    @property
    def columns(self) -> list[Text]:
        return [_("Step"), _("Amount")]

    @property
    def rows(self) -> list[list[Text]]:
        return [[move.label, self.shown(move.value)] for move in self.moves]


@component("heat-map")
@dataclass(frozen=True, kw_only=True)
class HeatMap(Chart):
    """A grid of shades; `values[y][x]`."""

    xs: Sequence[Text]
    ys: Sequence[Text]
    values: Sequence[Sequence[Number | None]]
    kind = "heat"

    @property
    def payload(self) -> dict[str, Any]:
        return {"xs": self.xs, "ys": self.ys, "values": self.values}

    @property
    def columns(self) -> list[Text]:
        return ["", *self.xs]

    @property
    def rows(self) -> list[list[Text]]:
        return [
            [name, *(self.shown(value) for value in line)]
            for name, line in zip(self.ys, self.values, strict=True)
        ]


@component("funnel")
@dataclass(frozen=True, kw_only=True)
class Funnel(Chart):
    """How many remain from stage to stage: (label, count), widest first."""

    stages: Sequence[tuple[Text, Number]]
    kind = "funnel"

    @property
    def payload(self) -> dict[str, Any]:
        return {"stages": [{"label": label, "value": value} for label, value in self.stages]}

    @property
    def columns(self) -> list[Text]:
        return [_("Stage"), _("Number"), _("Of the first")]

    @property
    def rows(self) -> list[list[Text]]:
        first = self.stages[0][1] if self.stages else 0
        return [
            [
                label,
                self.shown(value),
                formatting.percent(Decimal(str(value)) / Decimal(str(first))) if first else "",
            ]
            for label, value in self.stages
        ]


@dataclass(frozen=True)
class Area:
    """A region of the map: its name, the provinces it is drawn from, its value.

    `provinces` are six-figure codes (GB/T 2260) such as `440000` for Guangdong.
    """

    label: Text
    provinces: Sequence[str]
    value: Number | None
    url: str = ""

    def __post_init__(self) -> None:
        if unknown := [code for code in self.provinces if code not in PROVINCES]:
            raise ValueError(f"no province {', '.join(unknown)}")


@component("china-map")
@dataclass(frozen=True, kw_only=True)
class ChinaMap(Chart):
    """A map of China shaded by value; regions are drawn from their provinces."""

    areas: Sequence[Area]
    value_label: Text = ""
    height: Literal[160, 200, 240, 280, 320, 400, 480] = 480
    kind = "map"

    @property
    def payload(self) -> dict[str, Any]:
        return {
            "label": self.value_label or self.title,
            "names": {code: province_name(code) for code in PROVINCES},
            "areas": [
                {"label": a.label, "provinces": a.provinces, "value": a.value, "url": a.url}
                for a in self.areas
            ],
        }

    @property
    def columns(self) -> list[Text]:
        return [_("Region"), self.value_label or self.title, _("Provinces")]

    @property
    def rows(self) -> list[list[Text]]:
        return [
            [
                area.label,
                self.shown(area.value),
                ", ".join(province_name(code) for code in area.provinces),
            ]
            for area in self.areas
        ]


def _series(series: Iterable[Series]) -> list[Mapping[str, Any]]:
    return [{"label": s.label, "values": s.values, "dashed": s.dashed} for s in series]


def _by_category(
    chart: Chart, categories: Sequence[Text], series: Sequence[Series]
) -> list[list[Text]]:
    return [
        [category, *(chart.shown(each.values[index]) for each in series)]
        for index, category in enumerate(categories)
    ]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
