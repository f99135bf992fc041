"""Seal the audit trail in batches and find the first entry that was tampered with.

A leaf is the SHA-256 of an entry's canonical text. A seal's root is the SHA-256 of its leaves in
the order of their entries; its chain value is the SHA-256 of the previous chain value, the root,
the count and the time; its mac is the HMAC of the chain value under `settings.ENCRYPTION_KEYS`.
Who can write the whole database but not read that key cannot make the chain hold again. The head
goes to the log with every seal, so that cutting off the end shows as well.

Hashing happens here, in a job, and never in the transaction that made the change. An entry is
sealed by not having a leaf yet, whatever its number: transactions commit in any order.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from yunhe.platform.access.principal import Principal
from yunhe.platform.audit.models import AuditSeal
from yunhe.platform.audit.permissions import VERIFY
from yunhe.platform.database.elevation import owner_access
from yunhe.platform.database.encryption import seals

security_log = logging.getLogger("yunhe.security")
BATCH = 50_000
LONGEST_TRANSACTION = timedelta(days=1)
GENESIS = bytes(32)

TAKE = """
WITH fresh AS (
    SELECT e.id, audit_hash(e) AS hash FROM audit_entry e
     WHERE e.at >= %(since)s AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id)
     ORDER BY e.id LIMIT %(batch)s),
leaves AS (
    INSERT INTO audit_leaf (entry_id, seal_id, hash)
    SELECT id, %(seal)s, hash FROM fresh RETURNING entry_id, hash)
SELECT count(*), sha256(string_agg(hash, ''::bytea ORDER BY entry_id)) FROM leaves
"""
BROKEN_ENTRY = """
SELECT l.entry_id, l.seal_id, e.id IS NULL
  FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id
 WHERE e.id IS NULL OR audit_hash(e) <> l.hash ORDER BY l.entry_id LIMIT 1
"""
ROOTS = """
SELECT s.id, s.sealed_at, s.entries, s.root, s.chain, s.mac, found.entries, found.root
  FROM audit_seal s LEFT JOIN (
       SELECT seal_id, count(*) AS entries,
              sha256(string_agg(hash, ''::bytea ORDER BY entry_id)) AS root
         FROM audit_leaf GROUP BY seal_id) found ON found.seal_id = s.id ORDER BY s.id
"""
FORGOTTEN = """
SELECT e.id FROM audit_entry e WHERE e.at < %s
   AND NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id) ORDER BY e.id LIMIT 1
"""


@dataclass(frozen=True)
class Verdict:
    """Whether the trail is whole. `problem` is one of "", entry_changed, entry_missing,
    entry_slipped_in, seal_broken; `entry_id` and `seal_id` say where it shows first."""

    seals: int
    entries: int
    problem: str = ""
    entry_id: int | None = None
    seal_id: int | None = None

    @property
    def whole(self) -> bool:
        return not self.problem


def seal_entries(*, now: datetime, batch: int = BATCH) -> int:
    """Seal up to `batch` entries that have no seal; return how many. Runs as the owner.

    Two sealers wait for each other. Call again until it returns 0.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit.seal'))")
        last = AuditSeal.objects.order_by("-pk").first()
        since = (
            last.sealed_at - LONGEST_TRANSACTION
            if last
            else datetime.min.replace(tzinfo=now.tzinfo)
        )
        cursor.execute("SELECT nextval(pg_get_serial_sequence('audit_seal', 'id'))")
        seal_id = cursor.fetchone()[0]
        cursor.execute(TAKE, {"since": since, "batch": batch, "seal": seal_id})
        count, root = cursor.fetchone()
    if not count:
        return 0
    chain = _chain(bytes(last.chain) if last else GENESIS, bytes(root), count, now)
    AuditSeal.objects.create(
        pk=seal_id, sealed_at=now, entries=count, root=root, chain=chain, mac=seals(chain)[0]
    )
    security_log.info("audit sealed", extra={"seal": seal_id, "head": chain.hex()})
    return int(count)


def verify_chain() -> Verdict:
    """Recompute every hash; name the first broken entry or seal. Runs as the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_leaf")
        entries = cursor.fetchone()[0]
        cursor.execute(ROOTS)
        rows = cursor.fetchall()
        cursor.execute(BROKEN_ENTRY)
        if broken := cursor.fetchone():
            problem = "entry_missing" if broken[2] else "entry_changed"
            return Verdict(len(rows), entries, problem, broken[0], broken[1])
        if (seal_id := _broken_seal(rows)) is not None:
            return Verdict(len(rows), entries, "seal_broken", None, seal_id)
        if rows:
            cursor.execute(FORGOTTEN, [rows[-1][1] - LONGEST_TRANSACTION])
            if slipped := cursor.fetchone():
                return Verdict(len(rows), entries, "entry_slipped_in", slipped[0])
    return Verdict(len(rows), entries)


def _broken_seal(rows: list[tuple[Any, ...]]) -> int | None:
    previous = GENESIS
    for seal_id, sealed_at, entries, root, chain, mac, found_entries, found_root in rows:
        expected = _chain(previous, bytes(root), entries, sealed_at)
        holds = (
            found_entries == entries
            and bytes(found_root) == bytes(root)
            and expected == bytes(chain)
            and any(hmac.compare_digest(mac, key) for key in seals(expected))
        )
        if not holds:
            return int(seal_id)
        previous = expected
    return None


def _chain(previous: bytes, root: bytes, entries: int, sealed_at: datetime) -> bytes:
    moment = str(int(sealed_at.timestamp() * 1_000_000))
    return hashlib.sha256(previous + root + f"{entries}|{moment}".encode()).digest()


def check_trail(*, actor: Principal) -> Verdict:
    """`verify_chain` for whoever may. Raises NotAllowed."""
    actor.check(VERIFY)
    with owner_access("the check recomputes the hashes of every node's entries"):
        return verify_chain()
