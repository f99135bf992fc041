"""What the reader moves: tabs, pages, searches, dialogs, sheets, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString

from yunhe.platform.ui.component import Component, Text, component
from yunhe.platform.ui.components.basics import NO_CONTENT
from yunhe.platform.ui.paging import shown_count


@dataclass(frozen=True)
class Tab:
    """A view of the same thing; `count` is shown beside the label."""

    label: Text
    url: str
    active: bool = False
    count: int | None = None
    icon: str = ""


@component("tabs")
@dataclass(frozen=True, kw_only=True)
class Tabs(Component):
    """Links that look like tabs: every tab has its own address."""

    tabs: Sequence[Tab]
    label: Text = ""


@component("pagination")
@dataclass(frozen=True, kw_only=True)
class Pagination(Component):
    """Which rows of how many, and the way to the others; `query` is kept."""

    page: Page[Any]
    query: QueryDict | None = None
    target: str = ""

    @property
    def base(self) -> str:
        query = self.query.copy() if self.query is not None else QueryDict(mutable=True)
        query.pop("page", None)
        encoded = query.urlencode()
        return f"?{encoded}&page=" if encoded else "?page="

    @property
    def total(self) -> str:
        return shown_count(self.page.paginator)

    @property
    def numbers(self) -> list[int | str]:
        return list(
            self.page.paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        )


@component("search-box")
@dataclass(frozen=True, kw_only=True)
class SearchBox(Component):
    """A text search that works on Enter and, with JavaScript, while typing."""

    name: str = "q"
    value: str = ""
    label: Text = ""
    placeholder: Text = ""
    live: bool = False


@component("dialog")
@dataclass(frozen=True, kw_only=True)
class Dialog(Component):
    """A native dialog that `opens=<id>` buttons open; `sheet` slides from below on phones.

    Content is a block: `{% uiblock "dialog" id="filter" title=… %}…{% enduiblock %}`.
    """

    id: str
    title: Text
    content: SafeString = NO_CONTENT
    sheet: bool = False


@component("dropzone")
@dataclass(frozen=True, kw_only=True)
class Dropzone(Component):
    """A file field one can also drop on; shows names and sizes of what was chosen."""

    name: str
    label: Text
    accept: str = ""
    multiple: bool = False
    capture: bool = False
    help: Text = ""
    max_bytes: int = 0
    errors: Sequence[str] = ()
    required: bool = True
