"""Jobs start after commit, under the right rights, and can be watched, cancelled and restarted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from yunhe.platform.access.models import Node
from yunhe.platform.access.session import current_role, scoped
from yunhe.platform.errors import DomainError, NotAllowed
from yunhe.platform.jobs.errors import NotRestartable
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.platform.jobs.services import cancel_run, restart_run
from yunhe.platform.jobs.worker import drain

pytestmark = pytest.mark.django_db
seen: list[object] = []


@job(name="trial.owner", reason="the test looks at the role")
def owner_job(progress, *, actor, number):
    progress.start(2, "working")
    progress.advance()
    progress.advance(failed=1)
    seen.append((current_role(), actor.name, number))
    return {"number": number}


@job(name="trial.user", as_user=True)
def user_job(progress, *, actor):
    seen.append((current_role(), actor.name, Node.objects.count()))


@job(name="trial.stubborn", reason="the test fails it", retries=1)
def stubborn_job(progress, *, actor):
    Node.objects.filter(code="S1").update(name="half")
    raise RuntimeError("no")


@job(name="trial.refused", reason="the test refuses it")
def refused_job(progress, *, actor):
    raise DomainError("the file is empty", rows=[{"row": 1, "message": "empty"}])


@job(name="trial.speaking", reason="the test reads what it says")
def speaking_job(progress, *, actor):
    progress.start(1, gettext_lazy("Cancel"))


@job(name="trial.long", reason="the test cancels it", cancellable=True)
def long_job(progress, *, actor):
    progress.start(10)
    JobRun.objects.filter(pk=progress.run.pk).update(cancel_requested=True)
    progress.report()
    seen.append("not reached")


@pytest.fixture(autouse=True)
def clean():
    seen.clear()


@pytest.fixture
def dealer(tree, make_user):
    return make_user("dealer_owner", tree["D1"])


def test_a_job_queued_by_a_dealer_runs_as_declared_and_reports(dealer):
    with scoped(dealer.pk):
        first = enqueue(owner_job, number=3)
        enqueue(user_job)
        assert first.state == "queued"
    assert drain().jobs == 2
    assert seen == [("none", "trial.owner", 3), ("yunhe_scoped", "dealer_owner-D1", 4)]
    first.refresh_from_db()
    assert (first.state, first.total, first.done, first.failed, first.percent) == (
        "succeeded",
        2,
        2,
        1,
        100,
    )
    assert (first.result, first.message, first.user_id) == ({"number": 3}, "working", dealer.pk)


def test_what_a_job_says_is_read_in_the_reader_s_language(dealer):
    with scoped(dealer.pk):
        run = enqueue(speaking_job)
    with translation.override("zh-hans"):
        drain()
    run.refresh_from_db()
    assert run.message == "Cancel"
    with translation.override("en"):
        assert run.told == "Cancel"
    with translation.override("zh-hans"):
        assert run.told == "取消"
        assert JobRun().told == ""


def test_runs_are_seen_by_who_started_them_and_by_headquarters(dealer, tree, make_user):
    with scoped(dealer.pk):
        enqueue(user_job)
    with scoped(make_user("dealer_owner", tree["D2"]).pk):
        assert JobRun.objects.count() == 0
    with scoped(make_user("it_admin", tree["HQ"]).pk):
        assert JobRun.objects.count() == 1


def test_one_open_run_per_key(dealer):
    with scoped(dealer.pk):
        first = enqueue(user_job, key="same")
        assert enqueue(user_job, key="same").pk == first.pk
        assert enqueue(user_job, key="other").pk != first.pk
    drain()
    assert enqueue(user_job, key="same").pk != first.pk


def test_an_unforeseen_error_is_undone_retried_and_then_final(tree):
    run = enqueue(stubborn_job)
    now = timezone.now()
    assert drain(now=now).jobs == 1
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("queued", 1)
    assert drain(now=now + timedelta(hours=1)).jobs == 1
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "RuntimeError: no")
    assert Node.objects.get(code="S1").name == "甲门店"


def test_a_refusal_is_final_and_keeps_its_rows(db):
    run = enqueue(refused_job)
    drain()
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "the file is empty")
    assert run.result == {"problems": [{"row": 1, "message": "empty"}]}


def test_a_cancelled_job_stops_at_its_next_report_and_can_be_restarted(dealer):
    with scoped(dealer.pk) as principal:
        waiting = enqueue(user_job)
        cancel_run(waiting, actor=principal, now=timezone.now())
        running = enqueue(long_job)
    drain()
    waiting.refresh_from_db()
    running.refresh_from_db()
    assert (waiting.state, running.state, seen) == ("cancelled", "cancelled", [])
    with scoped(dealer.pk) as principal:
        restart_run(waiting, actor=principal)
        with pytest.raises(NotRestartable):
            restart_run(waiting, actor=principal)
    drain()
    waiting.refresh_from_db()
    assert waiting.state == "succeeded"


def test_others_runs_need_the_permission(dealer, tree, make_user):
    with scoped(dealer.pk):
        run = enqueue(user_job)
    with scoped(make_user("director", tree["HQ"]).pk) as principal, pytest.raises(NotAllowed):
        cancel_run(run, actor=principal, now=timezone.now())
    with scoped(make_user("it_admin", tree["HQ"]).pk) as principal:
        assert cancel_run(run, actor=principal, now=timezone.now()).state == "cancelled"


def test_running_the_same_run_twice_does_it_once(dealer):
    run = enqueue(owner_job, number=1)
    drain()
    from yunhe.platform.jobs.running import run_job

    assert run_job(run.pk) == "succeeded"
    assert len(seen) == 1


def test_a_job_says_whose_rights_it_has():
    with pytest.raises(ValueError, match="reason"):
        job(name="trial.none")
