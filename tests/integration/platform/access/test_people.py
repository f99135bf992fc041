"""Delegated administration: everybody within the own part, nobody beyond."""

from __future__ import annotations

import pytest

from yunhe.platform.access.errors import (
    AccountNotYours,
    GrantNotYours,
    OwnAccess,
    RoleDoesNotFit,
)
from yunhe.platform.access.models import Grant
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.services import (
    create_user,
    grant_role,
    reset_user,
    revoke_role,
    set_user_active,
)
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import Session, User
from yunhe.platform.errors import Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-42"


@pytest.fixture
def owner(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D1"], "owner")


def new(actor, node, role="dealer_clerk", username="clerk-wang", **extra):
    return create_user(
        actor=actor, username=username, name="小王", role=role, node_id=node.pk, **extra
    )


def test_an_owner_makes_a_clerk_who_signs_in_with_the_temporary_password(tree, owner, client):
    with scoped(owner.pk) as actor:
        made = new(actor, tree["D1"])
        assert list(User.objects.filter(pk=made.user.pk)) == [made.user]
    form = {"username": "clerk-wang", "password": made.temporary_password}
    answer = client.post("/account/sign-in/", form)
    assert answer["Location"].startswith("/account/sign-in/password/")


def test_the_system_makes_the_demo_persons_with_passwords_of_their_own(tree, db):
    made = new(
        system_principal("demo"), tree["HQ"], "director", "director", password="demo-canal-1"
    )
    assert made.temporary_password == ""
    assert made.user.check_password("demo-canal-1")
    assert not made.user.must_change_password


@pytest.mark.parametrize(
    ("role", "place", "error"),
    [
        ("dealer_owner", "S1", GrantNotYours),
        ("dealer_clerk", "D2", NotFound),
        ("dealer_clerk", "R1", RoleDoesNotFit),
        ("director", "D1", RoleDoesNotFit),
        ("it_admin", "HQ", GrantNotYours),
    ],
)
def test_an_owner_gives_nothing_beyond(tree, owner, role, place, error):
    with scoped(owner.pk) as actor, pytest.raises(error):
        new(actor, tree[place], role)
    assert User.objects.filter(username="clerk-wang").count() == 0


def test_a_clerk_makes_nobody(tree, make_user):
    clerk = make_user("dealer_clerk", tree["D1"])
    with scoped(clerk.pk) as actor, pytest.raises(NotAllowed):
        new(actor, tree["D1"])


def test_a_taken_name_is_a_conflict_and_leaves_nothing(tree, owner):
    with scoped(owner.pk) as actor:
        new(actor, tree["D1"])
        with pytest.raises(Conflict):
            new(actor, tree["S1"])
        assert Grant.objects.filter(user__username="clerk-wang").count() == 1


def test_granting_and_revoking_twice_is_once(tree, owner):
    with scoped(owner.pk) as actor:
        user = new(actor, tree["D1"]).user
        grants = [
            grant_role(actor=actor, user=user, role="store", node_id=tree["S1"].pk)
            for _ in range(2)
        ]
        assert grants[0] == grants[1]
        for _ in range(2):
            revoke_role(actor=actor, grant=grants[0])
        assert [g.role for g in Grant.objects.filter(user=user)] == ["dealer_clerk"]


def test_nobody_takes_away_or_closes_the_own_access(tree, owner, make_user):
    admin = make_user("it_admin", tree["HQ"])
    with scoped(admin.pk) as actor:
        with pytest.raises(OwnAccess):
            revoke_role(actor=actor, grant=Grant.objects.get(user=admin))
        with pytest.raises(OwnAccess):
            set_user_active(actor=actor, user=admin, active=False)
        with pytest.raises(OwnAccess):
            grant_role(actor=actor, user=admin, role="director", node_id=tree["HQ"].pk)


def test_an_account_with_a_role_elsewhere_is_not_ones_own(tree, owner, make_user):
    shared = make_user("dealer_clerk", tree["D1"], "shared")
    Grant.objects.create(user=shared, role="dealer_clerk", node=tree["D2"])
    with scoped(owner.pk) as actor:
        assert User.objects.filter(pk=shared.pk).exists()
        with pytest.raises(AccountNotYours):
            reset_user(actor=actor, user=shared, remove_second_factor=True)
        with pytest.raises(AccountNotYours):
            set_user_active(actor=actor, user=shared, active=False)
    assert shared.check_password(PASSWORD)


def test_an_owner_cannot_reset_a_superior_who_is_visible(tree, owner, make_user):
    colleague = make_user("dealer_owner", tree["D1"], "partner-owner")
    with scoped(owner.pk) as actor, pytest.raises(AccountNotYours):
        reset_user(actor=actor, user=colleague, remove_second_factor=False)


def test_closing_an_account_ends_its_sessions(tree, owner, client):
    with scoped(owner.pk) as actor:
        user = new(actor, tree["D1"], password=PASSWORD).user
    client.post("/account/sign-in/", {"username": "clerk-wang", "password": PASSWORD})
    assert Session.objects.count() == 1
    with scoped(owner.pk) as actor:
        set_user_active(actor=actor, user=user, active=False)
    assert Session.objects.count() == 0
    assert client.get("/account/security/").status_code == 302
