"""The reader's language, and the policy that keeps foreign script and style out."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from psycopg.errors import InsufficientPrivilege

from yunhe.platform.errors import DomainError, NotAllowed, Unstorable
from yunhe.platform.ui.preferences import language_of
from yunhe.platform.ui.views.errors import refused

Handler = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
DEVICE_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


class LanguageMiddleware:
    """Activate the language of the cookie for the time of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SecurityPolicyMiddleware:
    """Content-Security-Policy and Permissions-Policy on every answer that sets none itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", DEVICE_POLICY)
        return response


class DomainErrorMiddleware:
    """The one place where a page's domain error becomes an answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer domain errors and refused writes of pages; the API has its own handler."""
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception.__cause__, InsufficientPrivilege):
            # row-level security refused a write outside the reader's scope
            return refused(request, NotAllowed())
        if isinstance(exception, DataError):
            return refused(request, Unstorable())
        return refused(request, exception) if isinstance(exception, DomainError) else None
