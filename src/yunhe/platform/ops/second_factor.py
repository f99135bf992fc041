"""Roles that must sign in with a second factor (`YUNHE_SECOND_FACTOR_ROLES`).

Who holds such a role and has no authenticator yet reaches only the pages that set one up. An API
token is a second factor of its own kind: making one needs a session that passed here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from yunhe.platform.access.principal import principal_of
from yunhe.platform.access.roles import EVERYBODY, HEADQUARTERS
from yunhe.platform.accounts.authentication import token_permissions
from yunhe.platform.accounts.errors import SecondFactorNeeded
from yunhe.platform.accounts.queries import has_second_factor
from yunhe.platform.api.problems import problem

GROUPS = {"all": frozenset(EVERYBODY), "headquarters": frozenset(HEADQUARTERS)}
OPEN = frozenset(
    {
        *(f"accounts:{name}" for name in ("security", "start_enrolment", "enrol", "password")),
        *(f"accounts:{name}" for name in ("sign_out", "end_others", "end_session")),
        *(f"ui:{name}" for name in ("language", "theme", "manifest", "service_worker", "offline")),
        "ops:live",
        "ops:ready",
    }
)


def demanding_roles() -> frozenset[str]:
    """The roles of the setting, groups spelled out."""
    found: set[str] = set()
    for name in settings.SECOND_FACTOR_ROLES:
        found |= GROUPS.get(name, {name})
    return frozenset(found)


def unknown_roles() -> list[str]:
    """Names in the setting that are neither role nor group: nobody would be protected by them."""
    return sorted(demanding_roles() - set(EVERYBODY))


class SecondFactorMiddleware:
    """Send people of a demanding role to the authenticator's page until they have one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        principal = principal_of(request)
        if principal.user_id is None or not (principal.roles & demanding_roles()):
            return None
        request.second_factor_demanded = True  # type: ignore[attr-defined]
        if token_permissions(request) is not None or has_second_factor(principal.user_id):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        if request.path_info.startswith("/api/"):
            return problem(request, SecondFactorNeeded())
        target = reverse("accounts:security")
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(target)
        return HttpResponseRedirect(target)
