"""Reads about one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yunhe.platform.accounts.devices import device_name, is_phone
from yunhe.platform.accounts.models import ApiToken, RecoveryCode, SavedFilter, Session, Totp, User
from yunhe.platform.database.elevation import owner_access
from yunhe.platform.ui.saved_filters import Kept


@dataclass(frozen=True)
class Device:
    """A signed-in device as its owner knows it."""

    id: int
    name: str
    phone: bool
    address: str
    signed_in: datetime
    last_seen: datetime
    current: bool


@dataclass(frozen=True)
class SecondFactor:
    """Whether the second factor is on, since when, and how many recovery codes are left."""

    on: bool
    since: datetime | None
    codes_left: int


def has_accounts() -> bool:
    """Whether anybody could sign in; without it the installation is new."""
    with owner_access("asked before anybody is signed in; the answer names nobody"):
        return User.objects.exists()


def get_user(user_id: int) -> User:
    """The account. Raises User.DoesNotExist for one outside the scope."""
    return User.objects.get(pk=user_id)


def list_filters(user_id: int, path: str = "") -> QuerySet[SavedFilter]:
    """The account's saved filters, of all lists or of the one at an address, by list and name."""
    rows = SavedFilter.objects.filter(user_id=user_id).order_by("path", "name")
    return rows.filter(path=path) if path else rows


def saved_filters_of(user_id: int, path: str) -> list[Kept]:
    """What the list at an address shows of them. One statement."""
    return [Kept(row.pk, row.name, row.query) for row in list_filters(user_id, path)]


def devices_of(user_id: int, *, current: int | None, now: datetime) -> list[Device]:
    """Where the account is signed in, the asking device first, then by last use."""
    rows = Session.objects.filter(user_id=user_id, expires_at__gt=now).order_by("-last_seen_at")
    devices = [
        Device(
            row.pk,
            device_name(row.agent),
            is_phone(row.agent),
            row.address or "",
            row.created_at,
            row.last_seen_at,
            row.pk == current,
        )
        for row in rows
    ]
    return sorted(devices, key=lambda device: not device.current)


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """The account's API tokens, newest first."""
    return ApiToken.objects.filter(user_id=user_id).order_by("-created_at")


def has_second_factor(user_id: int) -> bool:
    """Whether the account has an authenticator that is switched on; one query."""
    return Totp.objects.filter(user_id=user_id).exclude(confirmed_at=None).exists()


def second_factor_of(user_id: int) -> SecondFactor:
    """State of the second factor; two queries."""
    totp = Totp.objects.filter(user_id=user_id).exclude(confirmed_at=None).first()
    left = RecoveryCode.objects.filter(user_id=user_id).aggregate(
        left=Count("id", filter=Q(used_at=None))
    )
    return SecondFactor(totp is not None, totp.confirmed_at if totp else None, left["left"])
