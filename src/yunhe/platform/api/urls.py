"""Every operation limited and idempotent; unknown addresses answered as problems, not pages."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, include, path, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from yunhe.platform.api.filtering import told_of_filters
from yunhe.platform.api.idempotency import View, idempotent
from yunhe.platform.api.instance import build_api
from yunhe.platform.api.limits import limited
from yunhe.platform.api.problems import method_not_allowed, problem
from yunhe.platform.api.versions import Records, marked, plain_path, told_of_versions
from yunhe.platform.api.views import Reference
from yunhe.platform.errors import NotFound

api = build_api()


@csrf_exempt
def no_such_operation(request: HttpRequest) -> HttpResponse:
    return problem(request, NotFound())


def _refusing(view: View) -> View:
    """Ninja's bare refusal of a method as a problem."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(request, ", ".join(sorted(response["Allow"].split(", "))))
        return response

    return answer


def _speaking(view: View) -> View:
    """Answer a program in the language of its `Accept-Language`; a browser has its cookie."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (
            settings.LANGUAGE_COOKIE_NAME in request.COOKIES
            or "Accept-Language" not in request.headers
        ):
            return view(request, *args, **kwargs)
        with translation.override(translation.get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return answer


def _dressed(patterns: list[Any]) -> list[Any]:
    """Ninja's flat list, by domain: a request is compared with its own domain's operations alone."""
    found: list[Any] = []
    domains: dict[str, list[URLPattern]] = {}
    records, filters = Records(api), marked(api, "filters")
    for pattern in patterns:
        route = str(pattern.pattern)
        told = told_of_filters(pattern.callback, filters.get(plain_path(route)))
        told = told_of_versions(told, records, route)
        view = _speaking(_refusing(limited(idempotent(told))))
        domain, slash, rest = str(pattern.pattern).partition("/")
        if slash:
            domains.setdefault(domain, []).append(path(rest, view, name=pattern.name))
        else:
            found.append(path(domain, view, name=pattern.name))
    return [*(path(f"{name}/", include(urls)) for name, urls in domains.items()), *found]


_patterns, _app_name, _namespace = api.urls
urlpatterns = [
    path("docs", Reference.as_view(api=api), name="docs"),
    path("", (_dressed(_patterns), _app_name, _namespace)),
    re_path("", _speaking(no_such_operation), name="unknown"),
]
