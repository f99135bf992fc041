"""Forced reading by the server's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.integration.channel.policies.conftest import NOW, SYSTEM

from yunhe.channel.policies.errors import IllegalMove, ReadingIncomplete
from yunhe.channel.policies.models import PolicyRecipient
from yunhe.channel.policies.queries import my_policies, waiting_count
from yunhe.channel.policies.services import (
    confirm_reading,
    open_reading,
    publish_version,
    reach_end,
    start_version,
    withdraw_version,
)
from yunhe.channel.policies.services.reading import seconds_left
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound
from yunhe.platform.events.models import OutboxEvent

pytestmark = pytest.mark.django_db
QUIZ = {"question": "返几个点?", "options": ["2", "3", "5"], "answer": 1}


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def owner(partners, make_user):
    return make_user("dealer_owner", partners["D1"])


def test_open_stay_reach_the_end_confirm(published, owner):
    version = published(min_dwell_s=10)
    with scoped(owner.pk) as actor:
        reading = open_reading(version, actor=actor, now=NOW)
        assert open_reading(version, actor=actor, now=later(5)).pk == reading.pk
        with pytest.raises(ReadingIncomplete, match=r"."):
            confirm_reading(reading, actor=actor, now=later(30))
        reach_end(reading, actor=actor, now=later(4))
        assert seconds_left(reading, now=later(4)) == 6
        with pytest.raises(ReadingIncomplete) as early:
            confirm_reading(reading, actor=actor, now=later(9.5))
        assert early.value.code == "policies.too_quick"
        assert waiting_count(actor) == 1
        confirm_reading(reading, actor=actor, now=later(10))
        confirm_reading(reading, actor=actor, now=later(11))
        assert waiting_count(actor) == 0
    recipient = PolicyRecipient.objects.get(version=version, node__code="D1")
    assert (recipient.opened_at, recipient.confirmed_at, recipient.confirmed_by_id) == (
        NOW,
        later(10),
        owner.pk,
    )
    confirmed = OutboxEvent.objects.filter(type="yunhe.policies.policy.confirmed.v1")
    assert confirmed.count() == 1


def test_a_wrong_answer_starts_the_reading_over(published, owner):
    version = published(min_dwell_s=10, quiz=QUIZ)
    with scoped(owner.pk) as actor:
        reading = reach_end(open_reading(version, actor=actor, now=NOW), actor=actor, now=NOW)
        with pytest.raises(ReadingIncomplete) as wrong:
            confirm_reading(reading, answer=0, actor=actor, now=later(10))
        assert wrong.value.code == "policies.wrong_answer"
        with pytest.raises(ReadingIncomplete) as not_at_end:
            confirm_reading(reading, answer=1, actor=actor, now=later(30))
        assert not_at_end.value.code == "policies.not_at_end"
        reach_end(reading, actor=actor, now=later(15))
        with pytest.raises(ReadingIncomplete):
            confirm_reading(reading, answer=1, actor=actor, now=later(19))
        confirm_reading(reading, answer=1, actor=actor, now=later(20))
    assert reading.wrong_answers == 1


def test_a_clerk_reads_and_does_not_confirm(published, partners, make_user):
    version = published(min_dwell_s=0)
    clerk = make_user("dealer_clerk", partners["D1"])
    with scoped(clerk.pk) as actor:
        reading = reach_end(open_reading(version, actor=actor, now=NOW), actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            confirm_reading(reading, actor=actor, now=NOW)


def test_nobody_confirms_for_another(published, partners, owner, make_user):
    version = published(levels=("dealer",), subtrees=("R1",))
    with scoped(owner.pk) as actor:
        reading = reach_end(open_reading(version, actor=actor, now=NOW), actor=actor, now=NOW)
    for role, place in (("store", "S1"), ("dealer_owner", "D2")):
        with scoped(make_user(role, partners[place]).pk) as actor:
            with pytest.raises(NotFound):
                open_reading(version, actor=actor, now=NOW)
            with pytest.raises(NotFound):
                confirm_reading(reading, actor=actor, now=later(60))


def test_a_superseded_or_withdrawn_version_cannot_be_confirmed(published, owner):
    first = published(min_dwell_s=0)
    with scoped(owner.pk) as actor:
        reading = reach_end(open_reading(first, actor=actor, now=NOW), actor=actor, now=NOW)
    second = publish_version(
        start_version(first.policy, actor=SYSTEM, now=NOW), actor=SYSTEM, now=NOW
    )
    reading.refresh_from_db()
    with scoped(owner.pk) as actor:
        with pytest.raises(IllegalMove):
            confirm_reading(reading, actor=actor, now=later(60))
        assert [r.version_id for r in my_policies(actor)] == [second.pk]
        assert waiting_count(actor) == 1
    withdraw_version(second, actor=SYSTEM)
    with scoped(owner.pk) as actor:
        assert waiting_count(actor) == 0


def test_what_awaits_confirmation_comes_first(published, owner):
    versions = [published(code, min_dwell_s=0) for code in ("P1", "P2", "P3")]
    with scoped(owner.pk) as actor:
        reading = reach_end(open_reading(versions[2], actor=actor, now=NOW), actor=actor, now=NOW)
        confirm_reading(reading, actor=actor, now=NOW)
        assert [r.version.policy.code for r in my_policies(actor)] == ["P1", "P2", "P3"]
