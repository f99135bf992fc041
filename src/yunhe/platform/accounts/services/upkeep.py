"""What must be done to the accounts' tables from time to time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from yunhe.platform.accounts.models import Session
from yunhe.platform.accounts.services.throttle import clear_windows
from yunhe.platform.database.encryption import EncryptedTextField, decrypt


def clear_expired(*, now: datetime) -> int:
    """Delete sessions and throttle counters that are over; return how many. Runs as the owner."""
    return Session.objects.filter(expires_at__lt=now).delete()[0] + clear_windows(now=now)


def reencrypt_secrets() -> int:
    """Write every encrypted column of the house again under the newest key; return how many rows.

    Runs as the owner, in the caller's transaction.
    """
    written = 0
    for model, names in _models_with_secrets():
        rows = list(model._default_manager.only(*names))
        model._default_manager.bulk_update(rows, names, batch_size=500)
        written += len(rows)
    return written


def count_unreadable_secrets() -> int:
    """How many encrypted values no configured key opens. Runs as the owner."""
    shut = 0
    for model, names in _models_with_secrets():
        for name in names:
            # as text: the field itself would refuse to read it
            raw = model._default_manager.annotate(raw=Cast(name, models.TextField()))
            for token in raw.exclude(raw=None).values_list("raw", flat=True).iterator():
                try:
                    decrypt(token)
                except ValueError:
                    shut += 1
    return shut


def _models_with_secrets() -> Iterator[tuple[type[models.Model], list[str]]]:
    found: Any = apps.get_models()
    for model in found:
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        if names:
            yield model, names
