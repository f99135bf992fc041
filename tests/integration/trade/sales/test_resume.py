"""An import whose process is killed is taken up where it stood; nothing is lost or counted twice."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.models import Sum

from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake import runner, staging
from yunhe.platform.intake.bring import bring_file
from yunhe.platform.intake.errors import ImportBusy
from yunhe.platform.intake.jobs import run
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.queries import is_interrupted
from yunhe.platform.intake.services import (
    cancel_import,
    confirm_mapping,
    queue_import,
    register_file,
)
from yunhe.platform.jobs.models import JobRun
from yunhe.platform.jobs.queueing import enqueue
from yunhe.platform.jobs.worker import drain
from yunhe.trade.sales.models import SalesFact

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
ROWS = 1000
# every tenth row names a product that does not exist: amount 1 each, 900 of them are good
LINES = [f"2026-11-01,S1,{'NONE' if n % 10 == 0 else 'TEA'},1,1,K{n}" for n in range(ROWS)]
FILE = "date,store code,sku,qty,amount,line key\n" + "\n".join(LINES)
CHILD = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connection, transaction
connection.settings_dict["NAME"] = sys.argv[1]
settings.VAR_DIR = __import__("pathlib").Path(sys.argv[3])
settings.MEDIA_ROOT = sys.argv[4]
from django.utils import timezone
from yunhe.platform.access.principal import system_principal
from yunhe.platform.intake import runner
runner.BATCH_ROWS = 100
calls = []
def progress(done, total, message):
    calls.append(done)
    if len(calls) == int(sys.argv[5]):
        os.kill(os.getpid(), signal.SIGKILL)
runner.run_import(int(sys.argv[2]), actor=system_principal("child"), now=timezone.now(), progress=progress)
"""


@pytest.fixture
def record(send, tree):
    registered = register_file(
        io.BytesIO(FILE.encode()),
        name="k.csv",
        type_code="sales",
        actor=ACTOR,
        now=NOW,
        node_id=tree["D1"].pk,
    )
    record = registered.record
    confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=ACTOR, now=NOW)
    return queue_import(record, actor=ACTOR)


def run_and_kill(record, tmp_path: Path, media: str, *, at_report: int) -> None:
    """Run the import in another process that kills itself with SIGKILL at its n-th report."""
    name = connection.settings_dict["NAME"]
    arguments = [name, str(record.pk), str(tmp_path), str(media), str(at_report)]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        env={**os.environ, "PYTHONPATH": "src"},
        cwd=django_settings.PROJECT_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_report", [1, 2, 3, 6])
def test_a_killed_import_is_continued(record, tmp_path, settings, at_report):
    """Report 1 comes before reading, 2 before staging, 3 and 6 after the first and fourth batch.

    Batches go by row number and the header is row 1: rows 2 to 100 hold 99 lines, 10 of them bad.
    """
    run_and_kill(record, tmp_path, settings.MEDIA_ROOT, at_report=at_report)
    record.refresh_from_db()
    posted_before = SalesFact.objects.count()
    assert posted_before == {1: 0, 2: 0, 3: 89, 6: 359}[at_report]
    assert record.state == ("checking" if at_report < 3 else "posting")
    record = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (record.state, record.accepted, record.quarantined) == ("done", 900, 100)
    assert (record.amount_accepted, record.amount_quarantined) == (Decimal(900), Decimal(100))
    assert SalesFact.objects.aggregate(n=Sum("quantity"))["n"] == Decimal(900)
    assert SalesFact.objects.values("line_key").distinct().count() == 900


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_report", [1, 2, 3])
def test_the_command_continues_a_file_whose_import_was_killed(
    record, tree, tmp_path, settings, at_report
):
    run_and_kill(record, tmp_path, settings.MEDIA_ROOT, at_report=at_report)
    file = tmp_path / "k.csv"
    file.write_text(FILE)
    how = {"type_code": "sales", "actor": ACTOR, "now": NOW, "node_id": tree["D1"].pk}
    with pytest.raises(ImportBusy):
        bring_file(file, options={"flow": "sell_in"}, **how)
    report = bring_file(file, options={"flow": "sell_out"}, **how)
    assert (report.state, report.accepted, report.quarantined) == ("done", 900, 100)
    assert SalesFact.objects.values("line_key").distinct().count() == 900


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_offered_to_be_continued_and_cancelled_at_once(
    record, client, make_user, tmp_path, settings
):
    clerk = make_user("dealer_clerk", record.node)
    Import.objects.filter(pk=record.pk).update(created_by=clerk, whole_tree=False)
    run_and_kill(record, tmp_path, settings.MEDIA_ROOT, at_report=1)
    client.force_login(clerk)
    client.cookies["django_language"] = "en"
    page = client.get(f"/intake/{record.pk}/").content.decode()
    assert "The work was interrupted" in page
    assert f"/intake/{record.pk}/start/" in page
    assert f"/intake/{record.pk}/progress/" not in page
    assert client.get(f"/intake/{record.pk}/progress/").headers["HX-Refresh"] == "true"
    record.refresh_from_db()
    columns = record.mapping["columns"]
    with pytest.raises(ImportBusy):
        confirm_mapping(record, columns=columns, options={}, actor=ACTOR, now=NOW)
    client.post(f"/intake/{record.pk}/cancel/")
    record.refresh_from_db()
    assert (record.state, record.cancel_requested) == ("cancelled", False)
    client.post(f"/intake/{record.pk}/start/")
    assert runner.run_import(record.pk, actor=ACTOR, now=NOW).accepted == 900


@pytest.mark.django_db(transaction=True)
def test_a_living_run_is_neither_offered_again_nor_cancelled_at_once(record):
    other = connection.copy()
    Import.objects.filter(pk=record.pk).update(state="checking")
    record.refresh_from_db()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [0x17A4E, record.pk])
        assert not is_interrupted(record)
        with pytest.raises(ImportBusy):
            queue_import(record, actor=ACTOR)
        with transaction.atomic():
            cancel_import(record, actor=ACTOR)
        assert (record.state, record.cancel_requested) == ("checking", True)
    finally:
        other.close()


@pytest.mark.django_db
def test_a_job_leaves_an_import_alone_that_was_cancelled_while_it_waited(record):
    cancel_import(record, actor=ACTOR)
    assert record.state == "cancelled"
    enqueue(run, import_id=record.pk)
    drain()
    assert JobRun.objects.get().state == "succeeded"
    record.refresh_from_db()
    assert (record.state, SalesFact.objects.count()) == ("cancelled", 0)


@pytest.mark.django_db(transaction=True)
def test_after_a_crash_of_the_server_the_staging_is_rebuilt(record, tmp_path, settings):
    """PostgreSQL empties unlogged tables in recovery; the posted rows are recognised as posted."""
    run_and_kill(record, tmp_path, settings.MEDIA_ROOT, at_report=5)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {staging.staging_table(record.pk)}")
    assert SalesFact.objects.count() == 269
    record = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (record.accepted, record.duplicates, record.quarantined) == (900, 0, 100)
    assert SalesFact.objects.count() == 900


@pytest.mark.django_db
def test_cancel_stops_before_the_next_batch_and_can_be_taken_back(record, monkeypatch):
    monkeypatch.setattr(runner, "BATCH_ROWS", 100)
    seen = []

    def watch(done, total, message):
        seen.append((done, total))
        if len(seen) == 4:
            cancel_import(record, actor=ACTOR)

    cancelled = runner.run_import(record.pk, actor=ACTOR, now=NOW, progress=watch)
    assert (cancelled.state, cancelled.accepted, cancelled.pending) == ("cancelled", 179, 721)
    assert seen == [(0, 0), (0, 1000), (189, 1000), (279, 1000)]
    queue_import(cancelled, actor=ACTOR)
    done = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (done.state, done.accepted, SalesFact.objects.count()) == ("done", 900, 900)


@pytest.mark.django_db
def test_hold_after_the_check_posts_nothing_until_told(record):
    record.hold = True
    record.save()
    held = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (held.state, held.quarantined, held.pending) == ("checked", 100, 900)
    assert SalesFact.objects.count() == 0
    queue_import(held, actor=ACTOR)
    assert runner.run_import(record.pk, actor=ACTOR, now=NOW).accepted == 900


@pytest.mark.django_db
def test_a_mapping_problem_found_on_the_way_fails_the_import_with_its_sentence(send):
    record = send("date,sku,qty\n5/6/2026,TEA,1\n7/8/2026,TEA,1\n")
    assert record.state == "failed"
    assert record.error["code"] == "intake.ambiguous_dates"
    assert "5/6/2026" in record.error["message"]
