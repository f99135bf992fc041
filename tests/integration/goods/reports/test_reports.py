"""Counts: begun on the phone, saved in parts, submitted, checked against the documents."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.goods.reports.errors import ReportClosed, ReportRefused
from yunhe.goods.reports.models import Credibility, StockReport
from yunhe.goods.reports.queries import (
    credibility_of,
    explanations,
    history_of,
    lines_of,
    parts_of,
    rows_to_count,
)
from yunhe.goods.reports.services import (
    check_report,
    record_report,
    save_counts,
    start_report,
    submit_report,
)
from yunhe.goods.stock.queries import available, differences
from yunhe.goods.stock.services import MovementLine, record_movements
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.trade.catalog.services import PackRow, SkuRow, ensure_catalog
from yunhe.trade.sales.services import FactLine, record_facts

pytestmark = pytest.mark.django_db
D = Decimal
SYSTEM = system_principal("test")
NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
FIRST, SECOND = date(2026, 9, 30), date(2026, 10, 31)


@pytest.fixture
def skus(tree):
    rows = [
        SkuRow(
            code=code,
            name=code,
            brand=("B", "b", ""),
            category=(("C", "c", ""),),
            product=("P", "p", ""),
        )
        for code in ("A", "B")
    ]
    Partner.objects.create(node=tree["D1"], level="dealer", opened_on=date(2026, 9, 1))
    return ensure_catalog(rows, actor=SYSTEM)


def report(node, counts, on, now=NOW):
    key = f"k{on}"
    return record_report(node.pk, counts, on=on, key=key, source="api", actor=SYSTEM, now=now)


def trade(node, sku):
    """In October D1 receives 40 of a SKU, sells 25 and gets 5 back, and returns 10."""
    lines = [
        MovementLine(
            sku_id=sku,
            quantity=D(quantity),
            reason=reason,
            key=ref,
            ref=ref,
            source=node.pk if reason == "return" else None,
            target=None if reason == "return" else node.pk,
        )
        for ref, reason, quantity in (("GR-1", "receipt", 40), ("RT-1", "return", 10))
    ]
    record_movements(lines, on=date(2026, 10, 10), actor=SYSTEM, now=NOW)
    facts = [
        FactLine(
            line_key=document,
            node_id=node.pk,
            sku_id=sku,
            on=date(2026, 10, 20),
            quantity=D(quantity),
            document=document,
        )
        for document, quantity in (("POS-1", 25), ("POS-2", -5))
    ]
    record_facts(facts, flow="sell_out", source="test", now=NOW)


def test_opening_plus_in_minus_out_minus_returns_is_closing(tree, skus):
    report(tree["D1"], {skus["A"]: D(100), skus["B"]: D(7)}, FIRST)
    trade(tree["D1"], skus["A"])
    second = report(tree["D1"], {skus["A"]: D(85), skus["B"]: D(7)}, SECOND)
    a, b = lines_of(second)
    assert (a.opening, a.incoming, a.outgoing, a.returned) == (100, 40, 20, 10)
    assert (a.expected, a.counted, a.difference) == (110, 85, -25)
    assert (b.expected, b.difference) == (7, 0)
    assert (second.since, second.moved, second.unexplained) == (FIRST, 147, 25)
    # 25 too few: nearest is the receipt of 40 that was perhaps not there in full
    found = explanations(second, [a, b])
    assert [(d.ref, d.effect) for d in found[skus["A"]]] == [("GR-1", -40), ("POS-2", -5)]
    assert skus["B"] not in found


def test_a_late_document_explains_the_difference_away(tree, skus):
    report(tree["D1"], {skus["A"]: D(100)}, FIRST)
    second = report(tree["D1"], {skus["A"]: D(80)}, SECOND)
    assert second.unexplained == 20
    fact = FactLine(
        line_key="late",
        node_id=tree["D1"].pk,
        sku_id=skus["A"],
        on=date(2026, 10, 30),
        quantity=D(20),
    )
    record_facts([fact], flow="sell_through", source="test", now=NOW)
    assert check_report(second).unexplained == 0


def test_the_count_becomes_the_stock_and_the_score_is_computed(tree, skus):
    report(tree["D1"], {skus["A"]: D(100)}, FIRST, now=datetime(2026, 10, 1, tzinfo=UTC))
    report(tree["D1"], {skus["A"]: D(90)}, SECOND)
    assert available(tree["D1"].pk, [skus["A"]]) == {skus["A"]: 90}
    assert differences() == []
    score = credibility_of(tree["D1"].pk)
    # months September and October both in time; 10 of 100 unexplained; one gap is regular
    assert (score.completeness, score.timeliness) == (100, 100)
    assert (score.balance, score.regularity) == (90, 100)
    assert score.score == D("96.50")


def test_a_count_is_saved_in_parts_and_submitted_once(tree, skus, make_user):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as actor:
        begun = start_report(tree["D1"].pk, on=SECOND, actor=actor, now=NOW)
        assert start_report(tree["D1"].pk, on=SECOND, actor=actor, now=NOW) == begun
        with pytest.raises(ReportRefused):
            submit_report(begun, actor=actor, now=NOW)
        save_counts(begun, {skus["A"]: D(3)}, actor=actor)
        save_counts(begun, {skus["A"]: D(4), skus["B"]: D(0)}, actor=actor)
        with pytest.raises(ReportRefused):
            save_counts(begun, {skus["A"]: D(-1)}, actor=actor)
        rows = {row.sku.code: row.counted for row in rows_to_count(begun)}
        assert rows == {"A": 4, "B": 0}
        done = submit_report(begun, actor=actor, now=NOW)
        assert (done.status, done.line_count) == ("submitted", 2)
        for change in (
            lambda: save_counts(done, {skus["A"]: D(1)}, actor=actor),
            lambda: submit_report(done, actor=actor, now=NOW),
        ):
            with pytest.raises(ReportClosed):
                change()
        with pytest.raises(ReportRefused):
            start_report(tree["D1"].pk, on=date(2026, 11, 3), actor=actor, now=NOW)
    other = make_user("dealer_owner", tree["D2"])
    with scoped(other.pk):
        assert not StockReport.objects.exists()
        assert not Credibility.objects.exists()


def test_a_late_count_is_compared_with_the_books_of_its_day(tree, skus):
    """50 on 30 September, 20 more in November: the count of 45 of October is 5 short of 50."""
    report(tree["D1"], {skus["A"]: D(50)}, FIRST)
    line = MovementLine(
        sku_id=skus["A"],
        quantity=D(20),
        reason="receipt",
        key="GR-2",
        target=tree["D1"].pk,
    )
    record_movements([line], on=date(2026, 11, 1), actor=SYSTEM, now=NOW)
    late = report(tree["D1"], {skus["A"]: D(45)}, SECOND)
    assert lines_of(late).get().book == 50
    # the receipt after the count stays: 45 + 20
    assert available(tree["D1"].pk, [skus["A"]]) == {skus["A"]: 65}


def test_the_same_key_is_one_report(tree, skus):
    first = report(tree["D1"], {skus["A"]: D(5)}, SECOND)
    assert report(tree["D1"], {skus["A"]: D(9)}, SECOND) == first
    assert StockReport.objects.count() == 1


def test_the_phone_page_saves_with_and_without_script(tree, skus, make_user, client):
    today = timezone.localdate()
    client.force_login(make_user("dealer_owner", tree["D1"]))
    client.post("/portal/reports/start/", {"on": today})
    report_id = StockReport.objects.get().pk
    page = f"/portal/reports/{report_id}/count/"
    assert client.get(page).status_code == 200
    answer = client.post(page, {"code-A": "12"}, headers={"accept": "application/json"})
    assert answer.json()["counted"] == 1
    for wrong in ({"item": "Z", "quantity": "1"}, {"item": "A"}, {"code-Z": "1"}, {"code-A": "x"}):
        refused = client.post(page, wrong, headers={"accept": "application/json"})
        assert refused.status_code == 422
    assert client.post(page, {"item": "A", "quantity": "11"}).status_code == 302
    assert client.post(page, {f"sku-{skus['A']}": "13", "item": ""}).status_code == 302
    field = f"sku-{skus['A']}"
    for wrong in ({field: "many"}, {field: "3 case", "item": "Z", "quantity": "1"}):
        unread = client.post(page, wrong)
        assert unread.status_code == 422
        assert f'name="{field}" value="{wrong[field]}"' in unread.content.decode()
    assert f'name="{field}" value="13"' in client.get(page).content.decode()
    assert client.post(f"/portal/reports/{report_id}/submit/").status_code == 302
    assert lines_of(StockReport.objects.get()).get().counted == 13
    assert client.get(f"/portal/reports/{report_id}/").status_code == 200
    assert client.get("/portal/reports/").status_code == 200


def test_the_phone_saves_and_submits_at_once(tree, skus, make_user, client):
    """What the offline queue sends when the network is back: the same again is refused in words."""
    client.force_login(make_user("dealer_owner", tree["D1"]))
    client.post("/portal/reports/start/", {"on": timezone.localdate()})
    report_id = StockReport.objects.get().pk
    page, body = f"/portal/reports/{report_id}/count/", {f"sku-{skus['A']}": "7", "submit": "1"}
    headers = {"accept": "application/json"}
    refused = client.post(page, {"submit": "1"}, headers=headers)  # nothing was counted
    assert refused.status_code == 422
    answer = client.post(
        page, {f"sku-{skus['B']}": "1", "code-A": "7", "submit": "1"}, headers=headers
    )
    assert answer.json()["url"] == f"/portal/reports/{report_id}/"
    assert StockReport.objects.get().status == "submitted"
    again = client.post(page, body, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "reports.closed")


def test_the_score_keeps_its_history_and_says_where_it_comes_from(tree, skus, make_user, client):
    """September in time, October late by a week: timeliness falls from 100 to 50."""
    report(tree["D1"], {skus["A"]: D(100)}, FIRST, now=datetime(2026, 10, 1, 4, tzinfo=UTC))
    report(tree["D1"], {skus["A"]: D(90)}, SECOND, now=datetime(2026, 11, 9, 4, tzinfo=UTC))
    past = [(row.on, row.timeliness) for row in history_of(tree["D1"].pk)]
    assert past == [(date(2026, 10, 1), 100), (date(2026, 11, 9), 50)]
    late, early = parts_of(tree["D1"].pk, today=date(2026, 11, 9))
    assert (early.late, early.share, early.gap) == (False, 1, None)
    # 10 of 100 unexplained, 31 days after the one before
    assert (late.late, late.open, late.gap) == (True, D("0.1"), 31)
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert client.get("/portal/reports/credibility/").status_code == 200
    client.force_login(make_user("dealer_owner", tree["D2"]))
    assert client.get("/portal/reports/credibility/").status_code == 404
    client.force_login(make_user("regional_manager", tree["R1"]))
    assert client.get(f"/reports/credibility/{tree['D1'].pk}/").status_code == 200
    client.force_login(make_user("regional_manager", tree["R2"]))
    assert client.get(f"/reports/credibility/{tree['D1'].pk}/").status_code == 404


def test_console_and_api(tree, skus, make_user, client):
    today = timezone.localdate()
    client.force_login(make_user("dealer_owner", tree["D1"]))
    body = {"ref": "r1", "on": today, "lines": [{"sku": "A", "quantity": 8}]}
    sent = client.post("/api/v1/reports/", body, content_type="application/json").json()
    assert (sent["status"], sent["line_count"]) == ("submitted", 1)
    late = body | {"on": today + timedelta(days=1), "ref": "r2"}
    refused = client.post("/api/v1/reports/", late, content_type="application/json")
    assert refused.status_code == 422
    found = client.get(f"/api/v1/reports/{sent['id']}").json()
    assert [line["sku"] for line in found["lines"]] == ["A"]
    client.force_login(make_user("regional_manager", tree["R1"]))
    for url in ("/reports/", f"/reports/{sent['id']}/", "/reports/credibility/"):
        assert client.get(url).status_code == 200
    client.force_login(make_user("regional_manager", tree["R2"]))
    assert client.get(f"/reports/{sent['id']}/").status_code == 404


@pytest.fixture
def cola(skus):
    """A product by bottle with a case of 24 that has a barcode of its own."""
    row = SkuRow(
        code="COLA",
        name="COLA",
        brand=("B", "b", ""),
        category=(("C", "c", ""),),
        product=("P", "p", ""),
        base_unit="bottle",
        packs=(PackRow(unit="case", factor=24, gtin="16901234567899"),),
    )
    return ensure_catalog([row], actor=SYSTEM)["COLA"]


@pytest.fixture
def dealer(tree, make_user, client):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    return client


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ({"sku": "COLA", "quantity": "2", "unit": "case"}, 48),
        ({"sku": "COLA", "quantity": "2", "unit": "箱"}, 48),
        ({"sku": "16901234567899", "quantity": "2"}, 48),
        ({"sku": "16901234567899", "quantity": "2", "unit": "bottle"}, 2),
        ({"sku": "COLA", "quantity": "2"}, 2),
    ],
)
def test_a_count_is_told_in_any_unit(cola, dealer, line, counted):
    body = {"ref": "r1", "on": timezone.localdate(), "lines": [line]}
    answer = dealer.post("/api/v1/reports/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert StockReport.objects.get().lines.get().counted == counted


@pytest.mark.parametrize(
    ("wrong", "rows"),
    [
        ([{"sku": "COLA", "quantity": "1"}, {"sku": "16901234567899", "quantity": "1"}], [2]),
        ([{"sku": "A", "quantity": "1"}, {"sku": "A", "quantity": "1"}], [2]),
        ([{"sku": "A", "quantity": "1", "unit": "case"}], [1]),
        ([{"sku": "A", "quantity": "1"}, {"sku": "NONE", "quantity": "1"}], [2]),
        ([{"sku": "A", "quantity": "1", "units": "case"}], None),
        ([{"sku": "A", "quantity": "9999999999"}], None),
    ],
)
def test_a_count_that_means_something_else_is_refused(cola, dealer, wrong, rows):
    body = {"ref": "r1", "on": timezone.localdate(), "lines": wrong}
    answer = dealer.post("/api/v1/reports/", body, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert not StockReport.objects.exists()
    if rows:
        assert [row["row"] for row in answer.json()["errors"]] == rows


def test_a_count_of_long_ago_is_refused(tree, skus, make_user, client):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    body = {"ref": "r1", "on": "1900-01-01", "lines": [{"sku": "A", "quantity": "1"}]}
    answer = client.post("/api/v1/reports/", body, content_type="application/json")
    assert answer.status_code == 422
    assert client.post("/portal/reports/new/", {"on": "1900-01-01"}).status_code in {404, 422}
    assert not StockReport.objects.exists()


def test_the_page_takes_units_and_refuses_a_product_twice(tree, cola, skus, make_user, client):
    user = make_user("dealer_owner", tree["D1"])
    with scoped(user.pk) as actor:
        draft = start_report(
            tree["D1"].pk, on=timezone.localdate(), actor=actor, now=timezone.now()
        )
    client.force_login(user)
    url = f"/portal/reports/{draft.pk}/count/"
    headers = {"Accept": "application/json"}
    twice = {"code-COLA": "5", "code-16901234567899": "2"}
    assert client.post(url, twice, headers=headers).status_code == 422
    assert client.post(url, {"code-COLA": "3 case"}, headers=headers).status_code == 200
    assert draft.lines.get(sku_id=cola).counted == 72


def test_what_others_stated_does_not_stop_a_count(tree, skus):
    report(tree["D1"], {skus["A"]: D(100)}, FIRST)
    facts = [
        FactLine(
            line_key=str(at),
            node_id=tree["D1"].pk,
            sku_id=skus["A"],
            on=date(2026, 10, 20),
            quantity=D("99999999999999"),
        )
        for at in range(3)
    ]
    record_facts(facts, flow="sell_out", source="old", now=NOW)
    assert report(tree["D1"], {skus["A"]: D(80)}, SECOND).unexplained == D("9999999999999.999")


def test_a_product_counted_twice_in_a_file_waits(tree, cola, skus, settings, tmp_path):
    import io

    from yunhe.platform.intake.runner import run_import
    from yunhe.platform.intake.services import confirm_mapping, queue_import, register_file

    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path
    text = (
        "日期,门店,货号,数量,单位\n2026-10-31,D1,COLA,2,case\n2026-10-31,D1,COLA,5,bottle\n"
        "2026-10-31,D1,A,4,\n1999-10-31,D1,B,4,\n2026-10-31,D1,B,9999999999,\n"
        "2026-10-31,D2,A,4.5,\n2026-10-31,D2,COLA,0.5,case\n"
    )
    record = register_file(
        io.BytesIO(text.encode()), name="s.csv", type_code="stock_reports", actor=SYSTEM, now=NOW
    ).record
    confirm_mapping(record, columns=record.mapping["columns"], options={}, actor=SYSTEM, now=NOW)
    queue_import(record, actor=SYSTEM)
    record = run_import(record.pk, actor=SYSTEM, now=NOW)
    assert (record.state, record.accepted, record.quarantined) == ("done", 2, 5)
    reasons = sorted(record.exceptions.values_list("reason", flat=True))
    assert reasons == [
        "before_start",
        "broken_unit",
        "key_conflict",
        "key_conflict",
        "too_large",
    ]
