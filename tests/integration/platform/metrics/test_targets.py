"""Targets: set on the page, by the API and from a file; whoever may, where they may; row errors."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from yunhe.platform.access.session import scoped
from yunhe.platform.audit.queries import history_of
from yunhe.platform.intake.bring import bring_file
from yunhe.platform.intake.models import Import
from yunhe.platform.metrics.models import Target
from yunhe.platform.metrics.targets import NewTarget, set_targets

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)
PATH = "/api/v1/metrics/targets"


@pytest.fixture
def people(make_user, tree):
    return {
        "director": make_user("director", tree["HQ"]),
        "sales": make_user("sales_ops", tree["R1"]),
        "regional": make_user("regional_manager", tree["R1"]),
        "dealer": make_user("dealer_owner", tree["D1"]),
    }


@pytest.fixture
def as_user(client, people):
    def sign_in(name):
        client.force_login(people[name])
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def put(client, *rows):
    return client.put(PATH, json.dumps(rows), content_type="application/json")


def row(node, value="30", *, metric="t_amount", month="2026-03-01"):
    return {"metric": metric, "node_id": node.pk, "month": month, "value": value}


def held():
    rows = Target.objects.order_by("metric", "node__code", "month")
    return [(each.metric, each.node.code, each.month, each.value) for each in rows]


def test_the_api_reads_what_it_set_in_the_callers_scope(declared, tree, as_user):
    director = as_user("director")
    assert put(director, row(tree["D1"]), row(tree["D2"], "40")).json() == {"set": 2}
    assert put(director, row(tree["D1"], "35.5")).json() == {"set": 1}
    items = director.get(PATH).json()["items"]
    assert [(i["place"], i["month"], Decimal(i["value"])) for i in items] == [
        ("D2", "2026-03-01", Decimal(40)),
        ("D1", "2026-03-01", Decimal("35.5")),
    ]
    one = director.get(PATH, {"node_id": tree["D1"].pk, "month": "2026-03-01"}).json()["items"]
    assert [i["place"] for i in one] == ["D1"]
    assert director.get(PATH, {"metric": "t_quantity"}).json()["items"] == []
    mine = as_user("dealer").get(PATH).json()["items"]
    assert [i["place"] for i in mine] == ["D1"]


def test_one_wrong_row_sets_none_and_every_fault_is_named(declared, tree, as_user):
    answer = put(
        as_user("sales"),
        row(tree["D1"]),
        row(tree["D1"], metric="t_amonut"),
        row(tree["D2"]),
        row(tree["D1"], "-1", month="2026-03-02"),
        row(tree["D1"], "0.00001"),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "metrics.targets")
    assert [(each["row"], each["field"]) for each in answer.json()["errors"]] == [
        (2, "metric"),
        (3, "node_id"),
        (4, "month"),
        (4, "value"),
        (5, "value"),
    ]
    assert held() == []


@pytest.mark.parametrize("name", ["regional", "dealer"])
def test_who_may_not_set_targets_is_refused_everywhere(name, declared, tree, as_user):
    person = as_user(name)
    assert put(person, row(tree["D1"])).status_code == 403
    assert person.get(reverse("metrics:target_set")).status_code == 403
    page = person.get(reverse("metrics:targets"))
    assert page.status_code == 200
    assert "Import a file of targets" not in page.content.decode()
    assert held() == []


def test_a_target_leaves_a_trail(declared, tree, people):
    with scoped(people["director"].pk) as director:
        for value in (30, 30, 40):
            set_targets(
                [NewTarget("t_amount", tree["D1"].pk, MARCH, Decimal(value))], actor=director
            )
    target = Target.objects.get()
    trail = [(entry.action, entry.after.get("value")) for entry in history_of(target)]
    assert trail == [("update", 40), ("insert", 30)]


FILE = """指标,编码,月份,目标
t_amount,d1,2026-03,"1,000.50"
t_growth,D1,2026年3月,12.5%
t_amount,D1,2026/4/1,2000
t_amount,D2,2026-03,50
t_amonut,D1,2026-03,60
t_amount,S1,13月,70
t_amount,S1,2026-03,-1
t_amount,R1,2026-03,5
t_amount,R1,202603,6
"""


@pytest.fixture
def imported(declared, people, tmp_path):
    def bring(text, name="sales"):
        file = tmp_path / "targets.csv"
        file.write_text(text)
        with scoped(people[name].pk) as actor:
            home = actor.home_id
        report = bring_file(file, type_code="targets", actor=actor, now=NOW, node_id=home)
        return report, Import.objects.get(pk=report.import_id)

    return bring


def test_a_file_sets_its_good_rows_and_tells_why_others_wait(imported, tree):
    report, record = imported(FILE)
    assert (report.rows, report.accepted, report.quarantined) == (9, 3, 6)
    assert held() == [
        ("t_amount", "D1", MARCH, Decimal("1000.5")),
        ("t_amount", "D1", date(2026, 4, 1), Decimal(2000)),
        ("t_growth", "D1", MARCH, Decimal("0.125")),
    ]
    waiting = dict(record.exceptions.values_list("row", "reason"))
    assert waiting == {
        5: "unknown_target_place",
        6: "not_a_choice",
        7: "not_a_month",
        8: "out_of_range",
        9: "key_conflict",
        10: "key_conflict",
    }


def test_a_later_file_replaces_and_the_same_file_changes_nothing(imported):
    header = "metric,place,month,target\n"
    first = header + "t_amount,D1,2026-03,10\nt_amount,S1,2026-03,7\n"
    imported(first)
    imported(header + "t_amount,D1,2026-03,20\n")
    report, _record = imported(first)
    assert report.known
    assert held() == [
        ("t_amount", "D1", MARCH, Decimal(20)),
        ("t_amount", "S1", MARCH, Decimal(7)),
    ]


def test_a_files_targets_reach_the_answer(imported, mart, tree, as_user):
    imported("metric,place,month,target\nt_amount,R1,2026-01,100\n")
    question = {
        "metrics": ["t_amount"],
        "period": {"from": "2026-01-01", "to": "2026-02-01"},
        "dimensions": ["t_region"],
        "targets": True,
    }
    answer = as_user("director").post(
        "/api/v1/metrics/query", json.dumps(question), content_type="application/json"
    )
    shown = {each["texts"]["t_region"]: each["targets"] for each in answer.json()["rows"]}
    assert {name: value["t_amount"] for name, value in shown.items() if value["t_amount"]} == {
        "R1 EN": "100.0000"
    }


def test_a_target_is_removed_and_the_audit_keeps_it(declared, tree, as_user):
    director = as_user("director")
    put(director, row(tree["D1"]), row(tree["D2"], "40"))
    first = Target.objects.get(node=tree["D1"])
    assert director.delete(f"{PATH}/{first.pk}").status_code == 204
    assert held() == [("t_amount", "D2", MARCH, Decimal(40))]
    assert director.delete(f"{PATH}/{first.pk}").status_code == 404
    last = history_of(first)[0]
    assert (last.action, Decimal(last.before["value"])) == ("delete", Decimal(30))


def test_nobody_removes_a_target_that_is_not_theirs(declared, tree, as_user):
    put(as_user("director"), row(tree["D1"]), row(tree["D2"], "40"))
    ids = {each.node.code: each.pk for each in Target.objects.select_related("node")}
    assert as_user("dealer").delete(f"{PATH}/{ids['D1']}").status_code == 403
    assert as_user("sales").delete(f"{PATH}/{ids['D2']}").status_code == 404
    assert len(held()) == 2


def test_chosen_targets_are_removed_on_the_page(declared, tree, as_user):
    director = as_user("director")
    put(director, row(tree["D1"]), row(tree["D2"], "40"), row(tree["D2"], "50", month="2026-04-01"))
    ids = list(Target.objects.filter(month=MARCH).values_list("pk", flat=True))
    path = reverse("metrics:targets_remove")
    asked = director.post(path, {"selected": ids}).content.decode()
    assert "2026-03" in asked
    assert "D1" in asked
    assert len(held()) == 3
    director.post(path, {"selected": ids, "confirmed": "1"})
    assert [(code, month) for _metric, code, month, _value in held()] == [("D2", date(2026, 4, 1))]
