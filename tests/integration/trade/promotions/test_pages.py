"""Pages and API of promotions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from yunhe.trade.promotions.models import PriceFloor, Promotion

FORMS = {
    "percent": {"percent": "10"},
    "amount": {"amount": "5", "per_unit": "on", "unit": "case"},
    "threshold": {"measure": "spend", "steps": "1000 30\n3000 5%"},
    "buy_get": {"buy": "10", "get": "1", "unit": "case", "gift": "C", "gift_unit": "case"},
    "bundle": {"parts": "A 2\nB 1", "price": "35"},
    "mix": {"size": "3", "reward": "cheapest", "value": "1"},
    "gift": {"measure": "quantity", "floor": "2", "unit": "case", "gifts": "C 1 瓶 5", "pick": "1"},
}


@pytest.fixture
def signed(client, make_user):
    def sign(role, node):
        user = make_user(role, node)
        client.force_login(user)
        return client

    return sign


def terms(**more):
    return {
        "code": "N1",
        "name": "Autumn",
        "places": "R1 D2",
        "levels": ["dealer"],
        "valid_from": "2026-11-01",
        "stacking": "additive",
        "priority": "1",
        "budget": "1000",
    } | more


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_is_entered_and_changed_without_json(signed, partners, skus, kind):
    client = signed("sales_ops", partners["HQ"])
    answer = client.post(f"/promotions/new/{kind}/", terms(**FORMS[kind]))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = Promotion.objects.get(code="N1")
    assert (made.kind, made.status, made.audience.count()) == (kind, "draft", 2)
    page = client.get(f"/promotions/{made.pk}/")
    assert page.status_code == 200
    form = client.get(f"/promotions/{made.pk}/change/")
    again = form.context["form"].initial
    posted = {name: value for name, value in again.items() if value not in (None, "")}
    posted |= {name: "on" for name, value in again.items() if value is True}
    posted = {name: value for name, value in posted.items() if value is not False}
    answer = client.post(f"/promotions/{made.pk}/change/", posted | {"name": "Winter"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    kept = made.definition
    made.refresh_from_db()
    assert (made.name, made.definition) == ("Winter", kept)


def test_wrong_lines_are_told(signed, partners, skus):
    client = signed("sales_ops", partners["HQ"])
    answer = client.post(
        "/promotions/new/bundle/", terms(parts="A x", price="1", products="Z", places="??")
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"parts", "products", "places"}


def test_pages_and_moves(signed, partners, skus, promotion):
    one = promotion(publish=False, budget=Decimal(100))
    client = signed("sales_ops", partners["HQ"])
    for path in ("", "new/", "try/", "floors/", f"{one.pk}/limits/", f"{one.pk}/copy/"):
        assert client.get(f"/promotions/{path}").status_code == 200
    for action, status in (("submit", "approved"), ("publish", "published"), ("pause", "paused")):
        assert client.post(f"/promotions/{one.pk}/{action}/").status_code == 302
        one.refresh_from_db()
        assert one.status == status
    assert client.get(f"/promotions/{one.pk}/").status_code == 200
    assert client.post(f"/promotions/{one.pk}/approve/").status_code == 404
    assert client.post(f"/promotions/{one.pk}/copy/", {"code": "N2"}).status_code == 302
    assert client.post("/promotions/floors/set/", {"rows": "A 9.5\nB 3"}).status_code == 302
    assert "9.50" in client.get("/promotions/floors/").content.decode()
    client.post("/promotions/floors/set/", {"rows": "A 0"})
    assert list(PriceFloor.objects.values_list("sku__code", "price")) == [("B", Decimal(3))]


def test_a_basket_is_tried(signed, partners, skus, promotion):
    promotion(kind="buy_get", definition={"buy": 10, "get": 1, "unit": "case"})
    client = signed("sales_ops", partners["HQ"])
    asked = {"partner": "D1", "day": "2026-11-22", "tax": "13", "basket": "A 15 case\nB 2"}
    page = client.get("/promotions/try/", asked)
    assert page.status_code == 200
    assert (page.context["result"].net, page.context["result"].tax) == (1840, Decimal("239.20"))
    assert [each["goods"].quantity for each in page.context["free"]] == [1]
    assert len(page.context["messages_"]) == 1


def test_the_portal_shows_what_is_mine(signed, partners, skus, promotion):
    promotion("R1", name="Mine")
    promotion("R2", name="Theirs")
    page = signed("dealer_clerk", partners["D1"]).get("/portal/promotions/")
    assert [each["promotion"].name for each in page.context["promotions"]] == ["Mine"]
    assert page.client.get("/promotions/").status_code == 403


def test_the_api(signed, partners, skus, promotion):
    client = signed("sales_ops", partners["HQ"])
    body = {
        "code": "API",
        "node_id": partners["HQ"].pk,
        "name": "By API",
        "kind": "percent",
        "definition": {"percent": "10"},
        "valid_from": str(date(2026, 1, 1)),
    }
    made = client.post("/api/v1/promotions/", body, content_type="application/json")
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    for action in ("submit", "publish"):
        answer = client.post(f"/api/v1/promotions/{number}/{action}")
        assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "published"
    assert client.get(f"/api/v1/promotions/{number}/conflicts").json() == []
    lines = [{"sku": "A", "unit": "case", "quantity": "1"}]
    asked = {"partner_id": partners["D1"].pk, "lines": lines}
    basket = client.post("/api/v1/promotions/basket", asked, content_type="application/json").json()
    assert (Decimal(basket["net"]), basket["lines"][0]["why"]) == (
        108,
        ["“By API”按 ¥120.00 计算：减 ¥12.00，余 ¥108.00。"],
    )


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No approval is needed."), ("zh-hans", "无需审批。")]
)
def test_what_the_system_noted_is_read_in_the_readers_language(
    signed, partners, promotion, language, said
):
    with translation.override("zh-hans" if language == "en" else "en"):  # who submitted it
        one = promotion()
    client = signed("sales_ops", partners["HQ"])
    client.cookies["django_language"] = language
    assert said in client.get(f"/promotions/{one.pk}/").content.decode()


def api_body(partners, **more):
    return {
        "code": "API",
        "node_id": partners["HQ"].pk,
        "name": "By API",
        "kind": "percent",
        "definition": {"percent": "10"},
        "valid_from": "2026-01-01",
    } | more


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"selector": {"zzz": [1]}}, "selector"),
        ({"selector": {"skus": [10**9]}}, "selector"),
        ({"selector": {"brands": [2**62]}}, "selector"),
        ({"selector": {"categories": [0]}}, "selector"),
        ({"levels": ["zzz"]}, "levels"),
        ({"tiers": ["qq"]}, "tiers"),
        ({"weekdays": [9, -1]}, "weekdays"),
        ({"places": [2**62]}, "places"),
        ({"stacking": "zzz"}, "stacking"),
        ({"kind": "zzz"}, "kind"),
        ({"definition": {"percent": "10", "unti": "case"}}, "unti"),
        ({"definition": {"percent": "NaN"}}, "percent"),
        ({"kind": "buy_get", "definition": {"buy": 10, "get": 1, "gift": "abc"}}, "gift"),
        ({"kind": "buy_get", "definition": {"buy": 10, "get": 1, "gift": 10**9}}, "definition"),
        ({"kind": "bundle", "definition": {"parts": [{"quantity": 1}]}}, "parts.1.sku"),
        ({"kind": "bundle", "definition": {"parts": ["x"]}}, "parts.1"),
        ({"kind": "threshold", "definition": {"steps": ["x"]}}, "steps.1"),
        (
            {"kind": "gift", "definition": {"gifts": [{"sku": None, "quantity": 1}], "floor": 1}},
            "gifts.1.sku",
        ),
    ],
)
def test_a_typo_is_refused_at_its_field(signed, partners, skus, more, field):
    client = signed("sales_ops", partners["HQ"])
    answer = client.post(
        "/api/v1/promotions/", api_body(partners, **more), content_type="application/json"
    )
    assert answer.status_code in (404, 422), answer.content
    assert answer.json()["field"] == field
    assert not Promotion.objects.exists()


def test_a_basket_names_products_in_its_hints(signed, partners, skus, promotion):
    parts = [{"sku": skus["A"], "quantity": "2"}, {"sku": skus["B"], "quantity": "3"}]
    promotion(kind="bundle", definition={"parts": parts, "price": "50"})
    client = signed("sales_ops", partners["HQ"])
    lines = [{"sku": "A", "unit": "bottle", "quantity": "1"}]
    asked = {"partner_id": partners["D1"].pk, "lines": lines}
    basket = client.post("/api/v1/promotions/basket", asked, content_type="application/json").json()
    assert basket["messages"] == ["P1：再加 A水 × 1、B水 × 3 即可多成一套。"]


def send(client, method, url, body):
    answer = getattr(client, method)(url, body, content_type="application/json")
    assert answer.status_code in (200, 201), answer.content
    return answer.json()


def test_limits_copies_and_lowest_prices_over_the_api(signed, partners, skus):
    client = signed("sales_ops", partners["HQ"])
    one = send(client, "post", "/api/v1/promotions/", api_body(partners, budget=100, name_en="X"))
    url = f"/api/v1/promotions/{one['id']}"
    terms = {name: one[name] for name in one if name not in ("id", "code", "node_id", "status")}
    changed = send(client, "put", url, terms | {"priority": 7})
    assert (changed["priority"], changed["name_en"]) == (7, "X")
    copied = send(client, "post", f"{url}/copy", {"code": "API-2"})
    assert (copied["code"], copied["status"], copied["priority"]) == ("API-2", "draft", 7)
    assert client.get(f"{url}/limits").json() == []
    for action in ("submit", "publish"):
        client.post(f"{url}/{action}")
    [limit] = send(client, "put", f"{url}/limits", {"budget": 250})
    assert (limit["kind"], Decimal(limit["maximum"])) == ("promotion-budget", 250)
    refused = client.put(f"{url}/limits", {"uses": 3}, content_type="application/json")
    assert refused.status_code == 422
    prices = {"node_id": partners["HQ"].pk, "prices": [{"sku": "A", "price": "9.5"}]}
    assert send(client, "post", "/api/v1/promotions/lowest-prices", prices) == 1
    [found] = client.get("/api/v1/promotions/lowest-prices").json()["items"]
    assert (found["sku"], Decimal(found["price"])) == ("A", Decimal("9.5"))
    typo = prices | {"prices": [{"sku": "A", "price": 1}, {"sku": "zzz", "price": 1}]}
    answer = client.post("/api/v1/promotions/lowest-prices", typo, content_type="application/json")
    assert (answer.status_code, [row["row"] for row in answer.json()["errors"]]) == (422, [2])


def test_names_are_read_in_the_readers_language(signed, partners, promotion):
    one = promotion(name="秋季", name_en="Autumn sale")
    client = signed("sales_ops", partners["HQ"])
    for language, name in (("en", "Autumn sale"), ("zh-hans", "秋季")):
        client.cookies["django_language"] = language
        assert name in client.get(f"/promotions/{one.pk}/").content.decode()
        assert name in client.get("/promotions/").content.decode()
