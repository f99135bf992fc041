"""What people change about their own account."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.actor import Actor, person
from yunhe.platform.accounts.models import Session, User
from yunhe.platform.accounts.services.sign_in import set_password
from yunhe.platform.accounts.services.throttle import check_own_password
from yunhe.platform.errors import NotFound


def change_profile(
    *, actor: Actor, name: str, email: str, phone: str, language: str, theme: str
) -> User:
    """Save the actor's name, addresses and preferences; a form or schema has checked them."""
    user = User.objects.get(pk=person(actor))
    user.name, user.email, user.phone = name, email, phone
    user.language, user.theme = language, theme
    user.save(update_fields=["name", "email", "phone", "language", "theme"])
    return user


def change_preferences(*, actor: Actor, language: str = "", theme: str = "") -> None:
    """Remember language or theme with the account; "" keeps what is."""
    wanted = {"language": language, "theme": theme}
    User.objects.filter(pk=person(actor)).update(**{k: v for k, v in wanted.items() if v})


def change_password(
    *,
    actor: Actor,
    current: str,
    password: str,
    address: str | None,
    now: datetime,
    keep_session: int | None = None,
) -> User:
    """Replace the password and end every other session of the account.

    Raises WrongPassword (counted like a failed sign-in), TooManyAttempts, PasswordRefused.
    """
    user = check_own_password(user_id=person(actor), password=current, address=address, now=now)
    set_password(user, password)
    end_other_sessions(actor=actor, keep_session=keep_session)
    return user


def end_session(*, actor: Actor, session_id: int) -> None:
    """Sign one of the actor's devices out. Raises NotFound for somebody else's."""
    if not Session.objects.filter(pk=session_id, user_id=person(actor)).delete()[0]:
        raise NotFound(_("This device is signed out already."))


def end_other_sessions(*, actor: Actor, keep_session: int | None) -> int:
    """Sign every device out but the one with `keep_session`; return how many."""
    sessions = Session.objects.filter(user_id=person(actor))
    if keep_session is not None:
        sessions = sessions.exclude(pk=keep_session)
    return sessions.delete()[0]
