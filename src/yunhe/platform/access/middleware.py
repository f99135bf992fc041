"""One request, one transaction, one scope."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse

from yunhe.platform.access.principal import ANONYMOUS
from yunhe.platform.access.session import Origin, enter_scope
from yunhe.platform.accounts.authentication import authenticated_user_id, token_permissions
from yunhe.platform.accounts.devices import client_address

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
UNSCOPED = "/health/"
"""Answers without a database, so that it can say that there is none."""


class ScopeMiddleware:
    """Run each request in one transaction under the restricted role of its user.

    GET and HEAD are read-only. An unsafe request that answers 400 or above is rolled back whole,
    unless the view set `response.keep_writes` (a failed sign-in is counted). A page's writes sit
    behind a savepoint so that the error page may still read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(UNSCOPED):
            request.principal = ANONYMOUS  # type: ignore[attr-defined]
            return self.get_response(request)
        read_only = request.method in SAFE_METHODS
        user_id = authenticated_user_id(request)
        with transaction.atomic():
            origin = None if read_only else _origin(request)
            principal = enter_scope(user_id, read_only=read_only, origin=origin)
            if (limit := token_permissions(request)) is not None:
                principal = replace(principal, permissions=principal.permissions & limit)
            request.principal = principal  # type: ignore[attr-defined]
            if not read_only and not request.path_info.startswith("/api/"):
                request.savepoint = transaction.savepoint()  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.streaming and not isinstance(response, FileResponse):
                raise RuntimeError("a streamed answer would be read after its scope has ended")
            # a reading one, too: the database may have refused a value, which ends the transaction
            if response.status_code >= 400 and not getattr(response, "keep_writes", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo the page's writes before any error page is rendered."""
        if savepoint := getattr(request, "savepoint", None):
            # a write refused inside an atomic block has marked the whole transaction as lost; going
            # back to the savepoint is what makes it usable again
            transaction.set_rollback(False)
            transaction.savepoint_rollback(savepoint)


def _origin(request: HttpRequest) -> Origin:
    """What the audit trail shall say of this request's changes."""
    request_id = getattr(request, "request_id", "") or secrets.token_hex(8)
    return Origin(request_id, client_address(request) or "")
