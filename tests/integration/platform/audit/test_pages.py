"""The audit pages and the history panel."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import timezone
from django.utils.translation import override

from yunhe.platform.access.models import Node
from yunhe.platform.audit.labels import Change, actor_name, changes_of, show_value
from yunhe.platform.audit.models import AuditEntry
from yunhe.platform.audit.origin import name_origin
from yunhe.platform.audit.panels import HistoryPanel, sentence
from yunhe.platform.audit.queries import history_of
from yunhe.platform.audit.sealing import seal_entries
from yunhe.platform.jobs.registry import job_named

pytestmark = pytest.mark.django_db
LIST = "/audit/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_has_a_steady_number_of_queries(
    client, tree, make_user, rows, django_assert_num_queries
):
    client.force_login(make_user("director", tree["HQ"]))
    for number in range(rows):
        Node.objects.filter(code="S1").update(name=f"店 {number}")
    asked = {"table_name": "access_node", "action": "update"}
    client.get(LIST, asked)
    # session, scope, count, rows, saved filters, bell; six of the test's own
    with django_assert_num_queries(6 + 6):
        page = client.get(LIST, asked)
    assert len(page.context["page"].object_list) == rows


def test_an_entry_shows_before_and_after_in_words(client, tree, make_user):
    client.force_login(make_user("director", tree["HQ"]))
    Node.objects.filter(code="S1").update(name="新名字", active=False)
    entry = history_of(tree["S1"])[0]
    with override("en"):
        assert changes_of(entry) == [
            Change("name", "甲门店", "新名字"),
            Change("active", "yes", "no"),
        ]
        assert sentence(entry) == "name: 甲门店 → 新名字; active: yes → no"
    assert "新名字" in client.get(f"{LIST}{entry.pk}/").content.decode()


def test_a_dealer_finds_no_foreign_entry(client, tree, make_user):
    Node.objects.filter(code__in=["S1", "S2"]).update(name_en="x")
    own, foreign = history_of(tree["S1"])[0], history_of(tree["S2"])[0]
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get(f"{LIST}{own.pk}/").status_code == 200
    assert client.get(f"{LIST}{foreign.pk}/").status_code == 404
    assert client.post(f"{LIST}verify/").status_code == 403
    client.force_login(make_user("store", tree["S1"]))
    assert client.get(LIST).status_code == 403


def test_the_check_says_what_it_found(client, tree, make_user):
    seal_entries(now=timezone.now())
    client.force_login(make_user("it_admin", tree["HQ"]))
    page = client.post(f"{LIST}verify/", follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]


def test_a_request_leaves_its_number_and_address(client, tree, make_user):
    owner = make_user("dealer_owner", tree["D1"])
    client.force_login(owner)
    form = {"name": "王", "email": "", "phone": "", "language": "en", "theme": "dark"}
    client.post("/account/", form, headers={"X-Request-ID": "abc-123-def-456"})
    entry = AuditEntry.objects.filter(table_name="accounts_user", row_id=str(owner.pk)).latest("id")
    assert entry.user_id == owner.pk
    assert entry.origin == "127.0.0.1"
    assert len(entry.request_id) >= 8
    assert entry.after["name"] == "王"


def test_a_moment_is_shown_in_the_reader_s_time(tree, make_user):
    person = make_user("director", tree["HQ"])
    field = person._meta.get_field("last_login")
    assert show_value(field, "2026-11-29T23:31:17.302183+00:00") == "2026-11-30 07:31"
    assert show_value(field, "yesterday") == "yesterday"


def test_a_job_is_named_in_the_reader_s_language(client, tree, make_user):
    name_origin(request_id="", origin="", actor="audit.seal")
    Node.objects.filter(code="S1").update(name="店")
    name_origin(request_id="", origin="", actor="")
    entry = history_of(tree["S1"])[0]
    assert (entry.actor, entry.user_id) == ("audit.seal", None)
    client.force_login(make_user("director", tree["HQ"]))
    title = job_named("audit.seal").title
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        with override(language):
            name = str(title)
        page = client.get(f"{LIST}{entry.pk}/").content.decode()
        assert page.count(name) == 2, "once as a fact, once in the record's own trail"
        assert "audit.seal" not in page
        found = client.get(LIST, {"actor": name[:6], "table_name": "access_node"})
        assert [row.pk for row in found.context["page"].object_list] == [entry.pk]
        assert name in found.content.decode()
        panel = HistoryPanel(SimpleNamespace(request=None, record=tree["S1"]))
        with override(language):
            assert next(iter(panel.events())).who == name


def test_a_person_named_as_a_job_stays_a_person(tree, make_user):
    person = make_user("director", tree["HQ"], "audit.seal")
    entry = AuditEntry(actor="audit.seal", user_id=person.pk)
    assert actor_name(entry) == "audit.seal"
    with override("en"):
        assert actor_name(AuditEntry(actor="")) == "the system"
