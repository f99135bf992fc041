"""Who may call an operation: `@router.get("/", auth=require("orders.view"))`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from yunhe.platform.access.principal import Principal, principal_of
from yunhe.platform.accounts.authentication import bearer_key
from yunhe.platform.api.errors import CsrfRefused, SignInNeeded
from yunhe.platform.api.versions import heed_versions
from yunhe.platform.errors import NotAllowed


class Guard:
    """Passes a signed-in principal that holds the permissions (`any_of`: one of them); returns it.

    Raises SignInNeeded (401), CsrfRefused or NotAllowed (403). What rows the principal sees is
    decided by the database, not here.
    """

    openapi_name = "Token"
    openapi_type = "http"
    openapi_security_schema = {"type": "http", "scheme": "bearer"}

    def __init__(self, *permissions: str, any_of: bool = False) -> None:
        self.permissions = permissions
        self.any_of = any_of

    def __call__(self, request: HttpRequest) -> Principal:
        principal = principal_of(request)
        if principal.user_id is None:
            raise SignInNeeded()
        if bearer_key(request) is None:
            _check_csrf(request)
        held = [principal.can(permission) for permission in self.permissions]
        if held and not (any(held) if self.any_of else all(held)):
            raise NotAllowed()
        heed_versions(request)
        return principal


def require(*permissions: str) -> Any:
    """A guard for ninja's `auth=`; without permissions it asks only for a sign-in."""
    return Guard(*permissions)


def require_any(*permissions: str) -> Any:
    """As `require`, for operations that headquarters and partners reach by different permissions."""
    return Guard(*permissions, any_of=True)


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check, which raises instead of rendering a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise CsrfRefused()


def _check_csrf(request: HttpRequest) -> None:
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    # the API's views are exempt from the page's own check, so this one is told that they are not
    check.process_view(request, _checked, (), {})


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands in for a view that is not exempt."""
    return HttpResponse()
