"""Forms in the house's clothes: classes, labels, help; domain errors on the right field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from yunhe.platform.errors import DomainError

CONTROL = "form-control"
SELECT = "form-select"
CHECK = "form-check-input"
CHOICES = "y-choices"
Options = QuerySet[Any] | Iterable[tuple[Any, Any]]


def style_form(form: forms.BaseForm) -> None:
    """Give every widget its class; dates become date inputs. Idempotent."""
    for field in form.fields.values():
        style_widget(field.widget)


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


class StyledForm(forms.Form):
    """A form with the house's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class StyledModelForm(forms.ModelForm):
    """A model form with the house's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)
