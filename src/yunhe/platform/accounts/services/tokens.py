"""API tokens: made once, shown once, limited, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.actor import Actor, person
from yunhe.platform.accounts.errors import TokenRefused
from yunhe.platform.accounts.models import ApiToken
from yunhe.platform.accounts.sessions import hash_key

PREFIX = "yh_"
LONGEST = timedelta(days=366)
MOST = 50


@dataclass(frozen=True)
class NewToken:
    """A token and its key, which nobody can read again."""

    token: ApiToken
    key: str


def create_token(
    *, actor: Actor, name: str, permissions: Iterable[str], expires_at: datetime, now: datetime
) -> NewToken:
    """Make a token for the actor with some of the actor's own permissions.

    Raises TokenRefused: no name, no permission, a permission the actor lacks, an end that is past
    or more than a year away, or 50 tokens already.
    """
    wanted = sorted(set(permissions))
    _check_wish(actor, name, wanted, expires_at=expires_at, now=now)
    if ApiToken.objects.filter(user_id=person(actor)).count() >= MOST:
        raise TokenRefused(_("You have 50 tokens. Revoke one that is no longer used."))
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=person(actor),
        name=name.strip(),
        key_hash=hash_key(key),
        hint=key[-4:],
        permissions=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    return NewToken(token, key)


def revoke_token(*, actor: Actor, token_id: int) -> bool:
    """Delete one of the actor's tokens; the next request with it is refused. False: none such."""
    return bool(ApiToken.objects.filter(pk=token_id, user_id=person(actor)).delete()[0])


def _check_wish(
    actor: Actor, name: str, wanted: list[str], *, expires_at: datetime, now: datetime
) -> None:
    if not name.strip():
        raise TokenRefused(_("Give the token a name that says what uses it."), field="name")
    if not wanted:
        raise TokenRefused(_("Choose at least one permission."), field="permissions")
    if missing := set(wanted) - actor.permissions:
        raise TokenRefused(
            _("A token cannot do more than you can: %(codes)s.")
            % {"codes": ", ".join(sorted(missing))},
            field="permissions",
        )
    if not now < expires_at <= now + LONGEST:
        raise TokenRefused(_("The token must end after now and within a year."), field="expires_at")
