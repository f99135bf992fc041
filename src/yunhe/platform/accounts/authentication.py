"""Who sent this request: a session, or a program with an API token.

Runs before the scope opens, as the owner: one query a request, and no `User` is loaded. Whether
the account is active is answered by the scope's own statement.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils import timezone

from yunhe.platform.accounts.models import ApiToken
from yunhe.platform.accounts.sessions import hash_key

API_PREFIX = "/api/"
USED_EVERY = timedelta(minutes=5)


def authenticated_user_id(request: HttpRequest) -> int | None:
    """The user's id by bearer token (API only) or by session; None when nobody is signed in.

    A request that carries a bearer token never falls back to its session.
    """
    if (key := bearer_key(request)) is not None:
        return _user_of_token(request, key)
    found = request.session.get(SESSION_KEY)
    return int(found) if found is not None else None


def token_permissions(request: HttpRequest) -> frozenset[str] | None:
    """The permissions that the request's token is limited to; None without a token."""
    return getattr(request, "token_permissions", None)


def bearer_key(request: HttpRequest) -> str | None:
    """The key in `Authorization: Bearer …` of an API request; None without one."""
    if not request.path_info.startswith(API_PREFIX):
        return None
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _user_of_token(request: HttpRequest, key: str) -> int | None:
    now = timezone.now()
    token = ApiToken.objects.filter(key_hash=hash_key(key), expires_at__gt=now).first()
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    request.token_permissions = frozenset(token.permissions)  # type: ignore[attr-defined]
    return token.user_id
