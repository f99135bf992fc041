"""Column classes of declared tables: how a value is found, sorted, shown and exported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.components.basics import Badge, Status
from yunhe.platform.ui.components.figures import Progress
from yunhe.platform.ui.reach import may_open

Cell = str | SafeString
YES = _("Yes")


def resolve(row: Any, path: str) -> Any:
    """The value at a dotted path through attributes, mapping keys and argumentless methods."""
    value = row
    for name in path.split("."):
        if value is None:
            return None
        value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        if callable(value) and not isinstance(value, type):
            value = value()
    return value


class Column:
    """Base: plain text.

    Args:
        label: the heading.
        source: dotted path from the row (default: the column's name), or a function of the row;
            a function cannot be sorted by unless `sort` names database expressions.
        value: the same function by its own name, for a column that also has a dotted source.
        sort: ordering expression(s) for the database (default: the source with `__`); False for
            columns that cannot be sorted. Rows that are no queryset sort by the source.
        select: relations for `select_related`; default: the source's own path through relations.
        prefetch: relations for `prefetch_related`, fetched only while the column is visible.
        visible: shown unless the reader hides it; False: only when the reader asks.
        card: its part in the phone's card: title, text, value, badge, or "" (left out).
        hint: explanation on the heading.
        whole: the cell is one line (`None`: as the class says).
    """

    align = "start"
    card = "text"
    whole = False
    unitless = False  # a figure that says nothing without its heading

    def __init__(  # noqa: PLR0913 — a declaration: every argument is a named property
        self,
        label: Text,
        *,
        source: str | Callable[[Any], Any] = "",
        sort: str | Sequence[str] | bool = True,
        select: Sequence[str] = (),
        prefetch: Sequence[str] = (),
        visible: bool = True,
        card: str | None = None,
        hint: Text = "",
        value: Callable[[Any], Any] | None = None,
        whole: bool | None = None,
    ) -> None:
        self.label = label
        self.compute = source if callable(source) else value
        self.source = "" if callable(source) else source
        self.sort = sort
        self.select = select
        self.prefetch = prefetch
        self.visible = visible
        self.hint = hint
        self.name = ""
        if card is not None:
            self.card = card
        if whole is not None:
            self.whole = whole

    def bind(self, name: str) -> None:
        self.name = name
        self.source = self.source or name

    @property
    def ordering(self) -> tuple[str, ...]:
        """Database expressions to order by; empty when the column cannot be sorted."""
        if self.sort is False or (self.sort is True and self.compute):
            return ()
        if self.sort is True:
            return (self.source.replace(".", "__"),)
        return (self.sort,) if isinstance(self.sort, str) else tuple(self.sort)

    def value(self, row: Any) -> Any:
        """The raw value: what is sorted and exported."""
        return self.compute(row) if self.compute else resolve(row, self.source)

    def show(self, row: Any) -> Cell:
        """What the reader sees."""
        value = self.value(row)
        return formatting.NOTHING if value is None or value == "" else str(value)

    def export(self, row: Any) -> Any:
        """What a spreadsheet gets: a number stays a number, a date a date."""
        value = self.value(row)
        if isinstance(value, datetime) and timezone.is_aware(value):
            return timezone.localtime(value).replace(tzinfo=None)
        if value is None or isinstance(value, str | int | float | Decimal | date):
            return value
        return str(value)


class TextColumn(Column):
    """Text; `secondary` is a second, quieter line from another source."""

    def __init__(self, label: Text, *, secondary: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.secondary = secondary

    def show(self, row: Any) -> Cell:
        first = super().show(row)
        second = resolve(row, self.secondary) if self.secondary else None
        if not second:
            return first
        return format_html('{}<div class="y-secondary">{}</div>', first, second)


class FoldColumn(Column):
    """Sentences of which the first is seen and the others unfold under it."""

    SENTENCE = re.compile(r"(?<=。)\s*|(?<=\.)\s+")

    def show(self, row: Any) -> Cell:
        first, *others = self.SENTENCE.split(str(super().show(row)).strip(), maxsplit=1)
        if not "".join(others):
            return first
        return format_html(
            '<details class="y-fold"><summary>{}</summary>{}</details>', first, others[0]
        )


class LinkColumn(TextColumn):
    """Text that leads to the record: `url` is a URL name, `args` are paths into the row.

    For a reader who may not open that page it is text.
    """

    card = "title"

    def __init__(
        self, label: Text, *, url: str, args: Sequence[str] = ("pk",), **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.url, self.args = url, args

    def href(self, row: Any) -> str:
        return reverse(self.url, args=[resolve(row, path) for path in self.args])

    def show(self, row: Any) -> Cell:
        href, text = self.href(row), super().show(row)
        if not may_open(href, name=self.url):
            return text
        return format_html('<a class="y-row-link" href="{}">{}</a>', href, text)


class NumberColumn(Column):
    """A grouped number."""

    align = "end"
    unitless = True

    def __init__(self, label: Text, *, places: int | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.places = places

    def show(self, row: Any) -> Cell:
        return formatting.number(self.value(row), self.places)


class MoneyColumn(Column):
    """An amount; `currency` is an ISO code or a path into the row (`.currency`)."""

    align = "end"
    card = "value"

    def __init__(self, label: Text, *, currency: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.currency = currency

    def show(self, row: Any) -> Cell:
        code = resolve(row, self.currency[1:]) if self.currency.startswith(".") else self.currency
        return formatting.money(self.value(row), code)

    def export(self, row: Any) -> Any:
        value = self.value(row)
        return getattr(value, "amount", value)


class QuantityColumn(Column):
    """A quantity; `unit` is a text or a path into the row (`.unit`)."""

    align = "end"
    card = "value"

    def __init__(self, label: Text, *, unit: Text = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unit = unit
        self.unitless = not unit

    def show(self, row: Any) -> Cell:
        unit = str(self.unit)
        if unit.startswith("."):
            unit = str(resolve(row, unit[1:]) or "")
        return formatting.quantity(self.value(row), unit)

    def export(self, row: Any) -> Any:
        value = self.value(row)
        return getattr(value, "value", value)


class PercentColumn(Column):
    """A fraction shown as a percentage; `signed` writes the plus."""

    align = "end"

    def __init__(
        self, label: Text, *, places: int = 1, signed: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.places, self.signed = places, signed

    def show(self, row: Any) -> Cell:
        write = formatting.change if self.signed else formatting.percent
        return write(self.value(row), self.places)


class ProgressColumn(Column):
    """A fraction as a bar with its percentage."""

    def show(self, row: Any) -> Cell:
        value = self.value(row)
        return Progress(value=0 if value is None else value, total=1).render()


class DateColumn(Column):
    """A day, `2026-11-22`."""

    card, whole = "", True

    def show(self, row: Any) -> Cell:
        return formatting.day(self.value(row))


class LastDayColumn(DateColumn):
    """The last day of a period; the value is the day after, where the period ends."""

    def show(self, row: Any) -> Cell:
        return formatting.last_day(self.value(row))


class MomentColumn(Column):
    """A moment, `2026-11-22 14:05`; `relative` says how long ago, the moment on hover."""

    card, whole = "", True

    def __init__(self, label: Text, *, relative: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.relative = relative

    def show(self, row: Any) -> Cell:
        value = self.value(row)
        if not self.relative or not value:
            return formatting.moment(value)
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            formatting.moment(value),
            formatting.ago(value),
        )


class BadgeColumn(Column):
    """A choice as a badge: `tones` by stored value; the label is Django's `get_…_display`."""

    card = "badge"
    mark: type[Badge] | type[Status] = Badge

    def __init__(
        self,
        label: Text,
        *,
        tones: Mapping[Any, str] | None = None,
        labels: Mapping[Any, Text] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.tones = tones or {}
        self.labels = labels

    def words(self, row: Any) -> Text:
        value = self.value(row)
        if self.labels is not None:
            return self.labels.get(value, value)
        display = getattr(row, f"get_{self.source}_display", None)
        return display() if display else value

    def show(self, row: Any) -> Cell:
        value = self.value(row)
        if value is None or value == "":
            return formatting.NOTHING
        return self.mark(label=self.words(row), tone=self.tones.get(value, "grey")).render()

    def export(self, row: Any) -> Any:
        return str(self.words(row) or "")


class StatusColumn(BadgeColumn):
    """The same as a dot and a word: quieter in long tables."""

    mark = Status


class BooleanColumn(Column):
    """A badge or nothing; `yes` is the word on the badge. On a card, beside its heading, nothing is a dash."""

    card = "badge"

    def __init__(self, label: Text, *, yes: Text = YES, tone: str = "green", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.yes, self.tone = yes, tone

    def show(self, row: Any) -> Cell:
        if self.value(row):
            return Badge(label=self.yes, tone=self.tone).render()
        return formatting.NOTHING if self.card == "text" else ""

    def export(self, row: Any) -> Any:
        return str(self.yes) if self.value(row) else ""


class ComponentColumn(Column):
    """Anything: `build` makes a component from the row; `value` (optional) is what is exported."""

    card = ""

    def __init__(self, label: Text, *, build: Callable[[Any], Any], **kwargs: Any) -> None:
        kwargs.setdefault("sort", False)
        super().__init__(label, **kwargs)
        self.build = build

    def show(self, row: Any) -> Cell:
        made = self.build(row)
        return made.render() if hasattr(made, "render") else str(made)
