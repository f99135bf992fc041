"""Sealing: tampering with the trail shows, and shows where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from yunhe.platform.access.models import Node
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.audit.sealing import Verdict, seal_entries, verify_chain

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def tamper(statement: str, *values: object) -> None:
    """As somebody who owns the database and switches the guard off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def sealed(tree: dict) -> list[int]:
    """Three seals over the entries of a tree and two renamings; the ids of the entries."""
    while seal_entries(now=NOW, batch=1000):
        pass
    for step, name in enumerate(("一", "二"), start=1):
        Node.objects.filter(code="S1").update(name=name)
        assert seal_entries(now=NOW + timedelta(minutes=step)) == 1
    return list(AuditEntry.objects.order_by("id").values_list("id", flat=True))


def test_an_untouched_trail_is_whole(sealed):
    verdict = verify_chain()
    assert verdict.whole
    assert verdict == Verdict(3, len(sealed))
    assert seal_entries(now=NOW + timedelta(minutes=9)) == 0


def test_batches_seal_everything_once(tree):
    total = AuditEntry.objects.count()
    sizes = []
    while size := seal_entries(now=NOW, batch=4):
        sizes.append(size)
    assert sum(sizes) == total
    assert set(sizes[:-1]) == {4}
    assert verify_chain() == Verdict(len(sizes), total)


def test_a_changed_entry_is_named(sealed):
    tamper("UPDATE audit_entry SET actor = 'somebody else' WHERE id = %s", sealed[-2])
    verdict = verify_chain()
    assert (verdict.problem, verdict.entry_id) == ("entry_changed", sealed[-2])


def test_a_removed_entry_is_named(sealed):
    tamper("DELETE FROM audit_entry WHERE id = %s", sealed[0])
    assert (verify_chain().problem, verify_chain().entry_id) == ("entry_missing", sealed[0])


def test_removing_an_entry_with_its_leaf_breaks_the_seal(sealed):
    tamper("DELETE FROM audit_entry WHERE id = %s", sealed[-1])
    tamper("DELETE FROM audit_leaf WHERE entry_id = %s", sealed[-1])
    assert verify_chain().problem == "seal_broken"


def test_rewriting_entry_and_leaf_breaks_the_seal(sealed):
    tamper("UPDATE audit_entry SET actor = 'x' WHERE id = %s", sealed[-2])
    tamper(
        "UPDATE audit_leaf l SET hash = audit_hash(e) FROM audit_entry e"
        " WHERE e.id = l.entry_id AND e.id = %s",
        sealed[-2],
    )
    assert verify_chain().problem == "seal_broken"


def test_a_seal_recomputed_without_the_key_does_not_hold(sealed, settings):
    settings.ENCRYPTION_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    verdict = verify_chain()
    assert verdict.problem == "seal_broken"
    assert verdict.seal_id is not None


def test_keys_rotate_without_breaking_older_seals(sealed, settings):
    newer = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    settings.ENCRYPTION_KEYS = [newer, *settings.ENCRYPTION_KEYS]
    Node.objects.filter(code="S1").update(name="三")
    assert seal_entries(now=NOW + timedelta(minutes=5)) == 1
    assert verify_chain().whole


def test_an_entry_slipped_into_the_past_is_named(sealed):
    tamper(
        "INSERT INTO audit_entry (at, table_name, row_id, action, actor, request_id, origin)"
        " VALUES (%s, 'x', '1', 'insert', '', '', '')",
        NOW - timedelta(days=3),
    )
    assert verify_chain().problem == "entry_slipped_in"
