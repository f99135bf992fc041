"""Every operation limited and idempotent; unknown addresses answered as problems, not pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from yunhe.platform.api.idempotency import idempotent
from yunhe.platform.api.instance import build_api
from yunhe.platform.api.limits import limited
from yunhe.platform.api.problems import problem
from yunhe.platform.errors import NotFound

api = build_api()


@csrf_exempt
def no_such_operation(request: HttpRequest) -> HttpResponse:
    return problem(request, NotFound())


def _dressed(patterns: list[Any]) -> list[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = limited(idempotent(pattern.callback))
    return patterns


_patterns, _app_name, _namespace = api.urls
urlpatterns = [
    path("", (_dressed(_patterns), _app_name, _namespace)),
    re_path("", no_such_operation, name="unknown"),
]
