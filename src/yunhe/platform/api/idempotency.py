"""`Idempotency-Key`: the same request sent twice is done once and answered twice.

The key's row commits together with what the request did. A duplicate that arrives meanwhile waits
on the row's unique index and then replays the stored answer; when the first one failed, its row
vanished with the rest and the duplicate is done as if it were the first. Only successes are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from yunhe.platform.access.principal import principal_of
from yunhe.platform.api.errors import BadKey, KeyReused
from yunhe.platform.api.problems import problem
from yunhe.platform.database.prepared import prepared_cursor
from yunhe.platform.errors import DomainError

HEADER = "Idempotency-Key"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
KEY_LENGTH = 200
View = Callable[..., HttpResponse]

_TAKE = """
INSERT INTO api_idempotencykey (user_id, key, request_hash, content_type, created_at)
VALUES (%s, %s, %s, '', now()) ON CONFLICT (user_id, key) DO NOTHING
"""
_READ = "SELECT request_hash, status, content_type, body FROM api_idempotencykey WHERE user_id = %s AND key = %s"
_KEEP = """
UPDATE api_idempotencykey SET status = %s, content_type = %s, body = %s WHERE user_id = %s AND key = %s
"""


@dataclass(frozen=True)
class Request:
    """One use of a key: whose, which, and what was asked."""

    user_id: int
    key: str
    digest: bytes


def idempotent(view: View) -> View:
    """Honour the header on an API view that changes something."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        user_id = principal_of(request).user_id
        if key is None or user_id is None or request.method in SAFE_METHODS:
            return view(request, *args, **kwargs)
        try:
            asked = _identify(request, user_id, key)
            if (stored := _take(asked)) is not None:
                return stored
        except DomainError as error:
            return problem(request, error)
        response = view(request, *args, **kwargs)
        if response.status_code < 400:
            _keep(asked, response)
        return response

    return answer


def _identify(request: HttpRequest, user_id: int, key: str) -> Request:
    if not 0 < len(key) <= KEY_LENGTH:
        raise BadKey()
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body)
    return Request(user_id, key, digest.digest())


def _take(asked: Request) -> HttpResponse | None:
    """Claim the key, waiting for a duplicate under way; the stored answer if there is one."""
    with prepared_cursor() as cursor:
        cursor.execute(_TAKE, [asked.user_id, asked.key, asked.digest])
        if cursor.rowcount:
            return None
        cursor.execute(_READ, [asked.user_id, asked.key])
        digest, status, content_type, body = cursor.fetchone()
    if bytes(digest) != asked.digest:
        raise KeyReused()
    response = HttpResponse(bytes(body or b""), status=status, content_type=content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _keep(asked: Request, response: HttpResponse) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                response.status_code,
                response["Content-Type"],
                response.content,
                asked.user_id,
                asked.key,
            ],
        )
