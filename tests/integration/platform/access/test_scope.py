"""The scope: what a role on a subtree may see and write, enforced by the database itself."""

from __future__ import annotations

import pytest
from django.db import DataError, InternalError, ProgrammingError, connection, transaction

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import current_role, owner_access, scoped

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    return sorted(Node.objects.values_list("code", flat=True))


def test_a_dealer_sees_its_subtree_and_the_way_up(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as principal:
        assert codes() == ["D1", "HQ", "R1", "S1"]
        assert principal.is_partner
        assert current_role() == "yunhe_scoped"
    assert codes() == ["D1", "D2", "HQ", "R1", "R2", "S1", "S2"]


def test_headquarters_sees_everything_under_the_wide_role(tree, make_user):
    user = make_user("director", tree["HQ"])
    with scoped(user.pk) as principal:
        assert len(codes()) == 7
        assert principal.wide
        assert current_role() == "yunhe_wide"


def test_a_grant_elsewhere_is_invisible_and_cannot_be_given_to_oneself(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    make_user("dealer_owner", tree["D2"])
    with scoped(user.pk):
        assert list(Grant.objects.values_list("user_id", flat=True)) == [user.pk]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Grant.objects.create(user_id=user.pk, role="director", node=tree["HQ"])


def test_nobody_sees_nothing(tree):
    with scoped(None) as principal:
        assert codes() == []
        assert not principal.can("anything")


def test_an_inactive_user_loses_everything(tree, make_user):
    user = make_user("director", tree["HQ"])
    user.is_active = False
    user.save()
    with scoped(user.pk) as principal:
        assert codes() == []
        assert principal.user_id is None


def test_read_only_requests_cannot_write(tree, make_user):
    user = make_user("director", tree["HQ"])
    with pytest.raises(InternalError, match="read-only"), scoped(user.pk, read_only=True):
        Node.objects.filter(code="S1").update(name="x")


def test_an_elevation_is_local(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk):
        with owner_access("the test counts all nodes"):
            assert len(codes()) == 7
        assert codes() == ["D1", "HQ", "R1", "S1"]


def _divide_by_zero() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_a_database_error_inside_an_elevation_is_told_as_it_is(tree, make_user):
    """A statement after it would be told instead, as one of an aborted transaction."""
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk):
        with (
            pytest.raises(DataError, match="division by zero"),
            transaction.atomic(),
            owner_access("the test fails inside"),
        ):
            _divide_by_zero()
        assert current_role() == "yunhe_scoped"
        with pytest.raises(ValueError, match="stop"), owner_access("the test stops inside"):
            raise ValueError("stop")
        assert current_role() == "yunhe_scoped"


def test_a_database_error_inside_a_scope_is_told_as_it_is(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with pytest.raises(DataError, match="division by zero"), scoped(user.pk):
        _divide_by_zero()
    assert current_role() == "none"


def test_the_scope_ends_with_a_rolled_back_savepoint(tree, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with pytest.raises(ValueError, match="stop"), scoped(user.pk):
        raise ValueError("stop")
    assert current_role() == "none"
    with connection.cursor() as cursor:
        cursor.execute("SELECT yunhe_nodes()")
        assert cursor.fetchone() == ([],)


def test_moving_a_node_carries_its_subtree(tree):
    dealer = tree["D1"]
    dealer.parent = tree["R2"]
    dealer.save()
    store = Node.objects.get(code="S1")
    hq, r2 = tree["HQ"], tree["R2"]
    assert store.path == f"{hq.pk}.{r2.pk}.{dealer.pk}.{store.pk}"
    r2.parent = store
    with pytest.raises(Exception, match="below itself"):
        r2.save()
