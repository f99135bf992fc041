"""The Ed25519 keys that sign statements: made here, kept encrypted, replaced, never deleted."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yunhe.money.rebates.bundle import key_id
from yunhe.money.rebates.locks import lock_keys
from yunhe.money.rebates.models import SigningKey, SigningSecret
from yunhe.money.rebates.permissions import SETTLE
from yunhe.platform.access.principal import Principal
from yunhe.platform.access.session import owner_access

REASON = "private keys are out of reach of every restricted role"


@dataclass(frozen=True, repr=False)
class Signer:
    """A key with its private half, for the moment of signing."""

    record: SigningKey
    private: Ed25519PrivateKey


def ensure_signing_key(*, now: datetime) -> Signer:
    """The key that signs now; made when there is none."""
    with owner_access(REASON):
        lock_keys()
        current = SigningKey.objects.filter(retired_at=None).first()
        if current is None:
            return _make_key(now)
        text = SigningSecret.objects.get(pk=current.pk).secret
        return Signer(current, Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)))


def replace_signing_key(*, actor: Principal, now: datetime) -> SigningKey:
    """Retire the present key and make a new one; older statements stay verifiable. Raises NotAllowed."""
    actor.check(SETTLE)
    with owner_access(REASON):
        lock_keys()
        SigningKey.objects.filter(retired_at=None).update(retired_at=now)
        return _make_key(now).record


def _make_key(now: datetime) -> Signer:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    record = SigningKey.objects.create(
        key_id=key_id(public),
        public_key=base64.b64encode(public.public_bytes_raw()).decode(),
        created_at=now,
    )
    secret = base64.b64encode(private.private_bytes_raw()).decode()
    SigningSecret.objects.create(key=record, secret=secret)
    return Signer(record, private)
