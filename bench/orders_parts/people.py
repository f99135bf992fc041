"""People who are signed in."""

from __future__ import annotations

import secrets
from typing import Any


def signed_in(name: str, role: str, node: Any) -> dict[str, Any]:
    """A session as the sign-in page starts it; the cookie's value and the user's id."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from yunhe.platform.access.models import Grant
    from yunhe.platform.accounts.models import User
    from yunhe.platform.accounts.sessions import SessionStore

    user = User.objects.create_user(name, secrets.token_urlsafe(12), name=name)
    Grant.objects.create(user=user, role=role, node=node)
    store = SessionStore()
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    store.restart(data, address="127.0.0.1", agent="bench")
    store.save()
    return {"cookie": store.session_key, "user": user.pk}
