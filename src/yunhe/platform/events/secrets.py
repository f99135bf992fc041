"""Webhook secrets: made here, shown once; their columns are encrypted under ENCRYPTION_KEYS."""

from __future__ import annotations

import base64
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh Standard Webhooks secret, `whsec_` and 32 random bytes in base 64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
