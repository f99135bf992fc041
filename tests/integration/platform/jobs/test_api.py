"""Background work over the API: one's own alone, with progress; stop and start again."""

from __future__ import annotations

import pytest

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import DomainError
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.registry import job
from yunhe.platform.jobs.worker import drain

pytestmark = pytest.mark.django_db


@job(name="test.api", title="An API job", reason="a test", retries=0)
def api_job(progress, *, actor):
    progress.start(10)
    progress.advance(4)
    raise DomainError("row 3 is broken", rows=[{"row": 3, "message": "broken"}])


@pytest.fixture
def runs(tree, make_user, client):
    """A run of the signed-in dealer and one of another."""
    users = [make_user("dealer_owner", tree[code]) for code in ("D1", "D2")]
    found = []
    for user in users:
        with scoped(user.pk):
            found.append(enqueue(api_job))
    client.force_login(users[0])
    return found


def test_one_sees_ones_own_runs_with_their_progress(client, runs):
    drain()
    page = client.get("/api/v1/jobs/").json()
    listed = page["items"]
    assert page["next"] == ""
    assert [run["id"] for run in listed] == [str(runs[0].pk)]
    run = client.get(f"/api/v1/jobs/{runs[0].pk}").json()
    assert (run["title"], run["state"], run["total"], run["done"]) == (
        "An API job",
        "failed",
        10,
        4,
    )
    assert run["result"] == {"problems": [{"row": 3, "message": "broken"}]}
    assert client.get("/api/v1/jobs/?state=queued").json()["items"] == []


def test_the_wide_reader_turns_the_pages_of_all_runs(client, runs, tree, make_user):
    client.force_login(make_user("it_admin", tree["HQ"]))
    first = client.get("/api/v1/jobs/?limit=1").json()
    second = client.get(f"/api/v1/jobs/?limit=1&cursor={first['next']}").json()
    shown = [page["items"][0]["id"] for page in (first, second)]
    assert shown == sorted((str(run.pk) for run in runs), reverse=True)
    assert second["next"] == ""
    assert client.get("/api/v1/jobs/?cursor=nonsense").status_code == 400


def test_a_run_is_stopped_and_started_again(client, runs):
    own = f"/api/v1/jobs/{runs[0].pk}"
    assert client.post(f"{own}/cancel").json()["state"] == "cancelled"
    refused = client.post(f"{own}/cancel")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert client.post(f"{own}/restart").json()["state"] == "queued"


@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("post", "/cancel"), ("post", "/restart")]
)
def test_others_runs_do_not_exist(client, runs, method, path):
    assert getattr(client, method)(f"/api/v1/jobs/{runs[1].pk}{path}").status_code == 404
    assert JobRun.objects.get(pk=runs[1].pk).state == "queued"
