"""The dictionary's pages and the API, through the whole stack."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
import yaml
from django.test import override_settings

from yunhe.platform.metrics import registry

pytestmark = pytest.mark.django_db
YEAR = {"from": "2026-01-01", "to": "2027-01-01"}


@pytest.fixture
def director(client, make_user, tree):
    client.force_login(make_user("director", tree["HQ"]))
    return client


@pytest.fixture
def dealer(client, make_user, tree):
    client.force_login(make_user("dealer_owner", tree["D1"]))
    return client


def post(client, path: str, body: dict):
    return client.post(f"/api/v1/metrics/{path}", json.dumps(body), content_type="application/json")


def test_the_dictionary_lists_every_metric(mart, director):
    page = director.get("/metrics/", {"size": 200}).content.decode()
    for metric in registry.metrics().values():
        assert str(metric.label) in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_metric_has_a_page_and_rows(mart, director, language):
    with override_settings(LANGUAGE_CODE=language):
        for name in registry.metrics():
            if name.startswith("t_"):
                assert director.get(f"/metrics/{name}/", YEAR).status_code == 200
                assert director.get(f"/metrics/{name}/rows/", YEAR).status_code == 200


def test_a_page_costs_the_same_whatever_the_rows(mart, director, django_assert_num_queries):
    director.get("/metrics/t_amount/", YEAR)
    with django_assert_num_queries(9):
        director.get("/metrics/t_amount/", YEAR)


def test_rows_show_own_lines_only(mart, dealer):
    page = dealer.get("/metrics/t_amount/rows/", {"from": "2026-01-01", "to": "2026-02-01"})
    assert page.status_code == 200
    assert [cells for cells, _url in page.context["lines"]] == [[], []]


@pytest.mark.parametrize("number", ["9" * 20, "²", "-1", "x"])
def test_a_page_that_does_not_exist_is_no_fault_of_ours(mart, director, number):
    asked = YEAR | {"page": number, "measure": number}
    assert director.get("/metrics/t_amount/rows/", asked).status_code == 200


def test_bad_addresses_are_told_what_is_wrong(mart, director):
    assert director.get("/metrics/t_amonut/").status_code == 404
    assert director.get("/metrics/t_amount/", {"from": "x", "to": "2026-02-01"}).status_code == 422
    backwards = director.get("/metrics/t_amount/", {"from": "2026-02-01", "to": "2026-01-01"})
    assert backwards.status_code == 422


def test_the_api_answers_with_exact_numbers(mart, director):
    question = {
        "metrics": ["t_amount", "t_price"],
        "period": {"from": "2026-01-01", "to": "2026-02-01"},
        "dimensions": ["t_dealer"],
        "compare": "last_year",
        "order": "t_amount",
    }
    answer = post(director, "query", question).json()
    assert [row["values"]["t_amount"] for row in answer["rows"]] == ["25.10", "40.00"]
    assert answer["rows"][0]["previous"]["t_amount"] == "9.00"
    assert answer["total"]["values"]["t_amount"] == "65.10"
    assert answer["compared_with"] == {"from": "2025-01-01", "to": "2025-02-01"}
    assert answer["metrics"][0]["unit"] == "CNY"


def test_the_api_keeps_to_the_callers_subtree(mart, dealer):
    period = {"from": "2026-01-01", "to": "2026-02-01"}
    answer = post(dealer, "query", {"metrics": ["t_amount"], "period": period}).json()
    assert answer["total"]["values"] == {"t_amount": "25.10"}
    rows = post(dealer, "rows", {"metric": "t_amount", "period": period}).json()
    assert [row["id"] for row in rows[0]["rows"]] == [2, 1]
    export = post(
        dealer,
        "export/csv",
        {"metrics": ["t_amount"], "period": period, "dimensions": ["t_dealer"]},
    )
    text = b"".join(export.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1:] == ["甲经销商,25.10", "合计,25.10"]


def test_unknown_names_are_problems_with_near_matches(mart, director):
    period = {"from": "2026-01-01", "to": "2026-02-01"}
    answer = post(director, "query", {"metrics": ["t_amonut"], "period": period})
    assert (answer.status_code, answer.json()["code"]) == (404, "metrics.unknown")
    assert "t_amount" in answer.json()["detail"]
    answer = post(director, "query", {"metrics": ["t_amount"], "period": period, "grain": "hour"})
    assert answer.status_code == 422


def test_excel_export_is_a_workbook(mart, director):
    period = {"from": "2026-01-01", "to": "2026-02-01"}
    answer = post(
        director, "export/xlsx", {"metrics": ["t_amount"], "period": period, "grain": "month"}
    )
    names = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist()
    assert "xl/worksheets/sheet1.xml" in names


def test_targets_are_set_by_who_may(mart, tree, director, make_user):
    body = [{"metric": "t_amount", "node_id": tree["D1"].pk, "month": "2026-01-01", "value": "30"}]
    path = "/api/v1/metrics/targets"
    assert director.put(path, json.dumps(body), content_type="application/json").json() == {
        "set": 1
    }
    director.force_login(make_user("dealer_owner", tree["D1"]))
    assert director.put(path, json.dumps(body), content_type="application/json").status_code == 403


def test_definitions_leave_as_one_yaml_file(mart, director):
    document = yaml.safe_load(director.get("/metrics/definitions.yaml").content)
    metrics = {metric["name"]: metric for metric in document["metrics"]}
    assert metrics["t_amount"]["type"] == "simple"
    assert metrics["t_amount"]["type_params"] == {"measure": "t_sales_sum_amount"}
    growth = metrics["t_growth"]["type_params"]
    assert growth["expr"] == "((t_amount / t_amount_1_year) - 1)"
    models = {model["name"]: model for model in document["semantic_models"]}
    counted = next(m for m in models["t_sales"]["measures"] if m["name"] == "t_sales_count_a")
    assert counted == {
        "name": "t_sales_count_a",
        "agg": "sum",
        "expr": "CASE WHEN sku IN ('A') THEN 1 END",
    }
