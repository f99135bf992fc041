"""What must be done to the accounts' tables from time to time."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps

from yunhe.platform.accounts.models import Session
from yunhe.platform.accounts.services.throttle import clear_windows
from yunhe.platform.database.encryption import EncryptedTextField


def clear_expired(*, now: datetime) -> int:
    """Delete sessions and throttle counters that are over; return how many. Runs as the owner."""
    return Session.objects.filter(expires_at__lt=now).delete()[0] + clear_windows(now=now)


def reencrypt_secrets() -> int:
    """Write every encrypted column of the house again under the newest key; return how many rows.

    Runs as the owner, in the caller's transaction.
    """
    written = 0
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        rows = list(model._default_manager.only(*names)) if names else []
        if rows:
            model._default_manager.bulk_update(rows, names, batch_size=500)
        written += len(rows)
    return written
