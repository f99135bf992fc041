"""The pages of background work."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from yunhe.platform.access.session import scoped, set_role
from yunhe.platform.errors import DomainError
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.platform.jobs.worker import drain

pytestmark = pytest.mark.django_db


@job(name="trial.page", title="Try the page", as_user=True)
def page_job(progress, *, actor):
    progress.start(4, "half-way")
    progress.advance(2, failed=1)
    raise DomainError("the third row is broken", rows=[{"row": 3, "message": "broken"}])


def go(client: Client, url: str, data=None):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.get(url) if data is None else client.post(url, data)


@pytest.fixture
def dealer(tree, make_user):
    return make_user("dealer_owner", tree["D1"])


@pytest.fixture
def browser(dealer):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(dealer)
    return client


@pytest.fixture
def run(dealer):
    with scoped(dealer.pk):
        return enqueue(page_job)


def test_a_waiting_run_asks_for_its_progress_and_can_be_stopped(browser, run):
    page = go(browser, reverse("jobs:detail", args=[run.pk])).content.decode()
    assert reverse("jobs:progress", args=[run.pk]) in page
    assert go(browser, reverse("jobs:progress", args=[run.pk])).status_code == 200
    go(browser, reverse("jobs:cancel", args=[run.pk]), {})
    set_role("none")
    assert JobRun.objects.get().state == "cancelled"


def test_a_failed_run_says_why_row_by_row_and_starts_again(browser, run):
    drain()
    page = go(browser, reverse("jobs:detail", args=[run.pk])).content.decode()
    assert "the third row is broken" in page
    assert "3: broken" in page
    assert reverse("jobs:progress", args=[run.pk]) not in page
    go(browser, reverse("jobs:restart", args=[run.pk]), {})
    set_role("none")
    assert JobRun.objects.get().state == "queued"


def test_a_run_that_counts_rows_as_its_result_has_a_page(browser, run):
    JobRun.objects.filter(pk=run.pk).update(state="succeeded", result={"rows": 12, "parts": 3})
    assert go(browser, reverse("jobs:detail", args=[run.pk])).status_code == 200


def test_runs_of_others_are_not_found(run, tree, make_user):
    other = Client()
    other.force_login(make_user("dealer_owner", tree["D2"]))
    assert go(other, reverse("jobs:list")).status_code == 200
    assert go(other, reverse("jobs:detail", args=[run.pk])).status_code == 404
