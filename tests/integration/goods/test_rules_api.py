"""The rules of goods and sales over the API, with the permissions of their pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.goods.stock.services import MovementLine, open_place, record_movements
from yunhe.platform.access.principal import system_principal
from yunhe.platform.accounts.models import User
from yunhe.trade.catalog.services import SkuRow, ensure_catalog

pytestmark = pytest.mark.django_db
SYSTEM = system_principal("test")
KIND = "application/json"


@pytest.fixture
def trade(tree):
    row = SkuRow(
        code="A", name="A", brand=("B", "b", ""), category=(("C", "c", ""),), product=("P", "p", "")
    )
    sku = ensure_catalog([row], actor=SYSTEM)["A"]
    Partner.objects.create(node=tree["D1"], level="dealer")
    open_place(tree["HQ"], supplies=True, actor=SYSTEM)
    goods = MovementLine(sku_id=sku, quantity=10, reason="opening", key="o", target=tree["HQ"].pk)
    record_movements([goods], on=timezone.localdate(), actor=SYSTEM, now=timezone.now())
    return tree


@pytest.fixture
def as_(client, make_user, trade):
    def sign_in(role, node="HQ"):
        client.force_login(make_user(role, trade[node]))
        return client

    return sign_in


def test_periods(as_):
    finance = as_("finance")
    today = timezone.localdate().isoformat()
    url = "/api/v1/sales/periods"
    closed = finance.post(f"{url}/close", {"flow": "sell_out", "before": today}, content_type=KIND)
    assert closed.json()["reopens"] is False
    future = {"flow": "sell_in", "before": "2099-01-01"}
    assert finance.post(f"{url}/close", future, content_type=KIND).status_code == 422
    again = {"flow": "sell_out", "before": "2026-01-01", "reason": "late files"}
    assert finance.post(f"{url}/reopen", again, content_type=KIND).json()["reopens"] is True
    assert len(finance.get(url).json()["items"]) == 2
    dealer = as_("dealer_owner", "D1")
    assert dealer.post(f"{url}/reopen", again, content_type=KIND).status_code == 403
    assert dealer.get(url).status_code == 403


@pytest.mark.parametrize(
    ("url", "body", "wrong"),
    [
        (
            "/api/v1/allocation/rules",
            {"code": "FAIR", "name": "公平", "tiers": {"core": "3"}},
            {"tier_part": 0, "history_part": 0},
        ),
        ("/api/v1/transfers/rules", {"node_id": "HQ", "low_days": 5}, {"over_days": 3}),
        (
            "/api/v1/transfers/terms",
            {"node_id": "HQ", "partners_propose": True, "approve_from": "100.00"},
            {"approve_from": "-1"},
        ),
        ("/api/v1/stock/shelf-life", {"node_id": "HQ", "days": 60}, {"days": -1}),
    ],
)
def test_a_rule_is_set_listed_and_refused(as_, trade, url, body, wrong):
    body = {name: trade[value].pk if value == "HQ" else value for name, value in body.items()}
    dealer = as_("dealer_owner", "D1")
    assert dealer.put(url, body, content_type=KIND).status_code == 403
    ops = as_("policy_manager" if "allocation" in url else "sales_ops")
    for _again in range(2):
        answer = ops.put(url, body, content_type=KIND)
        assert answer.status_code == 200, answer.content
    listed = ops.get(url).json()
    items = listed if isinstance(listed, list) else listed["items"]
    assert len(items) == 1
    told = items[0]
    assert all(told[name] == value for name, value in body.items() if name != "tiers")
    assert ops.put(url, body | wrong, content_type=KIND).status_code == 422


def test_a_right_is_granted(as_, trade):
    url = "/api/v1/returns/rights"
    body = {
        "node_id": trade["D1"].pk,
        "contract": "K-1",
        "percent": "5",
        "brand": "B",
        "valid_from": "2026-01-01",
    }
    ops = as_("sales_ops")
    answer = ops.post(url, body, content_type=KIND)
    assert answer.status_code == 201, answer.content
    assert ops.get(url).json()["items"][0]["contract"] == "K-1"
    for wrong in ({"percent": "0"}, {"brand": "NONE"}, {"node_id": 0}):
        assert ops.post(url, body | wrong, content_type=KIND).status_code in {404, 422}
    dealer = as_("dealer_owner", "D1")
    assert dealer.post(url, body, content_type=KIND).status_code == 403


def test_a_right_is_corrected_and_ended(as_, trade):
    ops = as_("sales_ops")
    body = {"node_id": trade["D1"].pk, "contract": "K-1", "percent": "5", "category": "C"}
    body |= {"valid_from": "2026-01-01", "valid_to": "2025-12-31"}
    url = "/api/v1/returns/rights"
    assert ops.post(url, body, content_type=KIND).status_code == 422
    made = ops.post(url, body | {"valid_to": None}, content_type=KIND).json()
    assert (made["brand"], made["category"]) == ("", "C")
    own = f"{url}/{made['id']}"
    change = {"contract": "K-1a", "percent": "3.5", "damaged_percent": "10", "send_days": 7}
    answer = ops.put(own, change | {"valid_to": "2026-12-31"}, content_type=KIND)
    assert answer.status_code == 200, answer.content
    told = ops.get(own).json()
    kept = ("contract", "percent", "damaged_percent", "send_days", "valid_to", "left")
    assert [told[name] for name in kept] == ["K-1a", "3.50", "10.00", 7, "2026-12-31", "0.00"]
    assert ops.put(own, change | {"valid_to": "2025-01-01"}, content_type=KIND).status_code == 422
    assert (
        ops.put(own, change | {"valid_to": None, "node_id": 1}, content_type=KIND).status_code
        == 422
    )
    page = f"/returns/rights/{made['id']}/"
    assert "K-1a" in ops.get(page).content.decode()
    form = change | {"valid_to": "2025-01-01"}
    refused = ops.post(f"{page}change/", form)
    assert (refused.status_code, "valid_to" in refused.context["form"].errors) == (422, True)
    assert ops.post(f"{page}change/", form | {"valid_to": "2027-06-30"}).status_code == 302
    assert ops.get(own).json()["valid_to"] == "2027-06-30"
    dealer = as_("dealer_owner", "D1")
    assert dealer.get(own).json()["contract"] == "K-1a"
    assert dealer.put(own, change | {"valid_to": None}, content_type=KIND).status_code == 403
    assert as_("dealer_owner", "D2").get(own).status_code == 404


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [("rules", "low_days", (5, 4)), ("terms", "approve_from", ("100.00", "7.00"))],
)
def test_a_rule_is_changed_and_removed(as_, trade, kind, field, values):
    first, then = values
    url, page = f"/api/v1/transfers/{kind}", reverse(f"transfers:{kind}")
    body = {"node_id": trade["R1"].pk, field: first}
    ops = as_("sales_ops")
    pks = []
    for node in ("R1", "D1"):
        body |= {"node_id": trade[node].pk, "partners_propose": True}
        given = {k: v for k, v in body.items() if kind == "terms" or k != "partners_propose"}
        pks.append(ops.put(url, given, content_type=KIND).json()["id"])
    assert f'href="{page}{pks[0]}/"' in ops.get(page).content.decode()
    shown = ops.get(f"{page}{pks[0]}/").context["form"]
    assert (shown["node"].value(), str(shown[field].value())) == ("R1", str(first))
    days = {"over_days": 60, "slow_days": 45, "expiry_days": 30}
    form = {"node": "D2", field: then, "partners_propose": "on", **days}
    assert ops.post(f"{page}{pks[0]}/", form).status_code == 302
    told = {row["id"]: row for row in ops.get(url).json()["items"]}
    # whose rule it is stays, whatever is sent
    assert told[pks[0]]["node_id"] == trade["R1"].pk
    assert [told[pk][field] for pk in pks] == [then, first]
    dealer = as_("dealer_owner", "D1")
    assert dealer.delete(f"{url}/{pks[1]}").status_code == 403
    ops.force_login(User.objects.get(username="sales_ops-HQ"))
    assert ops.delete(f"{url}/{pks[1]}").status_code == 204
    assert ops.delete(f"{url}/{pks[1]}").status_code == 404
    assert ops.post(f"{page}{pks[0]}/remove/").status_code == 302
    assert ops.get(url).json()["items"] == []


def test_lots_are_read_off_the_labels(as_, trade):
    url = "/api/v1/stock/lots"
    body = {
        "node_id": trade["HQ"].pk,
        "ref": "L1",
        "on": timezone.localdate().isoformat(),
        "lines": [{"sku": "A", "lot": "X1", "quantity": "6", "expires_on": "2027-12-01"}],
    }
    ops = as_("sales_ops")
    answer = ops.post(url, body, content_type=KIND)
    assert (answer.status_code, answer.json()) == (200, 2), answer.content
    lots = ops.get(url, {"node_id": trade["HQ"].pk}).json()
    assert [(lot["lot"], lot["quantity"]) for lot in lots if lot["lot"]] == [("X1", "6.000")]
    assert ops.post(url, body, content_type=KIND).json() == 0
    more = body | {"ref": "L2", "lines": [{"sku": "A", "lot": "X1", "quantity": "99"}]}
    assert ops.post(url, more, content_type=KIND).status_code == 422
    dealer = as_("dealer_owner", "D1")
    assert dealer.post(url, body, content_type=KIND).status_code == 403
