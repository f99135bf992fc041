"""Columns that are unreadable in a dump: encrypted with keys from outside the database.

`settings.ENCRYPTION_KEYS` lists Fernet keys, newest first. The first encrypts, all decrypt, so a
key is rotated by putting a new one in front and running `yunhe rotate-keys` (accounts.services).
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """The text under the newest key."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text again. Raises ValueError when no configured key fits or the token was altered."""
    try:
        return _cipher(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no key in ENCRYPTION_KEYS opens this value") from error


def seals(message: bytes) -> list[str]:
    """HMAC-SHA256 of the message under each key, newest first, as hex."""
    return [
        hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
        for key in settings.ENCRYPTION_KEYS
    ]


class EncryptedTextField(models.TextField):
    """Text that is encrypted on the way in and readable in Python; it cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypt(str(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value is None else decrypt(value)
