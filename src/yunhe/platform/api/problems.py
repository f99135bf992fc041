"""Every refusal as an RFC 9457 problem document, in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as FormError
from django.db import DatabaseError, DataError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yunhe.platform.api.errors import TooManyRequests
from yunhe.platform.database.away import is_away
from yunhe.platform.errors import (
    Conflict,
    DomainError,
    NotAllowed,
    NotFound,
    Unavailable,
    Unstorable,
)

UNREADABLE = (MultiPartParserError, SuspiciousOperation, BadRequest, UnreadablePostError)
logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 10
INSUFFICIENT_PRIVILEGE, DEADLOCK, SERIALIZATION, LOCK_TIMEOUT = "42501", "40P01", "40001", "55P03"


def problem(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The document for a domain error: type, title, status, detail, instance, code, field, errors."""
    document: dict[str, Any] = {
        "type": f"urn:yunhe:problem:{error.code}",
        "title": _title(error.status),
        "status": error.status,
        "detail": str(error),
        "instance": request.path,
        "code": error.code,
    }
    if error.field:
        document["field"] = error.field
    if error.rows:
        document["errors"] = error.rows
    body = orjson.dumps(document, default=str)
    response = HttpResponse(body, status=error.status, content_type=CONTENT_TYPE)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.seconds)
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def install_handlers(api: NinjaAPI) -> None:
    """Answer every exception of an operation with a problem document."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        DomainError: problem,
        ValidationError: _validation,
        FormError: _form,
        Http404: lambda request, _error: problem(request, NotFound()),
        PermissionDenied: lambda request, _error: problem(request, NotAllowed()),
        HttpError: _http,
        DatabaseError: _database,
        RequestDataTooBig: _too_big,
        **dict.fromkeys(UNREADABLE, _unreadable),
        Exception: _unforeseen,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    rows = [
        {
            "pointer": _pointer(item["loc"]),
            "type": item["type"],
            "message": sentence(item["type"], item.get("ctx") or {}),
        }
        for item in error.errors
    ]
    return problem(
        request, DomainError(_("Some values are not valid."), code="api.invalid", rows=rows)
    )


def _form(request: HttpRequest, error: FormError) -> HttpResponse:
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    rows = [
        {"pointer": f"/{name}", "message": text} for name, texts in found.items() for text in texts
    ]
    return problem(
        request, DomainError(_("Some values are not valid."), code="api.invalid", rows=rows)
    )


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    unreadable = error.status_code == 400
    text = _("The body of the request is not JSON.") if unreadable else str(error)
    refused = DomainError(text, code="api.unreadable" if unreadable else "api.http")
    refused.status = error.status_code
    return problem(request, refused)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """There is such an address, but not for this method; `Allow` names those that there are."""
    text = _("%(method)s is not possible here; possible: %(allowed)s.")
    refused = DomainError(
        text % {"method": request.method, "allowed": allowed}, code="api.method_not_allowed"
    )
    refused.status = 405
    response = problem(request, refused)
    response["Allow"] = allowed
    return response


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body that breaks the form it says it has: no boundary, cut off, too many parts."""
    refused = DomainError(_("The body of the request cannot be read."), code="api.unreadable")
    refused.status = 400
    return problem(request, refused)


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    refused = DomainError(_("The body of the request is too large."), code="api.too_large")
    refused.status = 413
    return problem(request, refused)


def _database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Row-level security and lost races are the caller's to hear of; anything else is a fault."""
    state = getattr(error.__cause__, "sqlstate", "")
    if isinstance(error, DataError):
        return problem(request, Unstorable())
    if is_away():
        return problem(request, Unavailable())
    if state == INSUFFICIENT_PRIVILEGE:
        return problem(request, NotAllowed())
    if state in {DEADLOCK, SERIALIZATION, LOCK_TIMEOUT}:
        message = _("Somebody else changed the same records at this moment. Try again.")
        return problem(request, Conflict(message, code="api.try_again"))
    return _unforeseen(request, error)


def _unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    fault = DomainError(_("Something failed on our side. It has been recorded."), code="api.fault")
    fault.status = 500
    return problem(request, fault)


def _pointer(location: tuple[Any, ...]) -> str:
    """A JSON pointer into the body, or `query/limit` and the like for other parameters."""
    where, *path = location
    if where == "body":
        # ninja puts the parameter's own name before the path of a single body
        return "".join(f"/{part}" for part in path[1:]) or "/"
    return "/".join(str(part) for part in location)


def _title(status: int) -> str:
    titles = {
        400: _("The request cannot be read"),
        401: _("Sign-in needed"),
        403: _("Not permitted"),
        404: _("Not found"),
        405: _("Method not allowed"),
        409: _("Not possible now"),
        412: _("Changed meanwhile"),
        413: _("Too large"),
        422: _("Refused"),
        429: _("Too many requests"),
        503: _("Not available at the moment"),
    }
    return titles.get(status, _("Fault"))


def _limit(name: str, value: Any) -> str:
    """A limit as it is written: decimals without an exponent, pydantic's choices without its English."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return text.replace("'", "").replace(" or ", ", ") if name == "expected" else text


def sentence(kind: str, context: Mapping[str, Any]) -> str:
    """A validation error type of pydantic in the reader's language."""
    limits = {name: _limit(name, value) for name, value in context.items()}
    known = {
        "missing": _("This value is required."),
        "greater_than": _("It must be greater than %(gt)s."),
        "greater_than_equal": _("It must be at least %(ge)s."),
        "less_than": _("It must be less than %(lt)s."),
        "less_than_equal": _("It must be at most %(le)s."),
        "string_too_long": _("It has more than %(max_length)s characters."),
        "string_too_short": _("It has fewer than %(min_length)s characters."),
        "too_long": _("It has more than %(max_length)s entries."),
        "too_short": _("It has fewer than %(min_length)s entries."),
        "extra_forbidden": _("There is no such attribute."),
        "enum": _("It must be one of: %(expected)s."),
        "literal_error": _("It must be one of: %(expected)s."),
        "json_invalid": _("This is not JSON."),
        "string_pattern_mismatch": _("It must match the pattern %(pattern)s."),
        "multiple_of": _("It must be a multiple of %(multiple_of)s."),
        "finite_number": _("It must be a finite number."),
        "decimal_max_digits": _("It has more than %(max_digits)s digits."),
        "decimal_max_places": _("It has more than %(decimal_places)s decimal places."),
        "decimal_whole_digits": _("It has more than %(whole_digits)s digits before the point."),
    }
    families = {
        "int": _("It must be a whole number."),
        "decimal": _("It must be a decimal number."),
        "float": _("It must be a number."),
        "bool": _("It must be true or false."),
        "date": _("It must be a date such as 2026-11-22."),
        "datetime": _("It must be a moment such as 2026-11-22T08:00:00+08:00."),
        "string": _("It must be text."),
        "uuid": _("It must be a UUID."),
        "list": _("It must be a list."),
    }
    text = (
        known.get(kind)
        or families.get(kind.split("_", maxsplit=1)[0])
        or _("This value is not valid.")
    )
    try:
        return text % limits
    except KeyError:
        return _("This value is not valid.")
