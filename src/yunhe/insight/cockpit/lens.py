"""What the reader looks at: period, comparison, place in the drill, metric in focus.

Everything is in the address, so a view can be sent, bookmarked and gone back to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.http import QueryDict

from yunhe.platform.access.models import Node
from yunhe.platform.access.principal import Principal
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.asking import Frame, frame_from
from yunhe.platform.metrics.declarations import Metric
from yunhe.platform.metrics.engine.query import query
from yunhe.platform.metrics.engine.result import Result
from yunhe.platform.metrics.question import Filter, Grain, Question, Span

LEVELS = ("region", "dealer", "store")
FOCUS = (
    "sell_out_amount",
    "sell_in_amount",
    "sell_through_amount",
    "sell_out_quantity",
    "closing_stock",
    "receivables",
)
LONG_DAYS, WEEKS_FROM_DAYS = 120, 45


@dataclass(frozen=True)
class Lens:
    """One reader's view. `params` is the page's query string; `today` ends the named periods."""

    principal: Principal
    params: QueryDict
    today: date

    @cached_property
    def frame(self) -> Frame:
        return frame_from(self.params, today=self.today)

    @cached_property
    def focus(self) -> Metric:
        """The metric in focus: the asked one when it exists and may be seen, else the first."""
        asked = self.params.get("metric", "")
        known = self.focusable
        return next((metric for metric in known if metric.name == asked), known[0])

    @cached_property
    def focusable(self) -> list[Metric]:
        return self.allowed(FOCUS)

    def allowed(self, names: tuple[str, ...]) -> list[Metric]:
        """Those of the named metrics that are declared and that the reader may ask for."""
        known = registry.metrics()
        found = [known[name] for name in names if name in known]
        return [m for m in found if not m.permission or self.principal.can(m.permission)]

    @cached_property
    def drilled(self) -> dict[str, Filter]:
        """The levels of the tree that the view is narrowed to."""
        return {each.dimension: each for each in self.frame.where if each.dimension in LEVELS}

    @cached_property
    def child_level(self) -> str | None:
        """The dimension one step below: None below a store."""
        deepest = max((LEVELS.index(name) for name in self.drilled), default=self._own_level)
        return LEVELS[deepest + 1] if deepest + 1 < len(LEVELS) else None

    @cached_property
    def _own_level(self) -> int:
        """Where the reader's own part of the tree begins: -1 for the whole."""
        if self.principal.wide or self.principal.system or len(self.principal.held) != 1:
            return -1
        return min(self.principal.held[0].path.count("."), len(LEVELS)) - 1

    @cached_property
    def places(self) -> list[tuple[str, Node]]:
        """(level, node) of the drill, from above."""
        ids = {key for each in self.drilled.values() for key in each.values if key is not None}
        nodes = {node.pk: node for node in Node.objects.filter(pk__in=ids)} if ids else {}
        found = []
        for level in LEVELS:
            each = self.drilled.get(level)
            for key in each.values if each else ():
                if key in nodes:
                    found.append((level, nodes[key]))
        return found

    @property
    def grain(self) -> Grain:
        """A time grain that gives the trend between ten and sixty points."""
        days = self.trend_period.days
        if days > LONG_DAYS:
            return "month"
        return "week" if days > WEEKS_FROM_DAYS else "day"

    @property
    def trend_period(self) -> Span:
        """The asked period, or the 30 days up to its end when it is shorter."""
        period = self.frame.period
        if period.days >= 14:
            return period
        return Span(period.end - timedelta(days=30), period.end)

    def address(self, **changes: str | None) -> str:
        """The query string of this view with some parameters changed or (None) left out."""
        params = self.params.copy()
        params.pop("export", None)
        for name, value in changes.items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = value
        encoded = params.urlencode()
        return f"?{encoded}" if encoded else "?"

    def ask(
        self,
        *metrics: str,
        dimensions: tuple[str, ...] = (),
        period: Span | None = None,
        grain: Grain | None = None,
        compare: bool = True,
        targets: bool = False,
        limit: int | None = None,
    ) -> Result:
        """A question in this view."""
        return query(
            Question(
                metrics=metrics,
                period=period or self.frame.period,
                dimensions=dimensions,
                grain=grain,
                where=self.fitting(metrics),
                compare=self.frame.compare if compare else None,
                targets=targets,
                limit=limit,
            ),
            principal=self.principal,
        )

    def fitting(self, metrics: tuple[str, ...]) -> tuple[Filter, ...]:
        """The view's filters that every one of the metrics knows."""
        fits = [registry.dimensions_for(registry.get_metric(name)) for name in metrics]
        return tuple(f for f in self.frame.where if all(f.dimension in each for each in fits))
