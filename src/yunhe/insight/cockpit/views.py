"""The cockpit: what changed, why, what should I do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yunhe.insight.cockpit import panels, permissions, queries
from yunhe.insight.cockpit.attention import concerns
from yunhe.insight.cockpit.lens import LEVELS, Lens
from yunhe.insight.cockpit.starting import first_steps
from yunhe.platform.metrics import registry
from yunhe.platform.metrics.errors import MartEmpty
from yunhe.platform.metrics.lineage import last_day
from yunhe.platform.metrics.sheets import result_file
from yunhe.platform.metrics.views import period_text
from yunhe.platform.ui.components.basics import Button, Crumb, Empty
from yunhe.platform.ui.components.controls import Tab
from yunhe.platform.ui.views.base import Page

MIX = "mix"


def preset_names() -> dict[str, str]:
    """The named periods, in the order of the picker."""
    return {
        "days_30": _("last 30 days"),
        "days_90": _("last 90 days"),
        "month": _("this month"),
        "last_month": _("last month"),
        "quarter": _("this quarter"),
        "last_quarter": _("last quarter"),
        "year": _("this year"),
        "months_12": _("last 12 months"),
    }


class Cockpit(Page):
    permission = permissions.VIEW
    title = gettext_lazy("Cockpit")
    template_name = "cockpit/cockpit.html"

    @cached_property
    def today(self) -> date:
        return last_day(timezone.localdate(self.now))

    @cached_property
    def lens(self) -> Lens:
        return Lens(self.principal, self.request.GET, self.today)

    def get_title(self) -> str:
        places = self.lens.places
        return places[-1][1].label if places else str(self.title)

    def get_subtitle(self) -> str:
        period = period_text(self.lens.frame.period)
        before = panels.compared_days(self.lens)
        if not before:
            return period
        return _("%(period)s, compared with %(before)s") % {"period": period, "before": before}

    def get_crumbs(self) -> Sequence[Crumb]:
        lens = self.lens
        if not lens.places:
            return ()
        crumbs = [Crumb(_("Whole scope"), lens.address(**dict.fromkeys(LEVELS)))]
        for level, node in lens.places[:-1]:
            deeper = LEVELS[LEVELS.index(level) + 1 :]
            crumbs.append(Crumb(node.label, lens.address(**dict.fromkeys(deeper))))
        return crumbs

    def get_actions(self) -> Sequence[Button]:
        address = self.lens.address(metric=None)
        focus = self.lens.focus.name
        return (
            Button(
                label=_("Rows behind it"),
                url=reverse("metrics:rows", args=[focus]) + address,
                icon="list-details",
            ),
            Button(
                label="Excel",
                url=self.lens.address(export="xlsx"),
                icon="file-spreadsheet",
                download=True,
            ),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not registry.metrics() or not self.lens.focusable:
            return self._start()
        try:
            if kind := request.GET.get("export"):
                return self._exported(kind)
            sections = self._sections()
            if sections["through"] is None and not self.lens.frame.where:
                return self._start()
            return self.render(**sections)
        except MartEmpty:
            return self._start()

    def _start(self) -> HttpResponseBase:
        """Without numbers: what to do first."""
        steps = first_steps(self.principal)
        return self.render(template="cockpit/empty.html", empty=self._empty(), steps=steps)

    def _exported(self, kind: str) -> HttpResponseBase:
        lens = self.lens
        result = queries.ranking(lens) or queries.trend(lens)
        return result_file(result, kind)

    def _sections(self) -> dict[str, Any]:
        lens = self.lens
        tiles, sample = queries.tiles(lens)
        as_of = sample.as_of if sample else None
        trend = queries.trend(lens)
        ranking = queries.ranking(lens)
        provinces = queries.by_province(lens)
        lines = panels.ranking_lines(lens, ranking) if ranking else []
        return {
            "lens": lens,
            "stats": [panels.stat(lens, tile, as_of) for tile in tiles],
            "through": trend.through or (sample.through if sample else None),
            "trend": panels.trend_chart(lens, trend),
            "map": panels.province_map(lens, provinces) if provinces else None,
            "ranking": panels.ranking_chart(lens, ranking) if ranking else None,
            "lines": lines,
            "with_targets": any(line.target for line in lines),
            "level": ranking.dimensions[0].label if ranking else "",
            "concerns": concerns(lens),
            **self._why(),
            **self._controls(),
        }

    def _why(self) -> dict[str, Any]:
        """The explanation of the change, by the chosen cause."""
        lens = self.lens
        known = queries.causes(lens)
        if not lens.frame.compare or not known:
            return {"why": None, "causes": []}
        with_mix = lens.focus.name in queries.UNITS_OF
        asked = self.request.GET.get("why", known[0])
        chosen = asked if asked in known or (asked == MIX and with_mix) else known[0]
        total = lens.ask(lens.focus.name).total
        if chosen == MIX:
            found = queries.price_volume_mix(lens)
            why = panels.mix_chart(lens, found, total) if found else None
        else:
            why = panels.why_chart(lens, queries.contributions(lens, chosen), total)
        labels = {name: str(registry.get_dimension(name).label) for name in known}
        if with_mix:
            labels[MIX] = _("Volume, mix, price")
        tabs = [Tab(text, lens.address(why=name), name == chosen) for name, text in labels.items()]
        return {"why": why, "causes": tabs}

    def _controls(self) -> dict[str, Any]:
        lens = self.lens
        comparisons = {
            "previous_period": _("previous period"),
            "last_year": _("last year"),
            "none": _("nothing"),
        }
        kept = {"period", "from", "to", "last", "compare", "export"}
        return {
            "presets": preset_names().items(),
            "comparisons": comparisons.items(),
            "comparison": lens.frame.compare or "none",
            "hidden": [
                (name, value)
                for name, values in self.request.GET.lists()
                for value in values
                if name not in kept
            ],
            "focus_tabs": [
                Tab(metric.label, lens.address(metric=metric.name), metric is lens.focus)
                for metric in lens.focusable
            ],
            "chips": self._chips(),
        }

    def _chips(self) -> list[tuple[str, str]]:
        """Filters other than the drill, with the address that drops them."""
        lens = self.lens
        chips = []
        for each in lens.frame.where:
            if each.dimension in LEVELS:
                continue
            attribute = registry.get_dimension(each.dimension)
            texts = [str(attribute.choices.get(str(key), key)) for key in each.values]
            chips.append(
                (f"{attribute.label}: {', '.join(texts)}", lens.address(**{each.dimension: None}))
            )
        return chips

    def _empty(self) -> Empty:
        return Empty(
            title=_("No numbers yet"),
            text=_(
                "The cockpit fills as soon as sales, orders or stock are recorded; the mart follows"
                " within a minute."
            ),
            icon="chart-bar",
        )
