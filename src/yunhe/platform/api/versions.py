"""`ETag` and `If-Match`: who changes a record that somebody else changed meanwhile is told (RFC 9110).

The operation that shows one record says which rows the record is made of:

    @router.get("/{int:order_id}", …)
    @versioned(Order, OrderLine.order)  # platform/database/versions
    def get_order(request, order_id): …

Its answers carry an `ETag`; every operation at or below its address that changes something heeds
`If-Match` and `If-None-Match`. Nothing else is to be done.

A tag has two parts. The first is the version of the rows: `If-Match` asks for that alone, so that
another language or a renamed neighbour refuses nobody's change. The second is a digest of the answer:
`If-None-Match` of a GET asks for both, so that an old answer never passes for the present one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from ninja import NinjaAPI

from yunhe.platform.api.errors import ChangedMeanwhile
from yunhe.platform.database.elevation import owner_access
from yunhe.platform.database.turns import take_turn, version_of_rows
from yunhe.platform.database.versions import Record

SHOWING, SAFE_METHODS = "GET", {"GET", "HEAD", "OPTIONS"}
MATCH, NONE_MATCH = "If-Match", "If-None-Match"


@dataclass(frozen=True)
class _Asked:
    """The record that a request's address names."""

    record: Record
    value: Any

    @property
    def rows(self) -> Sequence[QuerySet[Any]]:
        return self.record.made_of(self.value)

    def version(self) -> str:
        try:
            return version_of_rows(self.rows)
        except ValueError:  # no key of the table; the operation says so
            return ""

    def hold(self) -> None:
        """Let nobody else change the record until this transaction has ended."""
        try:
            held = list(self.rows[0].order_by("pk"))
        except ValueError:
            return
        for row in held:
            take_turn(row)
        with owner_access("a record that the caller sees is held; nothing is read or changed"):
            keys = [row.pk for row in held]
            rows = self.rows[0].model._default_manager.filter(pk__in=keys).order_by("pk")
            list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))


class Records:
    """The records that an API's addresses show."""

    def __init__(self, api: NinjaAPI) -> None:
        self._known: dict[str, Record] = marked(api, "record")

    def shown_at(self, path: str) -> bool:
        return plain_path(path) in self._known

    def of(self, path: str) -> tuple[Record, str] | None:
        """The record that the path or the nearest path above it shows, and its parameter."""
        asked = plain_path(path)
        while asked:
            if asked in self._known:
                return self._known[asked], asked.rpartition("{")[2].rstrip("}")
            asked = asked.rpartition("/")[0]
        return None


def marked(api: NinjaAPI, name: str) -> dict[str, Any]:
    """What operations are marked with under a name, by their plain path."""
    return {
        plain_path(f"{router.prefix}/{path}"): mark
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
        if (mark := getattr(operation.view_func, name, None)) is not None
    }


def plain_path(path: str) -> str:
    """`/orders/<int:order_id>` or `/orders/{int:order_id}` as `orders/{order_id}`."""
    return re.sub(r"[<{](?:\w+:)?(\w+)[>}]", r"{\1}", re.sub("/+", "/", path)).strip("/")


def told_of_versions(
    view: Callable[..., HttpResponse], records: Records, path: str
) -> Callable[..., HttpResponse]:
    """Let the view's guard know the record of the address; tag what a GET of it answers."""
    found = records.of(path)
    if found is None:
        return view
    record, parameter = found
    shows = records.shown_at(path)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS or (shows and request.method == SHOWING):
            request.record_asked = _Asked(record, kwargs[parameter])  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        version = getattr(request, "record_version", "")
        if version and response.status_code == 200:
            return _tagged(request, response, version)
        return response

    return answer


def heed_versions(request: HttpRequest) -> None:
    """Refuse a change of a record that is not as the caller knows it; note the version of one shown.

    The guard calls it when the caller may do what is asked. Before a change the record is held, so that
    the version stays the one that was compared; before a GET it is read ahead of the record's values.
    """
    asked: _Asked | None = getattr(request, "record_asked", None)
    if asked is None:
        return
    if request.method == SHOWING:
        request.record_version = asked.version()  # type: ignore[attr-defined]
        return
    headers = request.headers
    if MATCH not in headers and NONE_MATCH not in headers:
        return
    asked.hold()
    _compare(headers, asked.version(), creates=asked.record.creates)


def _compare(headers: Mapping[str, str], version: str, *, creates: bool) -> None:
    """Raises ChangedMeanwhile. A record that is not there is the operation's to refuse."""
    if not version and not creates:
        return
    if MATCH in headers:
        tags = parse_etags(headers[MATCH])
        # tags are compared strongly: a weak one is never equal
        if not version or not ("*" in tags or version in map(_version_in, tags)):
            raise ChangedMeanwhile()
    if NONE_MATCH in headers and version:
        tags = parse_etags(headers[NONE_MATCH])
        if "*" in tags or version in (_version_in(tag.removeprefix("W/")) for tag in tags):
            raise ChangedMeanwhile()


def _version_in(tag: str) -> str:
    """The first part of a strong tag; "" of a weak one."""
    return tag.strip('"').partition("-")[0] if tag.startswith('"') else ""


def _tagged(request: HttpRequest, response: HttpResponse, version: str) -> HttpResponse:
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    tag = f'"{version}-{digest}"'
    known = parse_etags(request.headers.get(NONE_MATCH, ""))
    if "*" in known or tag in (each.removeprefix("W/") for each in known):
        response = HttpResponseNotModified()
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
    return response
