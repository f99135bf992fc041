"""Pages of accounts, roles and tokens; tokens limit what the API lets them do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from yunhe.platform.access.models import Grant
from yunhe.platform.access.permissions import permissions_of
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.authentication import authenticated_user_id, token_permissions
from yunhe.platform.accounts.errors import TokenRefused
from yunhe.platform.accounts.models import ApiToken, User
from yunhe.platform.accounts.services.tokens import create_token

pytestmark = pytest.mark.django_db
NOW = timezone.now()
USERS = "/access/users/"


@pytest.fixture
def owner(tree, make_user) -> User:
    return make_user("dealer_owner", tree["D1"], "owner")


def request_with(key: str, path: str = "/api/v1/x/"):
    request = RequestFactory().get(path, headers={"Authorization": f"Bearer {key}"})
    request.session = {}
    return request


@pytest.fixture
def token(owner):
    with scoped(owner.pk) as actor:
        return create_token(
            actor=actor,
            name="ERP",
            permissions=["files.view"],
            expires_at=NOW + timedelta(days=1),
            now=NOW,
        )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_a_steady_number_of_queries(
    client, tree, make_user, count, django_assert_num_queries
):
    admin = make_user("it_admin", tree["HQ"], "admin")
    for number in range(count - 1):
        make_user("dealer_owner", tree["D1"], f"owner{number}")
    client.force_login(admin)
    client.get(USERS)
    # session, scope, count, users, grants, places of the filter, saved ones, bell; six of the test's own
    with django_assert_num_queries(8 + 6):
        page = client.get(USERS)
    assert len(page.context["page"].object_list) == count


def test_an_owner_sees_and_manages_the_own_staff_only(client, owner, tree, make_user):
    clerk = make_user("dealer_clerk", tree["D1"], "clerk")
    foreign = make_user("dealer_clerk", tree["D2"], "foreign")
    director = make_user("director", tree["HQ"], "boss")
    client.force_login(owner)
    names = {user.username for user in client.get(USERS).context["page"].object_list}
    assert names == {"owner", "clerk"}
    assert client.get(f"{USERS}{clerk.pk}/").status_code == 200
    for stranger in (foreign, director):
        for page in ("", "change/", "reset/", "grant/"):
            assert client.get(f"{USERS}{stranger.pk}/{page}").status_code == 404
        for page in ("reset/", "grant/", "active/?to=closed"):
            assert client.post(f"{USERS}{stranger.pk}/{page}").status_code == 404
    grant = Grant.objects.get(user=foreign)
    assert client.post(f"/access/grants/{grant.pk}/revoke/").status_code == 404
    assert client.post(f"{USERS}{owner.pk}/active/?to=closed").status_code in {302, 409}
    owner.refresh_from_db()
    assert owner.is_active


def test_the_whole_life_of_a_clerk_through_the_pages(client, owner, tree):
    client.force_login(owner)
    form = {
        "name": "小王",
        "username": "clerk-wang",
        "role": "dealer_clerk",
        "node": tree["D1"].pk,
    }
    assert client.post(f"{USERS}new/", form | {"role": "director"}).status_code == 422
    assert client.post(f"{USERS}new/", form | {"node": tree["D2"].pk}).status_code == 422
    made = client.post(f"{USERS}new/", form, follow=True)
    assert "yh" not in made.request["PATH_INFO"]
    user = User.objects.get(username="clerk-wang")
    assert made.redirect_chain[-1][0] == f"{USERS}{user.pk}/"
    assert client.post(f"{USERS}new/", form).status_code == 409
    extra = {"role": "store", "node": tree["S1"].pk}
    assert client.post(f"{USERS}{user.pk}/grant/", extra).status_code == 302
    assert Grant.objects.filter(user=user).count() == 2
    store = Grant.objects.get(user=user, role="store")
    assert client.post(f"/access/grants/{store.pk}/revoke/").status_code == 302
    assert client.post(f"{USERS}{user.pk}/reset/", {}).status_code == 302
    assert client.post(f"{USERS}{user.pk}/active/?to=closed").status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.post(f"{USERS}{user.pk}/active/?to=open").status_code == 302


def test_a_clerk_has_no_such_pages(client, tree, make_user):
    client.force_login(make_user("dealer_clerk", tree["D1"]))
    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}new/").status_code == 403


def test_a_token_names_its_owner_and_its_limit(owner, token):
    request = request_with(token.key)
    assert authenticated_user_id(request) == owner.pk
    assert token_permissions(request) == {"files.view"}
    assert token.key.startswith("yh_")
    assert token.key not in str(ApiToken.objects.values().get())
    assert ApiToken.objects.get().last_used_at is not None


def test_a_token_is_for_the_api_only(token):
    assert authenticated_user_id(request_with(token.key, "/access/users/")) is None


def test_ended_revoked_and_made_up_tokens_are_nobody_even_with_a_session(owner, token):
    request = request_with("yh_made-up")
    request.session = {"_auth_user_id": str(owner.pk)}
    assert authenticated_user_id(request) is None
    ApiToken.objects.update(expires_at=NOW - timedelta(seconds=1))
    assert authenticated_user_id(request_with(token.key)) is None
    ApiToken.objects.all().delete()
    assert authenticated_user_id(request_with(token.key)) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["files.view", "audit.verify"]}, "permissions"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW + timedelta(days=400)}, "expires_at"),
    ],
)
def test_what_a_token_cannot_be(owner, change, field):
    wish = {"name": "x", "permissions": ["files.view"], "expires_at": NOW + timedelta(days=1)}
    with scoped(owner.pk) as actor, pytest.raises(TokenRefused) as refused:
        create_token(actor=actor, now=NOW, **(wish | change))
    assert refused.value.field == field


def test_token_pages(client, owner, tree, make_user):
    client.force_login(owner)
    assert client.get("/access/tokens/").status_code == 200
    form = {"name": "ERP", "days": "30", "permissions": ["files.view"]}
    assert (
        client.post("/access/tokens/new/", form | {"permissions": "audit.verify"}).status_code
        == 422
    )
    made = client.post("/access/tokens/new/", form)
    key = made.context["made"].key
    assert key in made.content.decode()
    assert key not in client.get("/access/tokens/").content.decode()
    token = ApiToken.objects.get()
    other = type(client)()
    other.force_login(make_user("dealer_owner", tree["D2"]))
    other.post(f"/access/tokens/{token.pk}/revoke/")
    assert ApiToken.objects.count() == 1
    for _again in range(2):
        assert client.post(f"/access/tokens/{token.pk}/revoke/").status_code == 302
    assert ApiToken.objects.count() == 0


def test_the_middleware_cuts_the_principal_down_to_the_token(owner, token, rf):
    from django.http import HttpResponse

    from yunhe.platform.access.middleware import ScopeMiddleware

    seen = []

    def view(request):
        seen.append(request.principal)
        return HttpResponse()

    ScopeMiddleware(view)(request_with(token.key))
    assert seen[0].permissions == {"files.view"}
    assert "files.upload" in permissions_of("dealer_owner")
    assert not seen[0].can("files.upload")
    assert not seen[0].can("files.upload", path=seen[0].held[0].path)
