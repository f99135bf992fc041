"""Declared filters: class attributes, state in the query string, wrong values told to the reader.

class OrderFilters(FilterSet):
    state = ChoiceFilter(_("Status"), choices=OrderState.choices)
    placed = DateRangeFilter(_("Ordered"), field="placed_on")
    dealer = RecordFilter(_("Dealer"), field="partner", queryset=dealers_for_choice)
    search = ("number", "partner__name")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yunhe.platform.ui import formatting
from yunhe.platform.ui.component import Text
from yunhe.platform.ui.forms import style_form

Choices = Sequence[tuple[Any, Text]]
MOST_RECORDS = 300
UNFILTERED = {"page", "sort", "cols", "export", "q"}


class Filter:
    """Base: equality with one value.

    Args:
        label: what the reader sees.
        field: the lookup, default the filter's name.
        apply: instead of a lookup, a function (rows, value) → rows. Needed for rows that are
            no queryset.
    """

    def __init__(
        self,
        label: Text,
        *,
        field: str = "",
        apply: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.label = label
        self.field = field
        self.custom = apply
        self.name = ""

    def bind(self, name: str) -> None:
        self.name = name
        self.field = self.field or name

    def form_fields(self) -> dict[str, forms.Field]:
        """Form fields by parameter name."""
        return {self.name: forms.CharField(label=self.label, required=False)}

    def value(self, cleaned: dict[str, Any]) -> Any:
        """What was chosen, or None."""
        value = cleaned.get(self.name)
        return None if value in (None, "", []) else value

    def lookup(self, value: Any) -> Q:
        return Q(**{self.field: value})

    def apply(self, rows: Any, value: Any) -> Any:
        return self.custom(rows, value) if self.custom else rows.filter(self.lookup(value))

    def words(self, value: Any) -> str:
        """The chosen value for its chip."""
        return str(value)

    @property
    def parameters(self) -> list[str]:
        return list(self.form_fields())


class TextFilter(Filter):
    """Contains the text."""

    def lookup(self, value: Any) -> Q:
        return Q(**{f"{self.field}__icontains": value})


class ChoiceFilter(Filter):
    """One of the choices; `multiple` for any of several. `choices` may be a function."""

    def __init__(
        self,
        label: Text,
        *,
        choices: Choices | Callable[[], Choices],
        multiple: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices, self.multiple = choices, multiple

    def _choices(self) -> Choices:
        return self.choices() if callable(self.choices) else self.choices

    def form_fields(self) -> dict[str, forms.Field]:
        if self.multiple:
            field: forms.Field = forms.MultipleChoiceField(
                label=self.label, required=False, choices=self._choices
            )
        else:
            field = forms.ChoiceField(
                label=self.label, required=False, choices=lambda: [("", _("All")), *self._choices()]
            )
        return {self.name: field}

    def lookup(self, value: Any) -> Q:
        return Q(**{f"{self.field}__in" if self.multiple else self.field: value})

    def words(self, value: Any) -> str:
        labels = {str(key): str(label) for key, label in self._choices()}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(key), str(key)) for key in chosen)


class _ShortList(ModelChoiceIterator):
    """The first records and the chosen one: nobody scrolls through thousands."""

    field: _RecordField

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield ("", self.field.empty_label)
        found = list(self.queryset[:MOST_RECORDS])
        chosen = self.field.chosen
        if chosen.isdecimal() and all(str(one.pk) != chosen for one in found):
            found += self.queryset.filter(pk=chosen)
        yield from (self.choice(one) for one in found)
        if len(found) >= MOST_RECORDS:
            yield ("", _("… search for the others"))


class _RecordField(forms.ModelChoiceField):
    iterator = _ShortList
    chosen = ""


class RecordFilter(Filter):
    """One record of a queryset (given by a function, so that scope applies per request).

    Any record may be in the address; the list offers the first ones, the search finds the others.
    """

    def __init__(
        self, label: Text, *, queryset: Callable[[], QuerySet[Any]], **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.queryset = queryset

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            self.name: _RecordField(
                label=self.label, required=False, queryset=self.queryset(), empty_label=_("All")
            )
        }


class BooleanFilter(Filter):
    """Yes or no."""

    def form_fields(self) -> dict[str, forms.Field]:
        choices = [("", _("All")), ("1", _("Yes")), ("0", _("No"))]
        return {self.name: forms.ChoiceField(label=self.label, required=False, choices=choices)}

    def value(self, cleaned: dict[str, Any]) -> Any:
        return {"1": True, "0": False}.get(cleaned.get(self.name) or "")

    def words(self, value: Any) -> str:
        return str(_("Yes") if value else _("No"))


class DateRangeFilter(Filter):
    """From a day to a day, both included; either end may be open. For moments set `moments`."""

    def __init__(self, label: Text, *, moments: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.moments = moments

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            f"{self.name}_from": _date_field(_("%(label)s from"), self.label),
            f"{self.name}_to": _date_field(_("%(label)s to"), self.label),
        }

    def value(self, cleaned: dict[str, Any]) -> Any:
        start, end = cleaned.get(f"{self.name}_from"), cleaned.get(f"{self.name}_to")
        return (start, end) if start or end else None

    def lookup(self, value: Any) -> Q:
        start, end = value
        path = f"{self.field}__date" if self.moments else self.field
        condition = Q()
        if start:
            condition &= Q(**{f"{path}__gte": start})
        if end:
            condition &= Q(**{f"{path}__lte": end})
        return condition

    def words(self, value: Any) -> str:
        return " – ".join("…" if end is None else formatting.day(end) for end in value)


class NumberRangeFilter(Filter):
    """At least and at most."""

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            f"{self.name}_min": forms.DecimalField(
                label=_labelled(_("%(label)s at least"), self.label), required=False
            ),
            f"{self.name}_max": forms.DecimalField(
                label=_labelled(_("%(label)s at most"), self.label), required=False
            ),
        }

    def value(self, cleaned: dict[str, Any]) -> Any:
        low, high = cleaned.get(f"{self.name}_min"), cleaned.get(f"{self.name}_max")
        return (low, high) if low is not None or high is not None else None

    def lookup(self, value: Any) -> Q:
        low, high = value
        condition = Q() if low is None else Q(**{f"{self.field}__gte": low})
        return condition if high is None else condition & Q(**{f"{self.field}__lte": high})

    def words(self, value: Any) -> str:
        return " – ".join("…" if end is None else formatting.number(end) for end in value)


@dataclass(frozen=True)
class Chip:
    """A filter in force, with the address that takes it away."""

    label: Text
    words: str
    url: str


class FilterSet:
    """The filters of a list, bound to a query string."""

    declared: ClassVar[dict[str, Filter]] = {}
    search: ClassVar[Sequence[str]] = ()
    # relation → fields of the record there; rows whose record is out of the reader's scope stay findable
    search_in: ClassVar[Mapping[str, Sequence[str]]] = {}

    def __init_subclass__(cls) -> None:
        declared = dict(cls.declared)
        for name, value in list(vars(cls).items()):
            if isinstance(value, Filter):
                if name in UNFILTERED:
                    raise ValueError(f"{cls.__name__}: {name} is taken")
                value.bind(name)
                declared[name] = value
                # a filter may be called `active` or `text` and must not hide the set's own
                delattr(cls, name)
        cls.declared = declared

    def __init__(self, query: QueryDict | None = None) -> None:
        self.query = query or QueryDict()
        fields = {
            name: field
            for each in self.declared.values()
            for name, field in each.form_fields().items()
        }
        for name, field in fields.items():
            if isinstance(field, _RecordField):
                field.chosen = self.query.get(name, "")
        form_class = type("FilterForm", (forms.Form,), fields)
        self.form: forms.Form = form_class(self.query, auto_id="filter_%s")
        style_form(self.form)
        self.form.is_valid()

    @property
    def text(self) -> str:
        """The search text."""
        return self.query.get("q", "").strip()

    @property
    def values(self) -> dict[str, Any]:
        """What is in force, by filter name; wrong values are left out (and shown as errors)."""
        cleaned = self.form.cleaned_data
        found = {name: each.value(cleaned) for name, each in self.declared.items()}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def active(self) -> bool:
        return bool(self.values or self.text)

    def apply(self, rows: Any) -> Any:
        """The rows that pass every filter in force and the search."""
        for name, value in self.values.items():
            rows = self.declared[name].apply(rows, value)
        if self.text and (self.search or self.search_in):
            rows = self.find(rows, self.text)
        return rows

    def find(self, rows: Any, text: str) -> Any:
        """Rows where every word is found in some search field; override for other searches."""
        for word in text.split():
            found = [Q(**{f"{name}__icontains": word}) for name in self.search]
            for relation, names in self.search_in.items():
                related = rows.model._meta.get_field(relation).related_model
                hits = reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names))
                found.append(Q(**{f"{relation}__in": related._default_manager.filter(hits)}))
            rows = rows.filter(reduce(or_, found))
        return rows

    @property
    def chips(self) -> list[Chip]:
        return [
            Chip(each.label, each.words(self.values[name]), self._without(each.parameters))
            for name, each in self.declared.items()
            if name in self.values
        ]

    @property
    def without_text_url(self) -> str:
        return self._without(["q"])

    @property
    def clear_url(self) -> str:
        return self._without([name for name in self.query if name not in {"cols", "sort"}])

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that a submitted filter form must keep."""
        return [(name, value) for name in ("cols", "sort") if (value := self.query.get(name))]

    @property
    def errors(self) -> Iterable[Any]:
        return self.form.errors.values()

    def _without(self, names: Iterable[str]) -> str:
        query = self.query.copy()
        for name in [*names, "page"]:
            query.pop(name, None)
        return f"?{query.urlencode()}"


def _labelled(pattern: Text, label: Text) -> str:
    # Filter sets are built once a request, when the language is known.
    return str(pattern) % {"label": label}


def _date_field(pattern: Text, label: Text) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=_labelled(pattern, label), required=False, widget=widget)
