"""Lists of the API are narrowed by the filters that the list's page declares.

    @router.get("/", response=Page[ShipmentOut], …)
    @filtered(ShipmentFilters)
    def list_shipments(request, page): return paginate(narrow(rows, request), page)

The query string is the page's: `?status=packed&on_from=2026-11-01&q=…`. A wrong value is refused with its
parameter; on a page it would be told beside its field. OpenAPI names the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from django.forms import DateField
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from yunhe.platform.errors import DomainError
from yunhe.platform.ui.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    Filter,
    FilterSet,
    NumberRangeFilter,
    RecordFilter,
)

Function = TypeVar("Function", bound=Callable[..., Any])
DAY = {"type": "string", "format": "date"}
NUMBER = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}


def filtered(filters: type[FilterSet]) -> Callable[[Function], Function]:
    """The operation shows a list that is narrowed by these filters."""

    def mark(operation: Function) -> Function:
        operation.filters = filters  # type: ignore[attr-defined]
        return operation

    return mark


def told_of_filters(
    view: Callable[..., HttpResponse], filters: type[FilterSet] | None
) -> Callable[..., HttpResponse]:
    """Let `narrow` know the filters of the request's operation."""
    if filters is None:
        return view

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.list_filters = filters  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return answer


def narrow(rows: Any, request: HttpRequest) -> Any:
    """The rows that pass what the query string asks for. Raises DomainError for a wrong value."""
    filters = request.list_filters(request.GET)  # type: ignore[attr-defined]
    if wrong := filters.form.errors:
        told = [
            {"pointer": f"query/{name}", "message": str(text)}
            for name, texts in wrong.items()
            for text in texts
        ]
        raise DomainError(_("Some values are not valid."), code="api.invalid", rows=told)
    return filters.apply(rows)


def parameters_of(filters: type[FilterSet]) -> list[dict[str, Any]]:
    """The filters as OpenAPI parameters, described in English."""
    with override("en"):
        found = [
            _parameter(name, schema, description)
            for each in filters.declared.values()
            for name, schema, description in _parameters(each)
        ]
    if filters.search or filters.search_in:
        text = {"type": "string"}
        found.append(
            _parameter("q", text, "Words that are all found in the record's names or codes")
        )
    return found


def _parameters(one: Filter) -> Iterator[tuple[str, dict[str, Any], str]]:
    label = str(one.label)
    if isinstance(one, DateRangeFilter):
        yield f"{one.name}_from", DAY, f"{label}: from this day on"
        yield f"{one.name}_to", DAY, f"{label}: up to this day, included"
    elif isinstance(one, NumberRangeFilter):
        yield f"{one.name}_min", NUMBER, f"{label}: at least"
        yield f"{one.name}_max", NUMBER, f"{label}: at most"
    else:
        yield one.name, _schema(one), label


def _schema(one: Filter) -> dict[str, Any]:
    if isinstance(one, ChoiceFilter):
        words: dict[str, Any] = {"type": "string"}
        if not callable(one.choices):
            words["enum"] = [str(key) for key, _label in one.choices]
        return {"type": "array", "items": words} if one.multiple else words
    if isinstance(one, BooleanFilter):
        return {"type": "string", "enum": ["1", "0"]}
    if isinstance(one, RecordFilter):
        return {"type": "integer"}
    is_day = any(isinstance(field, DateField) for field in one.form_fields().values())
    return DAY if is_day else {"type": "string"}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "schema": schema,
        "required": False,
        "description": description,
    }
