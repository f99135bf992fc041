"""Pages of the API's results: `?limit=50&cursor=…`, stable while rows are added."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import orjson
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from yunhe.platform.errors import DomainError

Item = TypeVar("Item")
AnyModel = TypeVar("AnyModel", bound=Model)
DEFAULT_LIMIT, MAX_LIMIT = 50, 500


class BadCursor(DomainError):
    """A page cursor that no answer gave out."""

    code = "api.cursor"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("The cursor is not one that an earlier page gave."), field="cursor")


class PageQuery(Schema):
    """What part of a list is asked for: `page: Query[PageQuery]`."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Rows a page")
    cursor: str = Field("", description="`next` of the page before")


class Page(Schema, Generic[Item]):
    """One page; `next` is empty on the last one."""

    items: list[Item]
    next: str = ""


def paginate(
    rows: QuerySet[AnyModel],
    page: PageQuery,
    *,
    by: str = "-pk",
    show: Callable[[AnyModel], Any] = lambda row: row,
) -> dict[str, Any]:
    """One page of `rows` in the order of `by`, ties by key. One query whatever the page.

    Args:
        by: a column, with `-` for descending; its last value travels in the cursor.
        show: turns a row into the schema's item.
    """
    column, descending = by.removeprefix("-"), by.startswith("-")
    ordered = rows.order_by(by, "-pk" if descending else "pk")
    if page.cursor:
        ordered = ordered.filter(_after(column, descending, _opened(page.cursor)))
    found = list(ordered[: page.limit + 1])
    more, found = len(found) > page.limit, found[: page.limit]
    following = _sealed([getattr(found[-1], column), found[-1].pk]) if more else ""
    return {"items": [show(row) for row in found], "next": following}


def _after(column: str, descending: bool, last: list[Any]) -> Q:
    operator = "lt" if descending else "gt"
    value, pk = last
    if column in {"id", "pk"}:
        return Q(**{f"pk__{operator}": pk})
    return Q(**{f"{column}__{operator}": value}) | Q(**{column: value, f"pk__{operator}": pk})


def _sealed(last: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(last, default=str)).decode().rstrip("=")


def _opened(cursor: str) -> list[Any]:
    try:
        last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursor() from error
    if not (isinstance(last, list) and len(last) == 2):
        raise BadCursor()
    return last
