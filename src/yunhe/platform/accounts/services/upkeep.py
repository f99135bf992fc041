"""What must be done to the accounts' tables from time to time."""

from __future__ import annotations

from datetime import datetime

from yunhe.platform.accounts.models import Session, Totp
from yunhe.platform.accounts.services.throttle import clear_windows


def clear_expired(*, now: datetime) -> int:
    """Delete sessions and throttle counters that are over; return how many. Runs as the owner."""
    return Session.objects.filter(expires_at__lt=now).delete()[0] + clear_windows(now=now)


def reencrypt_secrets() -> int:
    """Write every secret again under the newest key; return how many. Runs as the owner."""
    secrets = list(Totp.objects.all())
    Totp.objects.bulk_update(secrets, ["secret"], batch_size=500)
    return len(secrets)
