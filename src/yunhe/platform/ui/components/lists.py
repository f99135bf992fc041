"""Tables, filters and card lists as components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.safestring import SafeString

from yunhe.platform.ui.component import Component, Text, component
from yunhe.platform.ui.components.basics import Empty

if TYPE_CHECKING:
    from yunhe.platform.ui.filters import FilterSet
    from yunhe.platform.ui.tables import Table


@component("table")
@dataclass(frozen=True, kw_only=True)
class TableComponent(Component):
    """A declared table (tables.py) with its rows; a list of cards below 576 px."""

    table: Table
    empty: Empty | None = None
    selectable: bool = False
    target: str = ""


@component("filter-bar")
@dataclass(frozen=True, kw_only=True)
class FilterBar(Component):
    """Search and declared filters (filters.py) in one row."""

    filters: FilterSet
    search: bool = True
    target: str = ""
    search_label: Text = ""


@component("filter-chips")
@dataclass(frozen=True, kw_only=True)
class FilterChips(Component):
    """What is filtered by, each with the way to take it away."""

    filters: FilterSet


@dataclass(frozen=True)
class CardItem:
    """A row of a phone list: title, line below, value at the right, a badge."""

    title: Text
    text: Text = ""
    url: str = ""
    value: Text = ""
    badge: Component | None = None
    lead: Component | None = None
    note: Text = ""


@component("card-list")
@dataclass(frozen=True, kw_only=True)
class CardList(Component):
    """Thumb-sized rows for the portal."""

    items: Sequence[CardItem]
    label: Text = ""
    empty: Empty | None = None


@component("field")
@dataclass(frozen=True, kw_only=True)
class Field(Component):
    """A bound form field with label, help and errors in the house's classes."""

    field: Any

    @property
    def widget(self) -> SafeString:
        """The control, marked invalid and described by its help and errors."""
        from yunhe.platform.ui.forms import render_widget  # the form kit builds on components

        return render_widget(self.field)

    @property
    def kind(self) -> str:
        """The input's type; "choices" for several checkboxes or radio buttons under one name."""
        widget = self.field.field.widget
        if isinstance(widget, forms.RadioSelect):
            return "choices"
        return getattr(widget, "input_type", "") or ""


@component("field-cell")
@dataclass(frozen=True, kw_only=True)
class FieldCell(Field):
    """A bound form field inside a table: the heading is its label."""
