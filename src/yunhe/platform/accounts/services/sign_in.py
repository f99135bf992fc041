"""Signing in, step by step: password, then the code, then a new password where one is due.

Nobody is known yet when these run, so they step out of the scope for their few statements. They
take the throttle's lock first and write the failure before they raise: the view keeps the writes
of a refused request (`response.keep_writes`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.errors import CodeRefused, PasswordRefused, SignInRefused
from yunhe.platform.accounts.models import Session, User
from yunhe.platform.accounts.services.second_factor import accept_code
from yunhe.platform.accounts.services.throttle import check_open, count_failure, forget_failures
from yunhe.platform.database.elevation import owner_access

security_log = logging.getLogger("yunhe.security")
UNKNOWN = "nobody is signed in yet: the account is found by its name"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Account:
    """An account that passed a step, and which steps are left."""

    user_id: int
    language: str
    theme: str
    needs_code: bool
    needs_new_password: bool
    auth_hash: str

    @property
    def session_data(self) -> dict[str, str]:
        """What a session of this account holds (Django's own keys)."""
        return {
            SESSION_KEY: str(self.user_id),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: self.auth_hash,
        }


def check_credentials(
    *, username: str, password: str, address: str | None, now: datetime
) -> Account:
    """The account of this name and password.

    Raises SignInRefused (also for a closed account) or TooManyAttempts. Both take as long as a
    right password does. A failure is counted in the running transaction.
    """
    username = User.normalize_username(username.strip())
    with owner_access(UNKNOWN):
        check_open(username, address, now=now)
        user = User.objects.select_related("totp").filter(username=username).first()
        if user is None:
            User().set_password(password)  # as slow as a check: timing tells nothing
        if user is None or not user.check_password(password) or not user.is_active:
            count_failure(username, address, now=now)
            security_log.warning("sign-in refused", extra={"username": username, "from": address})
            raise SignInRefused
        account = _account(user)
        if not account.needs_code:
            _welcome(user, address, now)
        return account


def check_code(*, user_id: int, code: str, address: str | None, now: datetime) -> Account:
    """The account after its one-time or recovery code. Each code works once.

    Raises CodeRefused or TooManyAttempts; failures count against the account like passwords.
    """
    with owner_access(UNKNOWN):
        user = User.objects.select_related("totp").get(pk=user_id, is_active=True)
        check_open(user.username, address, now=now)
        if not accept_code(user.pk, code, now=now):
            count_failure(user.username, address, now=now)
            security_log.warning("code refused", extra={"username": user.username, "from": address})
            raise CodeRefused
        _welcome(user, address, now)
        return _account(user)


def choose_password(*, user_id: int, password: str) -> Account:
    """Replace a temporary password while signing in; ends every session of the account.

    Raises PasswordRefused with the reasons.
    """
    with owner_access("the person is between sign-in steps and has no session yet"):
        user = User.objects.select_related("totp").get(pk=user_id, is_active=True)
        set_password(user, password)
        Session.objects.filter(user=user).delete()
        return _account(user)


def set_password(user: User, password: str) -> None:
    """Check the strength of a password and save it. Raises PasswordRefused."""
    check_strength(user, password)
    if user.password and user.check_password(password):
        raise PasswordRefused(
            _("The new password must differ from the one before."), field="password"
        )
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])


def check_strength(user: User, password: str) -> None:
    """Raises PasswordRefused with the reasons; `user` may be one that is not saved yet."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages), field="password") from error


def _welcome(user: User, address: str | None, now: datetime) -> None:
    forget_failures(user.username, address)
    User.objects.filter(pk=user.pk).update(last_login=now)


def _account(user: User) -> Account:
    totp = getattr(user, "totp", None)
    return Account(
        user_id=user.pk,
        language=user.language,
        theme=user.theme,
        needs_code=bool(totp and totp.confirmed_at),
        needs_new_password=user.must_change_password,
        auth_hash=user.get_session_auth_hash(),
    )
