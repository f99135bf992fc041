"""Accounts that somebody makes or closes for somebody else; platform/access asks for the right."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yunhe.platform.accounts.models import ApiToken, RecoveryCode, Session, Totp, User
from yunhe.platform.accounts.services.second_factor import ALPHABET
from yunhe.platform.errors import Conflict

TEMPORARY_LENGTH = 14


def create_account(
    *,
    username: str,
    name: str,
    password: str,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    must_change_password: bool = True,
) -> User:
    """A new account without any grant. Runs as the owner. Raises Conflict for a taken name."""
    try:
        with transaction.atomic():
            return User.objects.create_user(
                username.strip(),
                password,
                name=name,
                email=email,
                phone=phone,
                language=language,
                must_change_password=must_change_password,
            )
    except IntegrityError as error:
        raise Conflict(
            _("The user name “%(username)s” is taken.") % {"username": username},
            code="accounts.username_taken",
            field="username",
        ) from error


def temporary_password() -> str:
    """A password to hand over, good for one sign-in (14 characters, 69 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TEMPORARY_LENGTH))


def reset_sign_in(*, user: User, remove_second_factor: bool) -> str:
    """Give the account a temporary password and end its sessions and tokens. Runs as the owner.

    Returns the password: it must be replaced at the next sign-in.
    """
    password = temporary_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    Session.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    if remove_second_factor:
        Totp.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
    return password


def set_active(*, user: User, active: bool) -> None:
    """Open or close the account; closing ends its sessions. Runs as the owner."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        Session.objects.filter(user=user).delete()
