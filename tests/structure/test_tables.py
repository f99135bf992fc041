"""The shape of the tables: scopes, policies, and foreign keys that obey the domain order."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from yunhe.config.domains import DOMAINS
from yunhe.platform.access.policies import policy_fingerprint, scoped_models

HOUSE = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("yunhe.") and model._meta.managed
]
ORDER = {name.rsplit(".", 1)[1]: position for position, name in enumerate(DOMAINS)}


@pytest.mark.parametrize("model", HOUSE, ids=lambda model: model._meta.label)
def test_every_table_declares_who_may_see_it(model):
    assert hasattr(model, "scope"), f"{model.__name__} has no scope"


@pytest.mark.parametrize("model", HOUSE, ids=lambda model: model._meta.label)
def test_a_table_with_a_node_is_filtered_by_it(model):
    nodes = [
        field.column
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.label == "access.Node"
    ]
    if nodes and model.scope.grants:
        assert model.scope.read != "true", f"{model.__name__} carries {nodes} but shows every row"


@pytest.mark.parametrize("model", HOUSE, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model):
    here = ORDER[model._meta.app_label]
    for field in model._meta.concrete_fields:
        if field.is_relation and field.related_model._meta.app_label in ORDER:
            there = ORDER[field.related_model._meta.app_label]
            assert there <= here, f"{model._meta.label}.{field.name} points up"


@pytest.mark.parametrize("model", HOUSE, ids=lambda model: model._meta.label)
def test_deleting_never_cascades_across_domains(model):
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        same = field.related_model._meta.app_label == model._meta.app_label
        personal = field.related_model._meta.label == "accounts.User"
        if not same and not personal:
            assert field.remote_field.on_delete is not models.CASCADE, (
                f"{model._meta.label}.{field.name}"
            )


@pytest.mark.django_db
def test_the_database_carries_the_declared_policies():
    stale = []
    with connection.cursor() as cursor:
        for model in scoped_models():
            cursor.execute(
                "SELECT relrowsecurity, obj_description(oid, 'pg_class') FROM pg_class"
                " WHERE oid = %s::regclass",
                [f'"{model._meta.db_table}"'],
            )
            if cursor.fetchone() != (True, policy_fingerprint(model)):
                stale.append(model._meta.db_table)
    assert stale == []


@pytest.mark.django_db
def test_restricted_roles_reach_no_other_table():
    known = {model._meta.db_table for model in scoped_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.role_table_grants"
            " WHERE grantee IN ('yunhe_scoped', 'yunhe_wide') AND table_schema = 'public'"
        )
        granted = {row[0] for row in cursor.fetchall()}
    assert granted - known == set()


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
