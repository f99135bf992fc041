"""Who sent this request: a session, or an API token."""

from __future__ import annotations

from django.http import HttpRequest


def authenticated_user_id(request: HttpRequest) -> int | None:
    """The active user's id by session; None when nobody is signed in."""
    user = request.user
    return user.pk if user.is_authenticated else None
