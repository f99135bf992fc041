"""The list: declared table, declared filters, pages, export, bulk actions. State is in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar

from django.core.paginator import Page as PageOfRows
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Button, Empty
from yunhe.platform.ui.exports import FORMATS, export_rows
from yunhe.platform.ui.filters import FilterSet
from yunhe.platform.ui.icons import check_icon
from yunhe.platform.ui.paging import CappedPaginator, shown_count
from yunhe.platform.ui.saved_filters import saved_filters_of
from yunhe.platform.ui.tables import Rows, Table
from yunhe.platform.ui.views.base import Page

EXPORT_LIMIT = 200_000
PAGE_SIZES = (25, 50, 100, 200)


@dataclass(frozen=True)
class BulkAction:
    """A button for the chosen rows; `url_name` is a BulkView."""

    label: Text
    url_name: str
    icon: str = ""
    permission: str = ""
    style: str = "secondary"

    def __post_init__(self) -> None:
        check_icon(self.icon)

    @property
    def url(self) -> str:
        return reverse(self.url_name)


class ListView(Page):
    """A list.

    Give `table` and `model` (or override `get_rows`, which may also return a sequence of mappings
    or dataclasses). Optional: `filters`, `create_url_name`, `create_permission`, `bulk`, `empty`,
    `export`, `per_page`.
    """

    table: ClassVar[type[Table]]
    model: ClassVar[type[Model] | None] = None
    filters: ClassVar[type[FilterSet] | None] = None
    create_url_name: ClassVar[str] = ""
    create_label: ClassVar[Text] = _("New")
    create_permission: ClassVar[str] = ""
    bulk: ClassVar[Sequence[BulkAction]] = ()
    empty: ClassVar[Empty | None] = None
    export: ClassVar[bool] = True
    per_page: ClassVar[int] = 50
    template_name = "ui/pages/list.html"
    fragment_name: ClassVar[str] = "ui/pages/list_fragment.html"
    above: ClassVar[str] = ""

    def get_rows(self) -> Rows:
        """All rows that this page is about; the scope is the database's matter."""
        if self.model is None:
            raise TypeError(f"{type(self).__qualname__} needs a model or get_rows()")
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    @cached_property
    def filter_set(self) -> FilterSet:
        return (self.filters or FilterSet)(self.request.GET)

    @cached_property
    def found(self) -> Table:
        """The table over the filtered rows (not yet a page of them)."""
        return self.table(self.filter_set.apply(self.get_rows()), query=self.request.GET)

    @property
    def page_size(self) -> int:
        asked = self.request.GET.get("size", "")
        return int(asked) if asked in map(str, PAGE_SIZES) else self.per_page

    def page(self) -> PageOfRows[Any]:
        """The rows of the asked page; a number out of range shows the nearest."""
        paginator = CappedPaginator(self.found.plan(), self.page_size)
        return paginator.get_page(self.request.GET.get("page"))

    def get_actions(self) -> Sequence[Button]:
        if not self.create_url_name:
            return ()
        return (
            Button(
                label=self.create_label,
                url=reverse(self.create_url_name),
                style="primary",
                icon="plus",
                permission=self.create_permission,
            ),
        )

    @property
    def bulk_actions(self) -> list[BulkAction]:
        return [action for action in self.bulk if self.can(action.permission)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            return self.exported(kind)
        table = self.found
        page = self.page()
        table.page_rows = list(page.object_list)
        context: dict[str, Any] = {
            "table": table,
            "page": page,
            "filters": self.filter_set,
            "saved": saved_filters_of(request, self.filter_set),
            "searchable": bool(self.filter_set.search),
            "total": page.paginator.count,
            "shown": shown_count(page.paginator),
            "empty": self.empty_state(),
            "bulk_actions": self.bulk_actions,
            "selectable": bool(self.bulk_actions),
            "formats": FORMATS if self.export else {},
            "above": self.above,
        }
        return self.render(
            template=self.fragment_name if self.wants_fragment else self.template_name, **context
        )

    def empty_state(self) -> Empty:
        """What to say when there is nothing: other words when filters hide everything."""
        if self.filter_set.active:
            clear = Button(label=_("Clear filters"), url=self.filter_set.clear_url, icon="x")
            return Empty(
                title=_("Nothing matches"),
                text=_("No entry fits the search and filters chosen."),
                icon="search",
                actions=(clear,),
            )
        return self.empty or Empty(
            title=_("Nothing here yet"),
            text=_("Entries appear here as soon as there are any."),
            actions=[button for button in self.get_actions() if self.can(button.permission)],
        )

    def exported(self, kind: str) -> HttpResponseBase:
        """All filtered rows with the visible columns as a file."""
        if kind not in FORMATS or not self.export:
            raise DomainError(_("There is no such export format."), code="ui.export_format")
        table = self.found
        rows: Iterable[Any] = table.plan()
        if isinstance(rows, QuerySet):
            rows = rows.iterator(chunk_size=2000)
        return export_rows(
            kind,
            name=f"{self.get_title()} {timezone.localdate():%Y-%m-%d}",
            headings=[column.label for column in table.visible],
            rows=table.exported(islice(rows, EXPORT_LIMIT)),
        )
