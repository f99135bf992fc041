"""“Why can I (not) see this?”: the verdict is the database's, and asking reveals nothing."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from yunhe.platform.access.explain import explain_record, find_record
from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.record_nodes import node_columns
from yunhe.platform.access.rules import rule_sentence
from yunhe.platform.access.session import current_role, scoped
from yunhe.platform.accounts.models import Session, User
from yunhe.platform.errors import DomainError, NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tree, make_user):
    """A dealer's owner in each region, an IT administrator, the regional manager of R1."""
    return {
        "owner": make_user("dealer_owner", tree["D1"]),
        "other": make_user("dealer_owner", tree["D2"]),
        "admin": make_user("it_admin", tree["HQ"]),
        "region": make_user("regional_manager", tree["R1"]),
    }


def goods(explanation):
    return [step.good for step in explanation.steps]


def test_it_sees_because_the_role_is_held_above(tree, people):
    with scoped(people["admin"].pk) as actor:
        found = explain_record(
            actor=actor, user_id=people["owner"].pk, record=f"access.node {tree['S1'].pk}"
        )
        assert current_role() == "yunhe_wide"
        assert Node.objects.count() == 7
    assert found.sees
    assert found.may_open
    # account, roles, record, cover, rule, permission, database
    assert goods(found) == [True, None, None, True, None, None, True]
    assert "总部 › 华东区 › 甲经销商 › 甲门店" in found.steps[2].text


def test_it_does_not_because_nothing_covers_the_place(tree, people):
    with scoped(people["admin"].pk) as actor:
        found = explain_record(
            actor=actor, user_id=people["owner"].pk, record=f"access.node:{tree['S2'].pk}"
        )
    assert not found.sees
    assert goods(found) == [True, None, None, False, None, None, False]


def test_one_asks_about_oneself_and_learns_nothing_about_foreign_records(tree, people):
    with scoped(people["owner"].pk) as actor:
        texts = [
            [
                step.text
                for step in explain_record(
                    actor=actor, user_id=actor.user_id, record=f"access.node {pk}"
                ).steps
            ]
            for pk in (tree["S2"].pk, 10**9)
        ]
        assert texts[0] == texts[1]
        assert Node.objects.count() == 4


def test_asking_about_others_needs_the_permission_and_their_being_in_sight(tree, people):
    record = f"access.node {tree['S1'].pk}"
    with scoped(people["owner"].pk) as actor, pytest.raises(NotAllowed):
        explain_record(actor=actor, user_id=people["other"].pk, record=record)
    with scoped(people["region"].pk) as actor, pytest.raises(NotFound):
        explain_record(actor=actor, user_id=people["other"].pk, record=record)


def test_a_closed_account_and_one_without_roles(tree, people):
    User.objects.filter(pk=people["owner"].pk).update(is_active=False)
    Grant.objects.filter(user=people["other"]).delete()
    record = f"access.node {tree['S1'].pk}"
    with scoped(people["admin"].pk) as actor:
        closed = explain_record(actor=actor, user_id=people["owner"].pk, record=record)
        idle = explain_record(actor=actor, user_id=people["other"].pk, record=record)
    assert not closed.sees
    assert closed.steps[0].good is False
    assert not idle.sees
    assert idle.steps[1].good is False


def test_a_records_address_is_understood(people, tree):
    user = people["owner"]
    assert find_record(f"/access/users/{user.pk}/") == (User, str(user.pk))
    assert find_record(f"http://localhost:8000/access/users/{user.pk}/?x=1") == (User, str(user.pk))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "orders",
        "no.such 1",
        "access.node x",
        "/no/such/page/",
        "/access/users/",
        "auth.permission 1",
        "access.node 1; drop table x",
        "https://evil.example/",
    ],
)
def test_what_is_no_record(db, text):
    with pytest.raises(DomainError):
        find_record(text)


def test_rules_in_words():
    with override("en"):
        assert "private" in rule_sentence(Session)
        assert "holder" in rule_sentence(Grant)
    assert node_columns(Session, "r") == []


def test_the_page(client, tree, people):
    client.force_login(people["owner"])
    page = client.get("/access/explain/")
    assert page.status_code == 200
    assert "user" not in page.context["form"].fields
    answer = client.get("/access/explain/", {"record": f"/access/users/{people['owner'].pk}/"})
    assert answer.context["explanation"].sees
    assert client.get("/access/explain/", {"record": "x y"}).status_code == 422
    asked = {"record": f"access.node {tree['S2'].pk}", "user": people["other"].pk}
    client.force_login(people["admin"])
    assert client.get("/access/explain/", asked).context["explanation"].sees


def test_without_the_permission_a_question_about_another_is_refused_in_words(client, people, tree):
    client.force_login(people["owner"])
    client.cookies["django_language"] = "en"
    asked = {"record": f"access.node {tree['S1'].pk}", "user": people["other"].pk}
    answer = client.get("/access/explain/", asked)
    assert answer.status_code == 403
    assert "You may ask about yourself" in answer.content.decode()
    own = client.get("/access/explain/", {**asked, "user": people["owner"].pk})
    assert own.status_code == 200


def test_persons_of_one_name_are_told_apart(client, people, make_user, tree):
    twin = make_user("store", tree["S1"], "twin")
    User.objects.filter(pk__in=[twin.pk, people["owner"].pk]).update(name="王芳")
    client.force_login(people["admin"])
    page = client.get("/access/explain/").content.decode()
    assert "王芳 · twin · 甲门店" in page
    assert "王芳 · dealer_owner-D1 · 甲经销商" in page
