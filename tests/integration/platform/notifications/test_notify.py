"""Messages reach many people in one statement, once, in their language, and nobody else."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotFound
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.notifications.kinds import _kinds, declare_kind
from yunhe.platform.notifications.mail import Sent, send_batch
from yunhe.platform.notifications.models import Notification, Preference
from yunhe.platform.notifications.queries import choices_of, notifications_for, unread_count
from yunhe.platform.notifications.services import (
    change_preferences,
    notify,
    open_notification,
    read_all,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def kinds(monkeypatch):
    """Three kinds of messages that exist for one test."""
    monkeypatch.setattr("yunhe.platform.notifications.kinds._kinds", dict(_kinds))
    declare_kind("test.plain", "plain")
    declare_kind("test.mailed", "mailed", email=True)
    declare_kind("test.required", "required", email=True, required=True)


@pytest.fixture
def people(tree, make_user):
    """A dealer owner with mail, a store without, and a director."""
    owner = make_user("dealer_owner", tree["D1"])
    User.objects.filter(pk=owner.pk).update(email="owner@example.com", language="en")
    return owner, make_user("store", tree["S1"]), make_user("director", tree["HQ"])


def test_a_dealer_can_tell_headquarters_and_only_headquarters_reads_it(people, kinds):
    owner, store, director = people
    with scoped(owner.pk):
        assert notify([director.pk], kind="test.plain", title="x", url="/orders/1/") == 1
        assert Notification.objects.count() == 0
    with scoped(store.pk):
        assert Notification.objects.count() == 0
    with scoped(director.pk):
        assert unread_count(director.pk) == 1


def test_headquarters_cannot_read_what_others_were_told(people, kinds):
    owner, _store, director = people
    notify([owner.pk], kind="test.plain", title="x")
    foreign = Notification.objects.get()
    with scoped(director.pk) as principal:
        assert Notification.objects.count() == 0
        with pytest.raises(NotFound):
            open_notification(actor=principal, notification_id=foreign.pk, now=NOW)


def test_ten_thousand_people_are_one_statement(tree, kinds):
    User.objects.bulk_create(
        User(username=f"u{i}", name=f"u{i}", password="!") for i in range(10_000)
    )
    ids = list(User.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        assert notify(ids, kind="test.plain", title="策略已发布") == 10_000
    assert len(queries) == 1


def test_the_same_key_tells_a_person_once(people, kinds):
    owner, store, _ = people
    ids = [owner.pk, owner.pk, store.pk]
    assert notify(ids, kind="test.plain", title="x", dedupe_key="order:1") == 2
    assert notify(ids, kind="test.plain", title="x", dedupe_key="order:1") == 0
    assert notify([owner.pk], kind="test.plain", title="x") == 1
    assert notify([owner.pk], kind="test.plain", title="x") == 1


def test_closed_and_unknown_accounts_are_left_out(people, kinds):
    owner, store, _ = people
    User.objects.filter(pk=store.pk).update(is_active=False)
    assert notify([owner.pk, store.pk, 10**9], kind="test.plain", title="x") == 1
    assert notify([], kind="test.plain", title="x") == 0


def test_a_lazy_title_is_kept_in_both_languages(people, kinds):
    owner, *_ = people
    notify([owner.pk], kind="test.plain", title=gettext_lazy("Simplified Chinese"))
    row = Notification.objects.get()
    with translation.override("en"):
        assert row.heading == "Simplified Chinese"
    with translation.override("zh-hans"):
        assert row.heading == row.title


def test_mail_goes_to_who_wants_it_in_their_language(people, kinds, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    owner, _store, director = people
    User.objects.filter(pk=director.pk).update(email="director@example.com")
    Preference.objects.create(user=director, kind="test.mailed", email=False)
    everybody = [person.pk for person in people]
    assert (
        notify(everybody, kind="test.mailed", title="对账单\n到了", body="见附页", url="/m/") == 3
    )
    assert JobRun.objects.filter(job="notifications.send_mail").count() == 1
    assert send_batch() == Sent(sent=1)
    assert send_batch() == Sent()
    (sent,) = mail.outbox
    assert sent.to == ["owner@example.com"]
    assert sent.subject == "对账单 到了"
    assert sent.body.startswith(f"Hello {owner.name},")
    assert "http://localhost:8000/m/" in sent.body


def test_a_refused_mail_does_not_stop_the_others(people, kinds, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    owner, store, _director = people
    User.objects.filter(pk=store.pk).update(email="bad\naddress@example.com")
    notify([owner.pk, store.pk], kind="test.mailed", title="x")
    assert send_batch() == Sent(sent=1, failed=1)


def test_preferences_silence_the_bell_but_not_what_is_required(people, kinds):
    owner, *_ = people
    with scoped(owner.pk) as principal:
        choices = {"test.mailed": (False, True), "test.plain": (False, False)}
        change_preferences(actor=principal, choices={**choices, "test.required": (False, False)})
        change_preferences(actor=principal, choices=choices)
        found = {c.kind.code: (c.in_app, c.email) for c in choices_of(owner.pk)}
        assert found["test.mailed"] == (False, True)
        assert found["test.required"] == (True, True)
    assert notify([owner.pk], kind="test.plain", title="x") == 0
    assert notify([owner.pk], kind="test.mailed", title="x") == 1
    assert unread_count(owner.pk) == 0
    assert notify([owner.pk], kind="test.required", title="x") == 1
    assert unread_count(owner.pk) == 1


def test_reading_one_and_all_twice(people, kinds):
    owner, *_ = people
    for number in range(3):
        notify([owner.pk], kind="test.plain", title=str(number))
    with scoped(owner.pk) as principal:
        newest = notifications_for(owner.pk)[0]
        for _again in range(2):
            read = open_notification(actor=principal, notification_id=newest.pk, now=NOW)
        assert read.read_at == NOW
        assert unread_count(owner.pk) == 2
        assert read_all(actor=principal, now=NOW) == 2
        assert read_all(actor=principal, now=NOW) == 0
