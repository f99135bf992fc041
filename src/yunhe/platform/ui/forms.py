"""Forms in the house's clothes: classes, labels, help; domain errors on the right field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db.models import CheckConstraint, Model, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError

CONTROL = "form-control"
SELECT = "form-select"
CHECK = "form-check-input"
CHOICES = "y-choices"
LIMITS = {"gte": MinValueValidator, "lte": MaxValueValidator}
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""The days anybody means: beyond them lie slips of the finger and the ends of the calendar."""
ONE_DAY = timedelta(days=1)
Options = QuerySet[Any] | Iterable[tuple[Any, Any]]


def style_form(form: forms.BaseForm) -> None:
    """Give every widget its class; dates become date inputs and have bounds. Idempotent."""
    for field in form.fields.values():
        style_widget(field.widget)
        bounded = isinstance(field, forms.DateField | forms.DateTimeField)
        if bounded and check_day not in field.validators:
            field.validators.append(check_day)


def check_day(value: date) -> None:
    """Raise ValidationError for a day that nobody means."""
    day = value.date() if isinstance(value, datetime) else value
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(
            _("Enter a date between %(first)s and %(last)s."),
            code="day_beyond",
            params={"first": EARLIEST.isoformat(), "last": LATEST.isoformat()},
        )


def unreadable_line(at: int, line: str | Sequence[str]) -> str:
    """What is said of a line of a text field that is not as its help asks."""
    text = line if isinstance(line, str) else " ".join(line)
    message = _("Line %(line)d cannot be read: “%(text)s”. Put spaces or tabs between its values.")
    return message % {"line": at, "text": text if len(text) <= 60 else f"{text[:59]}…"}


class LastDayField(forms.DateField):
    """The day up to and including which something holds; its value is the day after, where the period ends."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        return day + ONE_DAY if day else None

    def prepare_value(self, value: Any) -> Any:
        return value - ONE_DAY if isinstance(value, date) else super().prepare_value(value)


def offer(form: forms.BaseForm, name: str, options: Options) -> None:
    """What the form's select offers, known only now: rows of a query, or (value, label) pairs."""
    field: Any = form.fields[name]
    if isinstance(options, QuerySet):
        field.queryset = options
    else:
        field.choices = options


def style_widget(widget: forms.Widget) -> None:
    """Add the class that fits the kind of control."""
    if isinstance(widget, forms.RadioSelect):
        css = CHOICES  # checkbox groups too: the class lands on the group, not on its inputs
    elif isinstance(widget, forms.CheckboxInput):
        css = CHECK
    elif isinstance(widget, forms.Select):
        css = SELECT
    elif isinstance(widget, forms.HiddenInput):
        return
    else:
        css = CONTROL
    if isinstance(widget, forms.DateInput) and not isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    classes = widget.attrs.get("class", "").split()
    widget.attrs["class"] = " ".join(dict.fromkeys([*classes, css]))


def render_widget(field: forms.BoundField) -> SafeString:
    """The control with its error state; help and errors are tied to it for screen readers."""
    style_widget(field.field.widget)
    described = []
    if field.help_text:
        described.append(f"{field.id_for_label}_help")
    if field.errors:
        described.append(f"{field.id_for_label}_errors")
    attrs: dict[str, Any] = {}
    if field.errors:
        attrs["class"] = f"{field.field.widget.attrs.get('class', '')} is-invalid"
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show a refused use case on the form: at its field when the form has it, else on top."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, forms.ValidationError(str(error.message), code=error.code))
    for row in error.rows:
        where = f"{row['row']}: " if "row" in row else ""
        form.add_error(None, forms.ValidationError(f"{where}{row['message']}", code=error.code))


def _refusal_as_error(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def clean(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except DomainError as error:
            raise ValidationError(str(error.message), code=error.code) from error

    return clean


class Refusable:
    """What a query refuses while a form cleans a value is said beside the field, not on an error page."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, method in list(vars(cls).items()):
            if name == "clean" or name.startswith("clean_"):
                setattr(cls, name, _refusal_as_error(method))


class StyledForm(Refusable, forms.Form):
    """A form with the house's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class StyledModelForm(Refusable, forms.ModelForm):
    """A model form with the house's classes; the table's limits on one number are said beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, limit in _limits(self._meta.model):
            if name in self.fields:
                self.fields[name].validators.append(limit)
        style_form(self)


def _limits(model: type[Model]) -> Iterator[tuple[str, BaseValidator]]:
    """Field and validator of each check that says “at least” or “at most” and nothing else."""
    for check in model._meta.constraints:
        condition = getattr(check, "condition", None)
        if not isinstance(check, CheckConstraint) or not isinstance(condition, Q):
            continue
        if condition.negated or condition.connector != Q.AND:
            continue
        for child in condition.children:
            if isinstance(child, tuple):
                name, _sep, lookup = child[0].partition("__")
                if lookup in LIMITS and isinstance(child[1], int | Decimal):
                    yield name, LIMITS[lookup](child[1])
