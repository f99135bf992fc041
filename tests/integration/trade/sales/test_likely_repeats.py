"""Lines that nothing names, sent again in another file: found as often as they are there, then asked."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from tests.integration.trade.sales.test_pages import partners, sign_in  # noqa: F401

from yunhe.platform.access.principal import system_principal
from yunhe.platform.accounts.models import User
from yunhe.platform.intake import runner
from yunhe.platform.intake.bring import How, bring_file
from yunhe.platform.intake.errors import DecisionNeeded, NothingToDecide
from yunhe.platform.intake.models import Import
from yunhe.platform.intake.quarantine import replay_import
from yunhe.platform.intake.queries import repeats_of
from yunhe.platform.intake.queue import start_decided
from yunhe.platform.intake.services import queue_import, reopen_import
from yunhe.platform.notifications.models import Notification
from yunhe.trade.sales.models import SalesFact
from yunhe.trade.sales.services import FactLine, correct_fact, record_facts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ACTOR = system_principal("test")
HEADER = "date,store code,sku,qty,amount\n"
JUNE = HEADER + (
    "2026-06-01,S1,TEA,2,8\n"
    "2026-06-01,S1,TEA,2,8\n"
    "2026-06-01,S1,COLA,1,5\n"
    "2026-06-02,S1,WATER,3,6\n"
)
MORE = HEADER + (
    "2026-06-01,S1,TEA,2,8\n"
    "2026-06-01,S1,TEA,2,8.00\n"
    "2026-06-01,S1,TEA,2,8\n"
    "2026-06-01,S1,COLA,1,5\n"
    "2026-06-03,S1,COLA,9,45\n"
)


def units() -> Decimal:
    return SalesFact.objects.aggregate(n=Sum("quantity"))["n"]


def decide(record, decision):
    start_decided(record, decision, actor=ACTOR)
    record.refresh_from_db()
    return runner.run_import(record.pk, actor=ACTOR, now=NOW)


def test_an_import_whose_lines_are_there_already_posts_nothing_and_asks(send, make_user, tree):
    clerk = make_user("dealer_clerk", tree["D1"])
    first = send(JUNE, name="june.csv", user=clerk)
    record = send(MORE, name="more.csv", user=clerk)
    assert (record.state, record.accepted, record.pending) == ("asked", 0, 5)
    assert units() == 8
    assert repeats_of(record) == {
        "rows": 3,
        "amount": "21.0000",
        "first": "2026-06-01",
        "last": "2026-06-01",
        "undecided": True,
        "files": [
            {
                "id": first.pk,
                "name": "june.csv",
                "known": True,
                "rows": 3,
                "amount": "21.0000",
                "first": "2026-06-01",
                "last": "2026-06-01",
            }
        ],
    }
    told = Notification.objects.filter(user=clerk).order_by("-pk")[0]
    assert told.url == f"/intake/{record.pk}/"
    with pytest.raises(DecisionNeeded):
        queue_import(record, actor=ACTOR)


def test_of_three_equal_lines_against_two_facts_two_are_left_out_with_the_line_they_repeat(send):
    send(JUNE, name="june.csv")
    record = decide(send(MORE, name="more.csv"), "skip")
    assert (record.state, record.accepted, record.duplicates) == ("done", 2, 3)
    assert (record.amount_accepted, record.amount_duplicates) == (Decimal(53), Decimal(21))
    assert record.amount == Decimal(74)
    assert units() == 8 + 2 + 9
    rows = record.exceptions.order_by("row").values_list("row", "status", "reason", "value")
    assert list(rows) == [
        (2, "duplicate", "likely_repeat", "june.csv #2"),
        (3, "duplicate", "likely_repeat", "june.csv #3"),
        (5, "duplicate", "likely_repeat", "june.csv #4"),
    ]


def test_all_are_posted_when_they_are_new_sales(send):
    send(JUNE)
    record = decide(send(MORE), "post")
    assert (record.state, record.accepted, record.duplicates) == ("done", 5, 0)
    assert units() == 8 + 16


def test_a_discarded_file_posts_nothing_and_can_be_taken_up_again(send):
    send(JUNE)
    record = send(MORE)
    start_decided(record, "discard", actor=ACTOR)
    record.refresh_from_db()
    assert (record.state, units()) == ("cancelled", 8)
    queue_import(record, actor=ACTOR)
    again = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (again.state, again.likely_repeats["rows"]) == ("asked", 3)


def test_new_columns_ask_anew(send):
    send(JUNE)
    record = reopen_import(send(MORE), actor=ACTOR)
    assert (record.state, record.likely_repeats, record.decision) == ("registered", {}, "")


@pytest.mark.parametrize(
    "line",
    [
        "2026-06-04,S1,TEA,2,8",  # another day
        "2026-06-01,D1,TEA,2,8",  # another partner
        "2026-06-01,S1,COLA,2,8",
        "2026-06-01,S1,TEA,3,8",
        "2026-06-01,S1,TEA,2,9",
    ],
)
def test_lines_that_differ_in_anything_are_new(send, line):
    send(JUNE)
    record = send(f"{HEADER}{line}\n")
    assert (record.state, record.accepted) == ("done", 1)


def test_another_flow_or_currency_is_another_sale(send):
    send(JUNE)
    for options in ({"flow": "sell_through"}, {"currency": "USD"}):
        assert send(MORE + f"{options}", options=options).state == "done"


def test_documents_that_both_name_tell_sales_apart_one_that_is_missing_does_not(send):
    header = "date,store code,sku,qty,amount,invoice\n"
    send(f"{header}2026-06-01,S1,TEA,2,8,A1\n2026-06-01,S1,COLA,1,5,A1\n")
    assert send(f"{header}2026-06-01,S1,TEA,2,8,A2\n2026-06-01,S1,COLA,1,5,A3\n").state == "done"
    assert send(f"{header}2026-06-01,S1,TEA,2,8,A1\n").state == "asked"
    bare = send(f"{HEADER}2026-06-01,S1,TEA,2,8\n2026-06-01,S1,TEA,2,8.0\n2026-06-01,S1,TEA,2,8\n")
    assert (bare.state, bare.likely_repeats["rows"]) == ("asked", 2)


def test_a_few_equal_lines_among_many_are_chance_a_whole_day_is_not(send):
    many = "".join(f"2026-07-{1 + n % 28:02d},S1,COLA,{n + 1},{n + 1}\n" for n in range(100))
    send(f"{HEADER}2026-07-01,S1,COLA,1,1\n2026-07-02,S1,COLA,2,2\n")
    assert send(HEADER + many).state == "done"
    send(f"{HEADER}2026-08-01,S1,TEA,1,1\n2026-08-01,S1,TEA,2,2\n2026-08-01,S1,TEA,3,3\n")
    later = many.replace("2026-07", "2026-09")
    day = "2026-08-01,S1,TEA,1,1\n2026-08-01,S1,TEA,2,2\n2026-08-01,S1,TEA,9,9\n"
    record = send(HEADER + later + day)
    assert (record.state, record.likely_repeats["rows"]) == ("asked", 2)


def test_files_with_line_ids_are_never_asked_about(send):
    send(JUNE)
    keyed = JUNE.splitlines()
    lines = [f"{line},{at or 'line key'}" for at, line in enumerate(keyed)]
    assert send("\n".join(lines) + "\n").state == "done"


def test_lines_of_a_scan_count_as_well(send, tree, catalog):
    line = FactLine(
        line_key="scan-1",
        node_id=tree["S1"].pk,
        sku_id=catalog["TEA"],
        on=datetime(2026, 6, 1).date(),
        quantity=Decimal(2),
        amount=Decimal(8),
    )
    record_facts([line], flow="sell_out", source="sell_out:1:scan", now=NOW)
    record = send(JUNE)
    assert record.state == "asked"
    assert [(part["id"], part["rows"]) for part in record.likely_repeats["files"]] == [(None, 1)]
    record = decide(record, "skip")
    assert [row.value for row in record.exceptions.all()] == ["scan-1"]


def test_a_line_that_was_taken_back_whole_may_be_sent_again(send):
    first = send(f"{HEADER}2026-06-01,S1,TEA,2,8\n2026-06-02,S1,COLA,1,5\n")
    for fact, left in zip(SalesFact.objects.order_by("pk"), (Decimal(0), Decimal(3)), strict=True):
        correct_fact(fact, quantity=left, amount=left, reason="错", actor=ACTOR, now=NOW)
    assert first.state == "done"
    record = send(f"{HEADER}2026-06-01,S1,TEA,2,8\n2026-06-02,S1,COLA,1,5.0\n")
    assert [(part["first"], part["rows"]) for part in record.likely_repeats["files"]] == [
        ("2026-06-02", 1)
    ]


def test_a_held_import_is_asked_about_after_the_check_and_again_before_it_posts(send, tree):
    assert send(MORE).state == "done"
    held = send(JUNE, name="held.csv")
    assert held.state == "asked"
    record = decide(held, "skip")
    assert (record.accepted, record.duplicates, units()) == (1, 3, 16 + 3)


def test_a_file_held_after_its_check_sees_what_was_posted_meanwhile(send, monkeypatch):
    queue = runner._asks
    monkeypatch.setattr(runner, "_asks", lambda record, *a, **k: bool(_hold(record)))
    held = send(JUNE)
    monkeypatch.setattr(runner, "_asks", queue)
    assert send(MORE).state == "done"
    Import.objects.filter(pk=held.pk).update(state="checked")
    held.refresh_from_db()
    queue_import(held, actor=ACTOR)
    assert runner.run_import(held.pk, actor=ACTOR, now=NOW).state == "asked"


def _hold(record):
    Import.objects.filter(pk=record.pk).update(state="checked")
    return True


def test_what_was_left_out_stays_so_when_the_import_is_interrupted(send, monkeypatch):
    """The staging table is lost before the first batch: three lines against two facts stay two."""
    send(JUNE)
    record = send(MORE)
    monkeypatch.setattr(runner, "_post_all", lambda *a, **k: None)
    decide(record, "skip")
    record.refresh_from_db()
    assert (record.state, record.staged, record.duplicates) == ("queued", 2, 3)
    monkeypatch.undo()
    done = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (done.state, done.accepted, done.duplicates, units()) == ("done", 2, 3, 8 + 11)


def test_rows_released_from_quarantine_stay_there_until_somebody_decides(send, tree):
    text = f"{HEADER}2026-06-01,S1,BEER,2,8\n2026-06-01,S1,BEER,1,4\n"
    first, second = send(text), send(text + "2026-06-05,S1,BEER,7,7\n")
    assert (first.quarantined, second.quarantined) == (2, 3)
    _create_beer()
    assert replay_import(first.pk, actor=ACTOR, now=NOW).accepted == 2
    second = replay_import(second.pk, actor=ACTOR, now=NOW)
    assert (second.state, second.accepted, second.quarantined) == ("done", 1, 2)
    assert (repeats_of(second)["undecided"], units()) == (True, 3 + 7)
    second = replay_import(second.pk, actor=ACTOR, now=NOW)
    assert (second.accepted, second.quarantined) == (1, 2)
    start_decided(second, "skip", actor=ACTOR)
    second = replay_import(second.pk, actor=ACTOR, now=NOW)
    assert (second.accepted, second.duplicates, second.quarantined, units()) == (1, 2, 0, 10)
    assert second.amount == second.amount_accepted + second.amount_duplicates == 19
    with pytest.raises(NothingToDecide):
        start_decided(second, "post", actor=ACTOR)


def test_rows_kept_back_can_be_posted_or_given_up(send):
    text = f"{HEADER}2026-06-01,S1,BEER,2,8\n"
    records = [send(text + "\n" * n) for n in range(3)]
    _create_beer()
    for record in records:
        replay_import(record.pk, actor=ACTOR, now=NOW)
    posted, dropped = (Import.objects.get(pk=record.pk) for record in records[1:])
    start_decided(posted, "post", actor=ACTOR)
    assert replay_import(posted.pk, actor=ACTOR, now=NOW).accepted == 1
    start_decided(dropped, "discard", actor=ACTOR)
    dropped.refresh_from_db()
    assert (dropped.accepted, dropped.discarded, units()) == (0, 1, 4)


def _create_beer():
    from yunhe.trade.catalog.services.bulk import SkuRow, ensure_catalog

    rows = [
        SkuRow(
            code="BEER",
            name="啤酒",
            brand=("B", "牌", "Brand"),
            category=(("C", "饮料", "Drinks"),),
            product=("BEER", "啤酒", "Beer"),
        )
    ]
    ensure_catalog(rows, actor=ACTOR)


def test_the_page_shows_what_is_known_and_takes_the_decision(sign_in, send):  # noqa: F811
    client = sign_in("dealer_clerk", "D1")
    send(JUNE, name="june.csv")
    client.post(
        "/intake/new/", {"type": "sales", "file": SimpleUploadedFile("m.csv", MORE.encode())}
    )
    record = Import.objects.get(file_name="m.csv")
    form = {f"field_{name}": at for name, at in record.mapping["columns"].items()}
    client.post(
        f"/intake/{record.pk}/mapping/",
        {**form, "option_flow": "sell_out", "option_currency": "CNY", "hold": "on"},
    )
    assert runner.run_import(record.pk, actor=ACTOR, now=NOW).state == "asked"
    page = client.get(f"/intake/{record.pk}/").content.decode()
    assert "3 rows (21.00, 2026-06-01) look already reported." in page
    assert "june.csv" in page
    assert client.post(f"/intake/{record.pk}/decide/", {"decision": "x"}).status_code == 409
    record.refresh_from_db()
    assert record.state == "asked"
    client.post(f"/intake/{record.pk}/decide/", {"decision": "skip"})
    record = runner.run_import(record.pk, actor=ACTOR, now=NOW)
    assert (record.state, record.accepted, record.duplicates) == ("done", 2, 3)
    receipt = client.get(f"/intake/{record.pk}/receipt/").getvalue().decode("utf-8-sig")
    assert [row[2:4] for row in csv.reader(io.StringIO(receipt))][1:4] == [
        ["likely_repeat", "This line looks already reported: june.csv #2."],
        ["likely_repeat", "This line looks already reported: june.csv #3."],
        ["", ""],
    ]
    client.cookies["django_language"] = "zh-hans"
    assert "疑似已上报的行" in client.get(f"/intake/{record.pk}/").content.decode()


def test_a_partner_is_not_told_the_name_of_a_file_that_headquarters_sent(sign_in, send, tree):  # noqa: F811
    send(JUNE, name="secret.csv", node="HQ")
    client = sign_in("dealer_clerk", "D1")
    record = send(MORE, name="more.csv")
    page = client.get(f"/intake/{record.pk}/").content.decode()
    assert "a file that somebody else sent" in page
    assert "secret" not in page
    record = decide(record, "skip")
    assert "secret" not in "".join(row.value for row in record.exceptions.all())


def test_the_api_shows_the_question_and_takes_the_answer(sign_in, send):  # noqa: F811
    client = sign_in("dealer_clerk", "D1")
    send(JUNE, name="june.csv")
    record = send(MORE, name="more.csv", user=User.objects.get())
    shown = client.get(f"/api/v1/intake/imports/{record.pk}").json()
    assert (shown["state"], shown["likely_repeats"]["rows"]) == ("asked", 3)
    url = f"/api/v1/intake/imports/{record.pk}/"
    refused = client.post(f"{url}start", content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "intake.decision_needed")
    answer = client.post(f"{url}decide", {"decision": "post"}, content_type="application/json")
    assert (answer.status_code, answer.json()["decision"]) == (202, "post")
    again = client.post(f"{url}decide", {"decision": "skip"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "intake.nothing_to_decide")


def test_the_command_stops_and_goes_on_with_an_answer(tree, catalog, tmp_path):
    def bring(name, text, **how):
        file = tmp_path / name
        file.write_text(text)
        how = How(**how)
        return bring_file(
            file, type_code="sales", actor=ACTOR, now=NOW, node_id=tree["D1"].pk, how=how
        )

    bring("june.csv", JUNE)
    stopped = bring("more.csv", MORE)
    assert (stopped.state, stopped.asks, units()) == ("asked", True, 8)
    assert "june.csv" in stopped.as_text()
    assert "--duplicates" in stopped.as_text()
    assert bring("more.csv", MORE).asks
    done = bring("more.csv", MORE, duplicates="skip")
    assert (done.state, done.accepted, done.duplicates, done.asks) == ("done", 2, 3, False)
    at_once = bring("other.csv", MORE + "\n", duplicates="post")
    assert (at_once.state, at_once.accepted) == ("done", 5)
