"""Session engine: one row a browser in `accounts_session`, revocable at once.

Django's own engines do not fit: a cache keeps a revoked session alive in other processes, and a
view runs under a restricted role that may not touch Django's table. Here a session is read before
the scope opens and written after it closes (Django's SessionMiddleware), both as the owner. Views
only change it in memory: `restart` for signing in, `flush` for signing out.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from yunhe.platform.accounts.models import Session

SEEN_EVERY = timedelta(minutes=5)


def hash_key(key: str) -> str:
    """SHA-256 of a cookie or token, as hex: what the database keeps."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """A session; `address` and `agent` describe the device that started it."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.address: str | None = None
        self.agent = ""
        self.row_id: int | None = None
        self._replaced: str | None = None

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        row = (
            Session.objects.filter(key_hash=hash_key(self.session_key or ""), expires_at__gt=now)
            .values("id", "data", "last_seen_at")
            .first()
        )
        if row is None:
            self._session_key = None
            return {}
        self.row_id = row["id"]
        if now - row["last_seen_at"] > SEEN_EVERY:
            Session.objects.filter(pk=row["id"]).update(last_seen_at=now)
        return self.decode(row["data"])

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=hash_key(session_key)).exists()

    def restart(self, data: dict[str, Any], *, address: str | None, agent: str) -> None:
        """Begin anew with a new key and `data`; the old key dies when the new one is written."""
        self._replaced = self.session_key
        self._session_key = None
        self._session_cache = data
        self.address, self.agent = address, agent[:300]
        self.accessed = self.modified = True

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)
        fields = {
            "data": self.encode(data),
            "user_id": data.get(SESSION_KEY),
            "expires_at": self.get_expiry_date(),
        }
        if must_create:
            self._insert(fields)
        elif not Session.objects.filter(key_hash=hash_key(self.session_key)).update(**fields):
            raise UpdateError
        if self._replaced:
            self.delete(self._replaced)
            self._replaced = None

    def _insert(self, fields: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                row = Session.objects.create(
                    key_hash=hash_key(self.session_key or ""),
                    address=self.address,
                    agent=self.agent,
                    **fields,
                )
        except IntegrityError as error:
            raise CreateError from error
        self.row_id = row.pk

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(key_hash=hash_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lt=timezone.now()).delete()
