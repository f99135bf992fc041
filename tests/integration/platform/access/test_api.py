"""The ground floor's operations: accounts, access, audit, notifications, files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import Session, User
from yunhe.platform.accounts.services.tokens import create_token
from yunhe.platform.files.models import FileObject
from yunhe.platform.notifications.models import Notification
from yunhe.platform.notifications.services import notify

pytestmark = pytest.mark.django_db
API = "/api/v1"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


@pytest.fixture
def call(client, tree, make_user):
    """`call(user, "get", "/accounts/me", json)` with a token that may all that the user may."""

    def send(user: User, method: str, path: str, body=None, permissions=None, **extra):
        with scoped(user.pk) as actor:
            key = create_token(
                actor=actor,
                name="test",
                permissions=permissions or actor.permissions,
                expires_at=timezone.now() + timedelta(hours=1),
                now=timezone.now(),
            ).key
        if body is not None:
            extra |= {"data": body, "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {key}"}
        return getattr(client, method)(API + path, headers=headers, **extra)

    return send


@pytest.fixture
def owner(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D1"], "owner")


@pytest.fixture
def other(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D2"], "other")


def test_me_says_who_and_what_the_token_may(call, owner):
    found = call(owner, "get", "/accounts/me", permissions=["files.view"]).json()
    assert (found["username"], found["roles"]) == ("owner", ["dealer_owner"])
    assert found["permissions"] == ["files.view"]


def test_without_a_valid_token_there_is_401(client, owner):
    for path in ("/accounts/me", "/audit/entries", "/notifications/", "/files/", "/access/users"):
        answer = client.get(API + path, headers={"Authorization": "Bearer yh_wrong"})
        assert answer.status_code == 401, path


def test_tokens_over_the_api(call, owner, other):
    later = (timezone.now() + timedelta(days=1)).isoformat()
    wish = {"name": "ERP", "permissions": ["files.view"], "expires_at": later}
    made = call(owner, "post", "/accounts/tokens", wish)
    assert made.status_code == 201
    assert made.json()["key"].startswith("yh_")
    assert "key" not in call(owner, "get", "/accounts/tokens").json()[0]
    too_much = call(owner, "post", "/accounts/tokens", wish | {"permissions": ["audit.verify"]})
    assert (too_much.status_code, too_much.json()["code"]) == (422, "accounts.token_refused")
    call(other, "delete", f"/accounts/tokens/{made.json()['id']}")
    assert made.json()["id"] in [t["id"] for t in call(owner, "get", "/accounts/tokens").json()]


def test_a_token_cannot_make_a_stronger_one(call, owner):
    later = (timezone.now() + timedelta(days=1)).isoformat()
    wish = {"name": "x", "permissions": ["files.upload"], "expires_at": later}
    assert call(owner, "post", "/accounts/tokens", wish, ["files.view"]).status_code == 422


def test_a_foreign_device_cannot_be_signed_out(call, owner, other):
    theirs = Session.objects.create(
        key_hash="x", user=other, data="", expires_at=timezone.now() + timedelta(days=1)
    )
    assert call(owner, "delete", f"/accounts/devices/{theirs.pk}").status_code == 404
    assert call(other, "delete", f"/accounts/devices/{theirs.pk}").status_code == 204


def test_staff_over_the_api(call, owner, other, tree):
    wish = {"username": "clerk", "name": "小王", "role": "dealer_clerk", "node_id": tree["D1"].pk}
    made = call(owner, "post", "/access/users", wish)
    assert made.status_code == 201
    assert call(owner, "post", "/access/users", wish).status_code == 409
    assert (
        call(owner, "post", "/access/users", wish | {"node_id": tree["D2"].pk}).status_code == 404
    )
    names = {user["username"] for user in call(owner, "get", "/access/users").json()}
    assert names == {"owner", "clerk"}
    grants = f"/access/users/{made.json()['id']}/grants"
    role = {"role": "store", "node_id": tree["S1"].pk}
    assert call(other, "post", grants, role).status_code == 404
    given = call(owner, "post", grants, role)
    assert given.status_code == 201
    assert call(other, "delete", f"/access/grants/{given.json()['id']}").status_code == 404
    assert call(owner, "delete", f"/access/grants/{given.json()['id']}").status_code == 204
    assert Grant.objects.filter(user__username="clerk").count() == 1


def test_explaining_over_the_api(call, owner, other, tree):
    path = f"/access/explain?record=access.node%20{tree['S2'].pk}"
    assert call(owner, "get", path).json()["sees"] is False
    assert call(owner, "get", f"{path}&user_id={other.pk}").status_code == 403


def test_the_trail_over_the_api(call, owner, other, tree):
    Node.objects.filter(code__in=["S1", "S2"]).update(name_en="renamed")
    path = f"/audit/entries?table=access_node&row_id={tree['S1'].pk}"
    found = call(owner, "get", path).json()["items"]
    assert found[0]["after"] == {"name_en": "renamed"}
    assert call(other, "get", path).json()["items"] == []
    assert call(owner, "get", "/audit/verify").status_code == 403


def test_messages_over_the_api(call, owner, other):
    notify([owner.pk], kind="x", title="你好")
    pk = Notification.objects.get().pk
    assert call(owner, "get", "/notifications/unread").json() == {"count": 1}
    assert call(other, "post", f"/notifications/{pk}/read").status_code == 404
    assert call(owner, "post", f"/notifications/{pk}/read").json()["title"] == "你好"
    assert call(owner, "get", "/notifications/?unread=true").json()["items"] == []
    assert call(owner, "post", "/notifications/read-all").json() == {"count": 0}


def test_files_over_the_api(call, owner, other, tree):
    def form(content=PNG, node="S1"):
        return {"file": SimpleUploadedFile("a.png", content), "node_id": tree[node].pk}

    made = call(owner, "post", "/files/", data=form())
    assert made.status_code == 201
    assert made.json()["media_type"] == "image/png"
    content = f"/files/{made.json()['id']}/content"
    assert b"".join(call(owner, "get", content).streaming_content) == PNG
    assert call(other, "get", content).status_code == 404
    refused = call(owner, "post", "/files/", data=form(b"MZ\x90\x00"))
    assert (refused.status_code, refused.json()["code"]) == (422, "files.kind")
    assert call(owner, "post", "/files/", data=form(node="S2")).status_code in {403, 404}
    assert call(other, "get", f"/files/{made.json()['id']}").status_code == 404
    assert [f["id"] for f in call(owner, "get", "/files/").json()["items"]] == [made.json()["id"]]
    assert FileObject.objects.count() == 1
