"""The messages page, the bell, the preferences page."""

from __future__ import annotations

import pytest

from yunhe.platform.notifications.kinds import _kinds, declare_kind
from yunhe.platform.notifications.models import Notification, Preference
from yunhe.platform.notifications.services import notify

pytestmark = pytest.mark.django_db
LIST = "/notifications/"


@pytest.fixture
def owner(tree, make_user):
    return make_user("dealer_owner", tree["D1"])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_has_a_steady_number_of_queries(client, owner, rows, django_assert_num_queries):
    for number in range(rows):
        notify([owner.pk], kind="test.x", title=f"消息 {number}", url="/account/")
    client.force_login(owner)
    client.get(LIST)
    # session, scope, unread for the tab, page count, page rows, bell; six of the test's own
    with django_assert_num_queries(6 + 6):
        page = client.get(LIST)
    assert len(page.context["page"].object_list) == rows
    assert f'class="y-count">{rows}<' in page.content.decode()


def test_opening_marks_as_read_and_leads_on(client, owner, tree, make_user):
    notify([owner.pk], kind="test.x", title="x", url="/account/security/")
    row = Notification.objects.get()
    client.force_login(make_user("director", tree["HQ"]))
    assert client.post(f"{LIST}{row.pk}/open/").status_code == 404
    client.force_login(owner)
    for _again in range(2):
        answer = client.post(f"{LIST}{row.pk}/open/")
        assert answer["Location"] == "/account/security/"
    row.refresh_from_db()
    assert row.read_at is not None
    assert len(client.get(f"{LIST}?show=unread").context["page"].object_list) == 0


def test_a_message_never_leads_to_a_foreign_site(client, owner):
    notify([owner.pk], kind="test.x", title="x", url="https://evil.example/")
    client.force_login(owner)
    answer = client.post(f"{LIST}{Notification.objects.get().pk}/open/")
    assert answer["Location"] == LIST


def test_all_can_be_read_at_once(client, owner):
    for _ in range(3):
        notify([owner.pk], kind="test.x", title="x")
    client.force_login(owner)
    assert client.post(f"{LIST}read-all/").status_code == 302
    assert client.get(LIST).context["waiting"] == 0


def test_preferences_are_kept(client, owner, monkeypatch):
    monkeypatch.setattr("yunhe.platform.notifications.kinds._kinds", dict(_kinds))
    declare_kind("test.mailed", "mailed", email=True)
    declare_kind("test.required", "required", required=True)
    client.force_login(owner)
    page = f"{LIST}preferences/"
    assert client.get(page).status_code == 200
    form = {"in_app": ["test.mailed", "made.up"], "email": []}
    assert client.post(page, form).status_code == 302
    kept = Preference.objects.filter(user=owner, kind__startswith="test.")
    assert list(kept.values_list("kind", "in_app", "email")) == [("test.mailed", True, False)]
