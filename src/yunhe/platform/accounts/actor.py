"""Who acts, as far as accounts must know (platform/access gives more: its `Principal`)."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest

from yunhe.platform.errors import NotAllowed


class Actor(Protocol):
    """The signed-in person or program of a request."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def permissions(self) -> frozenset[str]: ...


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: `ScopeMiddleware` of platform/access has put it on every request."""
    found: Actor = request.principal  # type: ignore[attr-defined]
    return found


def person(actor: Actor) -> int:
    """The actor's account. Raises NotAllowed for a job, which has none."""
    if actor.user_id is None:
        raise NotAllowed
    return actor.user_id
