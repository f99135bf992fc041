"""The audit trail: every change is written by the database, for the right readers, for good."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.record_nodes import node_columns
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import Totp, User
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.audit.origin import name_origin
from yunhe.platform.audit.triggers import HIDDEN, audited_models, sync_triggers, trigger_statements
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.platform.jobs.worker import drain

pytestmark = pytest.mark.django_db


def entries(table: str, row_id: object) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(table_name=table, row_id=str(row_id)).order_by("id"))


def test_an_update_records_who_when_from_where_before_and_after(tree, make_user):
    user = make_user("director", tree["HQ"])
    with scoped(user.pk):
        name_origin(request_id="req-1", origin="10.0.0.7")
        Node.objects.filter(pk=tree["S1"].pk).update(name="新名字")
    made, change = entries("access_node", tree["S1"].pk)
    assert made.action == "insert"
    assert made.after["code"] == "S1"
    assert made.before is None
    assert (change.action, change.before, change.after) == (
        "update",
        {"name": "甲门店"},
        {"name": "新名字"},
    )
    assert (change.user_id, change.actor) == (user.pk, user.name)
    assert (change.request_id, change.origin) == ("req-1", "10.0.0.7")
    assert change.node_id == tree["S1"].pk


def test_an_update_that_changes_nothing_leaves_no_entry(tree):
    Node.objects.filter(code="S1").update(name="甲门店")
    assert len(entries("access_node", tree["S1"].pk)) == 1


def test_one_statement_on_many_rows_writes_one_entry_a_row(tree):
    before = AuditEntry.objects.count()
    assert Node.objects.filter(code__startswith="S").update(name_en="store") == 2
    assert AuditEntry.objects.count() == before + 2


def test_secrets_are_masked_and_noise_is_left_out(tree):
    user = User.objects.create_user("somebody", "correct-horse-42", name="某人")
    user.set_password("other-horse-43")
    user.save()
    User.objects.filter(pk=user.pk).update(last_login="2026-11-22T00:00:00Z")
    made, changed = entries("accounts_user", user.pk)
    assert made.after["password"] == HIDDEN
    assert (changed.before, changed.after) == ({"password": HIDDEN}, {"password": HIDDEN})


def test_encrypted_columns_are_masked_without_being_named(tree, make_user, monkeypatch):
    monkeypatch.delattr(Totp, "audit_hidden")
    assert "'secret', '•••'" in trigger_statements(Totp)[0]


def test_a_dealer_reads_the_trail_of_its_own_nodes_only(tree, make_user):
    owner = make_user("dealer_owner", tree["D1"])
    make_user("dealer_owner", tree["D2"])
    for code in ("S1", "S2", "R1"):
        Node.objects.filter(code=code).update(name_en="renamed")
    with scoped(owner.pk):
        seen = set(AuditEntry.objects.values_list("node_id", flat=True))
    assert seen == {tree["D1"].pk, tree["S1"].pk}


def test_a_grant_belongs_to_its_node_and_a_delete_keeps_the_row(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    grant = Grant.objects.get(user=user)
    pk = grant.pk
    grant.delete()
    gone = entries("access_grant", pk)[-1]
    assert gone.action == "delete"
    assert gone.before == {
        "id": pk,
        "role": "dealer_owner",
        "node_id": tree["D1"].pk,
        "user_id": user.pk,
    }
    assert gone.node_id == tree["D1"].pk


def test_restricted_roles_can_neither_forge_nor_erase(tree, make_user):
    user = make_user("director", tree["HQ"])
    with scoped(user.pk):
        for statement in (
            "INSERT INTO audit_entry (at, table_name, row_id, action, actor, request_id, origin)"
            " VALUES (now(), 'x', '1', 'insert', '', '', '')",
            "UPDATE audit_entry SET actor = 'someone else'",
            "DELETE FROM audit_entry",
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_not_even_the_owner_changes_an_entry(tree):
    for change in ("UPDATE audit_entry SET actor = ''", "DELETE FROM audit_entry"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_every_audited_table_has_its_three_triggers(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname IN ('audit_insert', 'audit_update', 'audit_delete') GROUP BY 1"
        )
        found = dict(cursor.fetchall())
    assert found == {model._meta.db_table: 3 for model in audited_models()}


def test_syncing_twice_changes_nothing(db, django_assert_max_num_queries):
    tables = len(audited_models())
    with django_assert_max_num_queries(1 + 2 * tables + 200):
        sync_triggers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = 'audit_access_node'")
        assert cursor.fetchone() == (1,)


def test_the_node_of_a_row_follows_its_scope():
    assert node_columns(Node, "n") == ["n.id"]
    assert node_columns(Grant, "n") == ['n."node_id"']
    assert node_columns(User, "n") == []


@job(name="test.rename", reason="the test renames a store")
def rename(progress, *, actor):
    Node.objects.filter(code="S1").update(name="由作业改名")


def test_a_jobs_change_carries_the_jobs_name(tree):
    enqueue(rename)
    drain()
    change = entries("access_node", tree["S1"].pk)[-1]
    assert (change.after, change.actor) == ({"name": "由作业改名"}, "test.rename")
    Node.objects.filter(code="S1").update(name="又改")
    assert entries("access_node", tree["S1"].pk)[-1].actor == ""
