"""The detail page: a record, its panels, its actions, its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import NotFound
from yunhe.platform.ui.columns import Column
from yunhe.platform.ui.component import Component, Text
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.components.charts import Chart
from yunhe.platform.ui.components.figures import Event, Fact
from yunhe.platform.ui.formatting import NOTHING
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views.base import Page


class Panel:
    """A card on a detail page. Subclass, set `title` and what the kind asks for.

    Attributes:
        title, icon: the card's heading.
        side: in the narrow column at the right.
        permission: who sees it; "" for every reader of the page.
        flush: without padding (tables).
    """

    title: Text = ""
    icon: ClassVar[str] = ""
    side: ClassVar[bool] = False
    permission: ClassVar[str] = ""
    flush: ClassVar[bool] = False
    template_name: ClassVar[str] = ""

    def __init__(self, view: DetailView) -> None:
        self.view = view
        self.request = view.request
        self.record = view.record

    def shown(self) -> bool:
        """Whether the panel has anything to say about this record."""
        return True

    def actions(self) -> Sequence[Button]:
        return ()

    def visible_actions(self) -> list[Button]:
        return [button for button in self.actions() if self.view.can(button.permission)]

    def context(self) -> dict[str, Any]:
        return {}

    def render(self) -> SafeString:
        context = {"panel": self, "record": self.record, "view": self.view, **self.context()}
        return render_to_string(self.template_name, context, request=self.request)


class TemplatePanel(Panel):
    """A panel with a template of its own: `template_name` and `context()`."""


class ChartPanel(Panel):
    """A chart about the record: override `chart()`."""

    icon = "chart-bar"
    template_name = "ui/panels/chart.html"

    def chart(self) -> Chart:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {"chart": self.chart()}


class FactsPanel(Panel):
    """Terms and values.

    `fields` are columns (columns.py), so that money, dates and badges look as in lists:

        fields = (TextColumn(_("Name"), source="name"), MoneyColumn(_("Limit"), source="limit"))
    """

    fields: ClassVar[Sequence[Column]] = ()
    columns: ClassVar[Literal[1, 2, 3, 4]] = 2
    template_name = "ui/panels/facts.html"

    def facts(self) -> Sequence[Fact]:
        return [
            Fact(column.label, column.show(self.record) or NOTHING, hint=column.hint)
            for column in self.fields
        ]

    def context(self) -> dict[str, Any]:
        return {"facts": self.facts()}


class TablePanel(Panel):
    """A declared table inside the page: `table` and `rows()`; the first `limit` are shown."""

    table: ClassVar[type[Table]]
    limit: ClassVar[int] = 100
    more_url: ClassVar[str] = ""
    empty: ClassVar[Empty | None] = None
    flush = True
    template_name = "ui/panels/table.html"

    def rows(self) -> Rows:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        table = self.table(self.rows())
        found = list(table.plan()[: self.limit + 1])
        table.page_rows = found[: self.limit]
        return {
            "table": table,
            "empty": self.empty or Empty(title=_("Nothing here yet")),
            "more": len(found) > self.limit,
        }


class TimelinePanel(Panel):
    """What happened to the record: override `events()`."""

    title: Text = _("History")
    icon = "history"
    side = True
    template_name = "ui/panels/timeline.html"

    def events(self) -> Iterable[Event]:
        return ()

    def context(self) -> dict[str, Any]:
        return {"events": list(self.events())}


class DetailView(Page):
    """One record.

    Give `model` (or override `get_record`) and `panels`; optionally `get_status`, `get_actions`,
    `get_crumbs`, `get_stats`. The record is found by `pk`, or by the URL's other arguments.
    """

    model: ClassVar[type[Model] | None] = None
    panels: ClassVar[Sequence[type[Panel]]] = ()
    template_name = "ui/pages/detail.html"

    def get_queryset(self) -> QuerySet[Any]:
        """Rows the record is looked up in; add select_related here."""
        if self.model is None:
            raise TypeError(f"{type(self).__qualname__} needs a model or get_record()")
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def get_record(self) -> Any:
        record = self.get_queryset().filter(**self.kwargs).first()
        if record is None:
            raise NotFound()
        return record

    @cached_property
    def record(self) -> Any:
        return self.get_record()

    def get_title(self) -> Text:
        return str(self.record)

    def get_status(self) -> Component | None:
        """The badge beside the title."""
        return None

    def get_stats(self) -> Sequence[Component]:
        """Tiles above the panels."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        panels = [
            panel
            for panel in (kind(self) for kind in self.panels)
            if self.can(panel.permission) and panel.shown()
        ]
        return self.render(
            record=self.record,
            status_mark=self.get_status(),
            stats=self.get_stats(),
            main_panels=[panel for panel in panels if not panel.side],
            side_panels=[panel for panel in panels if panel.side],
        )
