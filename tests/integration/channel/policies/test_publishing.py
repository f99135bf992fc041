"""From draft to recipients: audience, compiler gate, versions, who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.integration.channel.policies.conftest import NOW, SYSTEM

from yunhe.channel.policies.choices import VersionState
from yunhe.channel.policies.errors import IllegalMove, NotPublishable, PolicyRefused, RuleRefused
from yunhe.channel.policies.models import Policy, PolicyRecipient, PolicyVersion
from yunhe.channel.policies.queries import audience_count, list_policies, progress_by_region
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    add_rule,
    change_rule,
    create_policy,
    publish_version,
    remind_unread,
    remove_rule,
    save_draft,
    start_version,
    withdraw_version,
)
from yunhe.platform.access.models import Node, NodeKind
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed
from yunhe.platform.events.models import OutboxEvent
from yunhe.platform.notifications.models import Notification

pytestmark = pytest.mark.django_db
TASK = {"task": "陈列", "due_on": "2026-12-15"}


def reached(version):
    rows = PolicyRecipient.objects.filter(version=version).values_list("node__code", flat=True)
    return sorted(rows)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ({}, ["D1", "D2", "S1", "S2"]),
        ({"levels": ("dealer",)}, ["D1", "D2"]),
        ({"tiers": ("core",)}, ["D1"]),
        ({"levels": ("store",), "subtrees": ("R1",)}, ["S1"]),
        ({"levels": ("store",), "tiers": ("core",), "also": ("D2",)}, ["D2"]),
        ({"subtrees": ("R1", "S2")}, ["D1", "S1", "S2"]),
    ],
)
def test_the_audience_is_subtree_and_level_and_tier_or_named(published, audience, expected):
    version = published(**audience)
    assert reached(version) == expected
    assert version.recipient_count == len(expected)


def test_closed_partners_are_not_reached(partners, draft):
    Node.objects.filter(code="D2").update(active=False)
    assert audience_count(draft(levels=("dealer",))) == 1


def test_a_policy_does_not_reach_beyond_its_unit(partners, draft):
    with pytest.raises(PolicyRefused):
        draft(place="R1", subtrees=("R2",))
    with pytest.raises(PolicyRefused):
        draft("P2", place="R1", also=("D2",))


def test_publishing_needs_a_sound_draft(draft):
    version = draft(body="")
    with pytest.raises(NotPublishable) as refused:
        publish_version(version, actor=SYSTEM, now=NOW)
    assert [row["key"] for row in refused.value.rows] == ["text.empty@text"]
    assert PolicyVersion.objects.get().state == VersionState.DRAFT


def test_warnings_are_accepted_one_by_one_and_anew_after_a_change(draft):
    version = add_rule(draft(ends_on=None), kind="obligation", definition=TASK, actor=SYSTEM)
    with pytest.raises(NotPublishable):
        publish_version(version, actor=SYSTEM, now=NOW)
    version = accept_warning(version, "period.open@period", actor=SYSTEM)
    version = change_rule(version, 0, definition=TASK | {"task": "拍照"}, actor=SYSTEM)
    with pytest.raises(NotPublishable):
        publish_version(version, actor=SYSTEM, now=NOW)
    version = accept_warning(version, "period.open@period", actor=SYSTEM)
    assert publish_version(version, actor=SYSTEM, now=NOW).state == VersionState.PUBLISHED


def test_the_same_rule_elsewhere_is_a_warning(published, draft):
    first = draft("P1", levels=("dealer",))
    add_rule(first, kind="obligation", definition=TASK, actor=SYSTEM)
    publish_version(first, actor=SYSTEM, now=NOW)
    for code, audience in (("P2", {"levels": ("store",)}), ("P3", {"tiers": ("core",)})):
        version = add_rule(
            draft(code, **audience), kind="obligation", definition=TASK, actor=SYSTEM
        )
        if code == "P2":  # other partners
            publish_version(version, actor=SYSTEM, now=NOW)
        else:
            with pytest.raises(NotPublishable) as refused:
                publish_version(version, actor=SYSTEM, now=NOW)
            assert [row["key"] for row in refused.value.rows] == ["rules.elsewhere@rules.0"]


def test_rules_of_a_draft(draft):
    version = add_rule(draft(), kind="obligation", definition=TASK, actor=SYSTEM)
    assert version.rules == [{"kind": "obligation", "definition": TASK}]
    with pytest.raises(RuleRefused):
        add_rule(version, kind="obligation", definition={"task": "x"}, actor=SYSTEM)
    with pytest.raises(RuleRefused):
        add_rule(version, kind="magic", definition={}, actor=SYSTEM)
    with pytest.raises(RuleRefused):
        change_rule(version, 1, definition=TASK, actor=SYSTEM)
    assert remove_rule(version, 0, actor=SYSTEM).rules == []


def test_a_new_version_supersedes_and_reaches_anew(published, make_user, partners):
    first = published(levels=("dealer",))
    PolicyRecipient.objects.update(opened_at=NOW, confirmed_at=NOW)
    second = start_version(first.policy, actor=SYSTEM, now=NOW)
    assert (second.number, second.body, second.levels) == (2, "满额返利", ["dealer"])
    assert start_version(first.policy, actor=SYSTEM, now=NOW).pk == second.pk
    second = publish_version(second, actor=SYSTEM, now=NOW)
    first.refresh_from_db()
    assert (first.state, second.state) == (VersionState.SUPERSEDED, VersionState.PUBLISHED)
    assert Policy.objects.get().current_id == second.pk
    assert PolicyRecipient.objects.filter(version=second, confirmed_at=None).count() == 2
    with pytest.raises(IllegalMove):
        publish_version(first, actor=SYSTEM, now=NOW)
    with pytest.raises(IllegalMove):
        add_rule(second, kind="obligation", definition=TASK, actor=SYSTEM)


def test_withdrawing(published):
    version = withdraw_version(published(), actor=SYSTEM)
    assert version.state == VersionState.WITHDRAWN
    assert Policy.objects.get().current is None
    with pytest.raises(IllegalMove):
        withdraw_version(version, actor=SYSTEM)
    types = list(OutboxEvent.objects.order_by("time").values_list("type", flat=True))
    assert types == ["yunhe.policies.policy.published.v1", "yunhe.policies.policy.withdrawn.v1"]


def test_publishing_tells_those_who_can_confirm(published, partners, make_user):
    owner = make_user("dealer_owner", partners["D1"])
    make_user("dealer_clerk", partners["D1"])
    store = make_user("store", partners["S1"])
    make_user("dealer_owner", partners["D2"])
    version = published(subtrees=("R1",))
    assert sorted(Notification.objects.values_list("user_id", flat=True)) == sorted(
        [owner.pk, store.pk]
    )
    assert remind_unread(version, actor=SYSTEM, now=NOW) == 2
    assert remind_unread(version, actor=SYSTEM, now=NOW + timedelta(hours=23)) == 0
    assert remind_unread(version, actor=SYSTEM, now=NOW + timedelta(hours=25)) == 2


def test_who_sees_which_policy(published, draft, partners, make_user):
    published("stores", levels=("store",))
    published("R1 all", place="R1")
    draft("draft")

    def seen(role, place):
        with scoped(make_user(role, partners[place]).pk):
            codes = sorted(Policy.objects.values_list("code", flat=True))
            versions = sorted(PolicyVersion.objects.values_list("policy__code", flat=True))
            assert codes == versions
            return codes

    assert seen("dealer_owner", "D1") == ["R1 all"]
    assert seen("dealer_owner", "D2") == []
    assert seen("store", "S1") == ["R1 all", "stores"]
    assert seen("store", "S2") == ["stores"]
    assert seen("regional_manager", "R1") == ["R1 all", "draft", "stores"]
    assert seen("regional_manager", "R2") == ["draft", "stores"]
    assert seen("director", "HQ") == ["R1 all", "draft", "stores"]


def test_a_regional_writer_writes_for_the_region_only(partners, make_user):
    user = make_user("policy_manager", partners["R1"])
    with scoped(user.pk) as actor:
        version = create_policy(partners["R1"], code="P", title="P", actor=actor, now=NOW)
        content = VersionDraft(
            title="P",
            body="x",
            starts_on=NOW.date(),
            audience=Audience(subtree_ids=(partners["R1"].pk,)),
        )
        version = save_draft(version, draft=content, actor=actor)
        version = accept_warning(version, "period.open@period", actor=actor)
        assert publish_version(version, actor=actor, now=NOW).recipient_count == 2
        with pytest.raises(NotAllowed):
            create_policy(partners["HQ"], code="Q", title="Q", actor=actor, now=NOW)


def test_ten_thousand_recipients_are_one_statement(partners, draft):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_node (parent_id, kind, code, name, name_en, active, path)"
            " SELECT %s, %s, 'X' || i, 'X', '', true, '' FROM generate_series(1, 2000) i",
            [partners["R2"].pk, NodeKind.PARTNER],
        )
        cursor.execute(
            "INSERT INTO network_partner (node_id, level, tier, external_code, province, city,"
            " address, contact_name, phone, email) SELECT id, 'store', 'growth', '', '', '', '', '',"
            " '', '' FROM access_node WHERE code LIKE 'X%'"
        )
    version = draft()
    with CaptureQueriesContext(connection) as queries:
        version = publish_version(version, actor=SYSTEM, now=NOW)
    assert version.recipient_count == 2004
    writes = [
        q["sql"] for q in queries if "policies_policyrecipient" in q["sql"] and "INSERT" in q["sql"]
    ]
    assert len(writes) == 1
    assert len(queries) <= 14


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_is_one_statement_and_counts_readers(published, count):
    for at in range(count):
        published(f"P{at}", levels=("dealer",))
    PolicyRecipient.objects.filter(node__code="D1").update(opened_at=NOW, confirmed_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        found = [
            (p.code, p.sent, p.confirmed, p.latest_state) for p in list_policies().order_by("code")
        ]
    assert len(queries) == 1
    assert found == [(f"P{at}", 2, 1, "published") for at in range(count)]


def test_progress_by_region(published, partners):
    version = published()
    PolicyRecipient.objects.filter(node__code="D1").update(opened_at=NOW, confirmed_at=NOW)
    PolicyRecipient.objects.filter(node__code="S1").update(opened_at=NOW)
    found = [(p.region.code, p.sent, p.opened, p.confirmed) for p in progress_by_region(version)]
    assert found == [("R1", 2, 2, 1), ("R2", 2, 0, 0)]
