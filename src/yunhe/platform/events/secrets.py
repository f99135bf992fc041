"""Webhook secrets: made here, shown once, kept encrypted under a key derived from SECRET_KEY."""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh Standard Webhooks secret, `whsec_` and 32 random bytes in base 64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str) -> bytes:
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The secret in clear. Raises cryptography's InvalidToken when the key is gone."""
    return _box().decrypt(bytes(sealed)).decode()


def _box() -> MultiFernet:
    """The newest key first; `SECRET_KEY_FALLBACKS` still open what older keys sealed."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    derivation = HKDF(SHA256(), length=32, salt=None, info=b"yunhe webhook secrets")
    return base64.urlsafe_b64encode(
        derivation.derive(key.encode() if isinstance(key, str) else key)
    )
