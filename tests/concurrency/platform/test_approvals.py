"""Two approvers at once, double clicks: one decision each, an exact state, one callback."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.accounts.models import User
from yunhe.platform.workflow import kinds
from yunhe.platform.workflow.errors import AlreadySettled
from yunhe.platform.workflow.kinds import ApprovalKind, register_kind
from yunhe.platform.workflow.models import Approval, Entry, Seat
from yunhe.platform.workflow.services import (
    ChainDraft,
    decide_approval,
    save_chain,
    start_approval,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SYSTEM = system_principal("test")
PEOPLE = 4


@pytest.fixture
def called():
    """Callbacks are counted in the database, so that a rolled-back one does not count."""
    before = dict(kinds._kinds)

    def rename(approval, *, actor, now):
        node = Node.objects.get(pk=approval.node_id)
        Node.objects.filter(pk=node.pk).update(name=node.name + "!")

    register_kind(ApprovalKind("test.race", "赛", on_approved=rename))
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def request_by_quorum(called):
    def make(mode: str, quorum: int = 1) -> tuple[Approval, list[User]]:
        node = Node.objects.create(code="HQ", name="总部", kind="organisation")
        users = [User.objects.create_user(f"u{at}", name=f"u{at}") for at in range(PEOPLE)]
        for user in users:
            Grant.objects.create(user=user, role="finance", node=node)
        steps = ({"key": "s1", "name": "一", "mode": mode, "quorum": quorum, "roles": ["finance"]},)
        with transaction.atomic():
            save_chain(
                node, draft=ChainDraft(kind="test.race", name="链", steps=steps), actor=SYSTEM
            )
            approval = start_approval(
                subject_kind="test.race",
                subject_id=1,
                title="x",
                url="/",
                node_id=node.pk,
                requested_by=SYSTEM,
                now=NOW,
            )
        return approval, users

    return make


def all_at_once(approval: Approval, users: list[User], verdict: str = "approved") -> Counter[str]:
    start = Barrier(len(users), timeout=30)

    def one(user: User) -> str:
        try:
            start.wait()
            with scoped(user.pk) as principal:
                decide_approval(
                    approval, step="s1", verdict=verdict, reason="r", actor=principal, now=NOW
                )
            return "decided"
        except AlreadySettled:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(users)) as pool:
        return Counter(pool.map(one, users))


def exact(approval: Approval) -> tuple[str, int, str, int]:
    found = Approval.objects.get(pk=approval.pk)
    return (
        found.state,
        Entry.objects.filter(kind="approved").count(),
        Node.objects.get().name,
        Seat.objects.filter(waiting=True).count(),
    )


def test_of_any_one_exactly_one_decides(request_by_quorum):
    approval, users = request_by_quorum("any")
    assert all_at_once(approval, users) == {"decided": 1, "too late": PEOPLE - 1}
    assert exact(approval) == ("approved", 1, "总部!", 0)


def test_a_quorum_of_three_takes_exactly_three(request_by_quorum):
    approval, users = request_by_quorum("quorum", 3)
    assert all_at_once(approval, users) == {"decided": 3, "too late": 1}
    assert exact(approval) == ("approved", 3, "总部!", 0)


def test_everybody_at_once(request_by_quorum):
    approval, users = request_by_quorum("all")
    assert all_at_once(approval, users) == {"decided": PEOPLE}
    assert exact(approval) == ("approved", PEOPLE, "总部!", 0)


def test_one_person_clicking_four_times_decides_once(request_by_quorum):
    approval, users = request_by_quorum("any")
    assert all_at_once(approval, users[:1] * 4) == {"decided": 4}
    assert exact(approval) == ("approved", 1, "总部!", 0)
