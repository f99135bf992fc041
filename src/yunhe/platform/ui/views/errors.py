"""Error pages, and the page for a domain error that no form caught."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from yunhe.platform.errors import DomainError, Unavailable
from yunhe.platform.ui.component import Text


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(
        request,
        400,
        _("This request cannot be read"),
        _("Go back, reload the page and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(
        request,
        403,
        _("This page is not open to you"),
        _("Your role or your part of the network does not include it. Ask your administrator."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, the record is gone, or it is not yours to see."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: renders without menus, since anything may be down."""
    return _page(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was saved. Try again in a minute. If it stays so, tell your administrator."),
        bare=True,
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: renders without menus, since the database is away."""
    return _page(
        request,
        503,
        _("Not available at the moment"),
        str(Unavailable()),
        bare=True,
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old or comes from elsewhere."""
    return _page(
        request,
        403,
        _("This form is out of date"),
        _("Go back, reload the page and send it again. Cookies must be allowed."),
    )


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A domain error as a page, or as a toast when HTMX asked."""
    if getattr(request, "htmx", None):
        return HttpResponse(
            render_to_string("ui/shell/toast_oob.html", {"error": error}, request=request),
            status=error.status,
            headers={"HX-Reswap": "none"},
        )
    if error.status == 403:
        return forbidden(request)
    if error.status == 404:
        return not_found(request)
    return _page(
        request,
        error.status,
        _("This cannot be done"),
        str(error.message),
        rows=error.rows,
        code=error.code,
    )


def _page(
    request: HttpRequest, status: int, title: Text, text: Text, *, bare: bool = False, **extra: Any
) -> HttpResponse:
    principal = getattr(request, "principal", None)
    base = "ui/base_bare.html"
    if principal is not None and principal.user_id is not None and not bare:
        base = "ui/base_portal.html" if principal.is_partner else "ui/base_console.html"
    context = {
        "status": status,
        "title": title,
        "text": text,
        "base_template": base,
        "back": _came_from(request),
        **extra,
    }
    # A broken page is rendered without context processors: they may be what broke.
    return HttpResponse(
        render_to_string("ui/pages/error.html", context, request=None if bare else request),
        status=status,
    )


def _came_from(request: HttpRequest) -> str:
    """The page of ours that led here; "" when there is none or it is this one."""
    came = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return ""
    if request.method == "GET" and came == request.build_absolute_uri():
        return ""
    return came
