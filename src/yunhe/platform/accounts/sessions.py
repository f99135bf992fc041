"""Session engine: one row a browser in `accounts_session`, revocable at once.

Django's own engines do not fit: a cache keeps a revoked session alive in other processes, and a
view runs under a restricted role that may not touch Django's table. Here a session is read before
the scope opens and written after it closes (Django's SessionMiddleware), both as the owner. Signing
in only changes it in memory (`restart`); what does touch the table inside a request's transaction
steps out of the scope for that statement.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from yunhe.platform.accounts.models import Session
from yunhe.platform.database.elevation import owner_access
from yunhe.platform.database.prepared import prepared_cursor

SEEN_EVERY = timedelta(minutes=5)
_LOAD = """
SELECT id, data, last_seen_at FROM accounts_session WHERE key_hash = %s AND expires_at > %s
"""
REASON = "sessions are read before anybody is known and written after the scope has closed"


def hash_key(key: str) -> str:
    """SHA-256 of a cookie or token, as hex: what the database keeps."""
    return hashlib.sha256(key.encode()).hexdigest()


def _rows() -> AbstractContextManager[None]:
    """The table's owner: as it is outside a transaction, by elevation inside one."""
    return owner_access(REASON) if connection.in_atomic_block else nullcontext()


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
        with _rows():
            with prepared_cursor() as cursor:
                cursor.execute(_LOAD, [hash_key(self.session_key or ""), now])
                row = cursor.fetchone()
            if row and now - row[2] > SEEN_EVERY:
                Session.objects.filter(pk=row[0]).update(last_seen_at=now)
        if row is None:
            self._session_key = None
            return {}
        self.row_id = row[0]
        return self.decode(row[1])

    def exists(self, session_key: str) -> bool:
        with _rows():
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
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
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
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        fields = {
            "data": self.encode(data),
            "user_id": data.get(SESSION_KEY),
            "expires_at": self.get_expiry_date(),
        }
        with _rows():
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
                self._name_origin(fields["user_id"])
                row = Session.objects.create(
                    key_hash=hash_key(self.session_key or ""),
                    address=self.address,
                    agent=self.agent,
                    **fields,
                )
        except IntegrityError as error:
            raise CreateError from error
        self.row_id = row.pk

    def _name_origin(self, user_id: str | None) -> None:
        """Tell the audit trail who signs in from where: no scope does it here."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('yunhe.user', %s, true), set_config('yunhe.origin', %s, true)",
                [str(user_id or ""), self.address or ""],
            )

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            with _rows():
                Session.objects.filter(key_hash=hash_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        with _rows():
            Session.objects.filter(expires_at__lt=timezone.now()).delete()


def current_session_id(request: HttpRequest) -> int | None:
    """The row of the request's session; None without one."""
    return request.session.row_id if isinstance(request.session, SessionStore) else None
