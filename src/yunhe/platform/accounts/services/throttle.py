"""Count failed sign-ins and shut the door for a while.

Three counters share one window of 15 minutes: this account from this address, this account from
anywhere, this address for any account. The first stops a guesser without locking the owner out
elsewhere; the second stops a guesser with many addresses; the third one with many names. They
count names, not accounts, so nothing tells whether an account exists.

The two counters of the account are locked until the transaction ends: guesses sent at the same
time are checked one after the other. The address's is only read, so that an office behind one
address does not queue.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import connection

from yunhe.platform.accounts.errors import TooManyAttempts, WrongPassword
from yunhe.platform.accounts.models import Throttle, User
from yunhe.platform.database.elevation import owner_access

WINDOW = timedelta(minutes=15)
LIMITS = {"pair": 5, "account": 20, "address": 100}

LOCK = """
INSERT INTO accounts_throttle AS t (key, failures, window_ends_at)
SELECT key, 0, %(ends)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.window_ends_at <= %(now)s THEN 0 ELSE t.failures END,
    window_ends_at = CASE WHEN t.window_ends_at <= %(now)s THEN %(ends)s ELSE t.window_ends_at END
RETURNING key, failures, window_ends_at
"""
COUNT = """
INSERT INTO accounts_throttle AS t (key, failures, window_ends_at)
SELECT key, 1, %(ends)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN t.window_ends_at <= %(now)s THEN 1 ELSE t.failures + 1 END,
    window_ends_at = CASE WHEN t.window_ends_at <= %(now)s THEN %(ends)s ELSE t.window_ends_at END
"""


def check_open(username: str, address: str | None, *, now: datetime) -> None:
    """Raise TooManyAttempts while a counter is full. Runs as the owner; locks the account's."""
    keys = _keys(username, address)
    shut: list[datetime] = []
    with connection.cursor() as cursor:
        locked = [keys["account"], keys["pair"]]
        cursor.execute(LOCK, {"keys": locked, "now": now, "ends": now + WINDOW})
        limit_of = {keys[name]: limit for name, limit in LIMITS.items()}
        shut += [ends for key, failures, ends in cursor if failures >= limit_of[key]]
    shut += Throttle.objects.filter(
        key=keys["address"], failures__gte=LIMITS["address"], window_ends_at__gt=now
    ).values_list("window_ends_at", flat=True)
    if shut:
        raise TooManyAttempts(max(shut), now)


def count_failure(username: str, address: str | None, *, now: datetime) -> None:
    """One more failure on all three counters. Runs as the owner."""
    keys = list(_keys(username, address).values())
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"keys": keys, "now": now, "ends": now + WINDOW})


def forget_failures(username: str, address: str | None) -> None:
    """After a success: the pair starts from zero; others who guess at the account do not."""
    Throttle.objects.filter(key=_keys(username, address)["pair"]).delete()


def check_own_password(*, user_id: int, password: str, address: str | None, now: datetime) -> User:
    """The signed-in user after the password was given again for a sensitive change.

    Raises WrongPassword or TooManyAttempts; a failure counts like a failed sign-in.
    """
    user = User.objects.get(pk=user_id)
    with owner_access("the counters of failed passwords belong to nobody"):
        check_open(user.username, address, now=now)
        if not user.check_password(password):
            count_failure(user.username, address, now=now)
            raise WrongPassword
        forget_failures(user.username, address)
    return user


def clear_windows(*, now: datetime) -> int:
    """Delete counters whose window is over; return how many. Runs as the owner."""
    return Throttle.objects.filter(window_ends_at__lt=now).delete()[0]


def _keys(username: str, address: str | None) -> dict[str, str]:
    name, place = username.casefold(), address or "-"
    parts = {"pair": (name, place), "account": (name,), "address": (place,)}
    return {
        kind: hashlib.sha256("\0".join((kind, *values)).encode()).hexdigest()
        for kind, values in parts.items()
    }
