"""Routes: a map without tiles in kilometres around a depot, and bars of a day by vehicle.

The map is a chart (drawn by ECharts, with its table); the bars are plain SVG and need no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Component, Text, component
from yunhe.platform.ui.components.charts import Chart

COLOURS = 6


@dataclass(frozen=True)
class MapStop:
    """A place, `east` and `north` of the origin in km; `number` is its place in the route."""

    label: Text
    east: float
    north: float
    number: int = 0
    note: Text = ""
    done: bool = False


@dataclass(frozen=True)
class MapRoute:
    """Stops in driving order, from the origin and back to it; `colour` counts from 0."""

    label: Text
    stops: Sequence[MapStop]
    colour: int = 0


@component("route-map")
@dataclass(frozen=True, kw_only=True)
class RouteMap(Chart):
    """Routes around an origin; `loose` stops are on none. Ctrl + wheel or pinch zooms."""

    origin: Text
    routes: Sequence[MapRoute]
    loose: Sequence[MapStop] = ()
    loose_label: Text = ""
    height: Literal[160, 200, 240, 280, 320, 400, 480] = 400
    kind = "routes"

    @property
    def payload(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "kilometres": _("km"),
            "routes": [
                {
                    "label": route.label,
                    "colour": route.colour % COLOURS,
                    "stops": [_point(stop) for stop in route.stops],
                }
                for route in self.routes
            ],
            "looseLabel": self.loose_label,
            "loose": [_point(stop) for stop in self.loose],
        }

    @property
    def columns(self) -> list[Text]:
        return [_("Delivery stop"), _("Route"), _("Stop no."), _("Remark")]

    @property
    def rows(self) -> list[list[Text]]:
        found = [
            [stop.label, route.label, str(stop.number), stop.note]
            for route in self.routes
            for stop in route.stops
        ]
        nothing = formatting.NOTHING
        return found + [[stop.label, nothing, nothing, stop.note] for stop in self.loose]


def _point(stop: MapStop) -> dict[str, Any]:
    return {
        "label": stop.label,
        "x": stop.east,
        "y": stop.north,
        "number": stop.number,
        "note": stop.note,
        "done": stop.done,
    }


@dataclass(frozen=True)
class DayPart:
    """From `start` to `end` (seconds of the day): on the way, waiting or working; `title` on hover."""

    start: int
    end: int
    kind: Literal["way", "wait", "work", "late"]
    title: Text = ""


@dataclass(frozen=True)
class DayRow:
    """One vehicle or person: what fills its day, within the hours it may work."""

    label: Text
    parts: Sequence[DayPart]
    opens: int
    closes: int
    note: Text = ""
    url: str = ""
    colour: int = 0

    @property
    def shade(self) -> int:
        return self.colour % COLOURS + 1


@component("day-bars")
@dataclass(frozen=True, kw_only=True)
class DayBars(Component):
    """Rows over one time axis, in whole hours around everything that is shown."""

    rows: Sequence[DayRow]
    label: Text

    @property
    def first(self) -> int:
        """The hour the axis begins with."""
        starts = [row.opens for row in self.rows] + [p.start for r in self.rows for p in r.parts]
        return min(starts, default=8 * 3600) // 3600

    @property
    def last(self) -> int:
        ends = [row.closes for row in self.rows] + [p.end for r in self.rows for p in r.parts]
        return max(self.first + 1, -(-max(ends, default=18 * 3600) // 3600))

    @property
    def hours(self) -> list[int]:
        return list(range(self.first, self.last))

    def place(self, start: int, end: int) -> dict[str, float]:
        """Left edge and width in thousandths of the axis."""
        span = (self.last - self.first) * 3600
        left = 1000 * (start - self.first * 3600) / span
        return {"x": round(left, 2), "width": round(max(1.0, 1000 * (end - start) / span), 2)}

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Rows with their parts placed on the axis."""
        return [
            {
                "row": row,
                "open": self.place(row.opens, row.closes),
                "parts": [
                    {**self.place(part.start, part.end), "kind": part.kind, "title": part.title}
                    for part in row.parts
                ],
            }
            for row in self.rows
        ]
