"""Filters of a list that a person named: chips above it, and the form that names, renames, deletes.

Where they are kept is another room's matter (platform/accounts), which registers its `Shelf`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

from yunhe.platform.ui.filters import FilterSet

LEFT_OUT = {"page", "size", "export"}


@dataclass(frozen=True)
class Kept:
    """One that was saved; `query` without the question mark."""

    key: int
    name: str
    query: str


@dataclass(frozen=True)
class Shelf:
    """`kept(user_id, path)` finds a person's filters of a list; the names are those of POST addresses."""

    kept: Callable[[int, str], Iterable[Kept]]
    save_url_name: str
    change_url_name: str


_shelves: list[Shelf] = []


def keep_on(shelf: Shelf) -> None:
    """From now on filters are kept there."""
    _shelves[:] = [shelf]


def plain_query(query: str) -> str:
    """What a query string asks for: without the page, empty values and chance order."""
    pairs = [(name, value) for name, value in parse_qsl(query) if name not in LEFT_OUT]
    return urlencode(sorted(pairs))


@dataclass(frozen=True)
class SavedChip:
    """A saved filter as a link; `current` when the list shows just that."""

    name: str
    url: str
    current: bool


class SavedFilters:
    """The reader's saved filters of the list of this request."""

    def __init__(self, request: HttpRequest, user_id: int, filters: FilterSet) -> None:
        self.path, self.user_id, self.filters = request.path, user_id, filters
        self.query = plain_query(request.META.get("QUERY_STRING", ""))
        self.shelf = _shelves[0]

    @cached_property
    def kept(self) -> list[Kept]:
        return list(self.shelf.kept(self.user_id, self.path))

    @property
    def chips(self) -> list[SavedChip]:
        return [
            SavedChip(each.name, f"{self.path}?{each.query}", each is self.current)
            for each in self.kept
        ]

    @cached_property
    def current(self) -> Kept | None:
        """The one whose list is shown."""
        return next((each for each in self.kept if each.query == self.query), None)

    @property
    def may_save(self) -> bool:
        """Whether there is anything to name."""
        return self.filters.active and self.current is None

    @property
    def save_url(self) -> str:
        return reverse(self.shelf.save_url_name)

    @property
    def change_url(self) -> str:
        return reverse(self.shelf.change_url_name, args=[self.current.key]) if self.current else ""


def saved_filters_of(request: HttpRequest, filters: FilterSet) -> SavedFilters | None:
    """None for a list that has nothing to filter by, and for readers without an account."""
    principal = getattr(request, "principal", None)
    user_id = getattr(principal, "user_id", None)
    filterable = filters.declared or filters.search or filters.search_in
    if user_id is None or not filterable or not _shelves:
        return None
    return SavedFilters(request, user_id, filters)
