"""Two systems with one record over the API: who changes second is told (RFC 9110)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yunhe.channel.network.models import Partner
from yunhe.channel.network.services import AddressDraft, save_address
from yunhe.money.ledger.services import set_credit_limit
from yunhe.platform.access.principal import system_principal

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")
ADDRESS = {
    "receiver": "王仓",
    "phone": "13912345678",
    "province": "330000",
    "city": "杭州",
    "district": "西湖",
    "street": "文三路1号",
}


@pytest.fixture
def seller(client: Client, tree: dict[str, Any], make_user: Any) -> Client:
    client.force_login(make_user("sales_ops", tree["HQ"]))
    return client


@pytest.fixture
def address(tree: dict[str, Any]) -> str:
    Partner.objects.create(node=tree["D1"], level="dealer", tier="growth")
    saved = save_address(tree["D1"], AddressDraft(**ADDRESS), actor=ACTOR)
    return f"/api/v1/network/addresses/{saved.pk}"


def put(client: Client, url: str, body: dict[str, Any], **headers: str) -> Any:
    return client.put(url, json.dumps(body), content_type="application/json", headers=headers)


def test_the_second_to_change_is_told_and_reads_again(seller: Client, address: str) -> None:
    known = seller.get(address)["ETag"]
    first = put(seller, address, ADDRESS | {"street": "文三路2号"}, **{"If-Match": known})
    assert first.status_code == 200
    second = put(seller, address, ADDRESS | {"street": "文三路3号"}, **{"If-Match": known})
    assert second.status_code == 412
    assert second["Content-Type"] == "application/problem+json"
    assert second.json() == {
        "type": "urn:yunhe:problem:api.changed_meanwhile",
        "title": "其间已被修改",
        "status": 412,
        "detail": "这条记录与您所知的不同：其间已有人修改。请重新读取，再以新的 ETag 重做修改。",
        "instance": address,
        "code": "api.changed_meanwhile",
    }
    again = seller.get(address)
    assert again.json()["street"] == "文三路2号"
    assert again["ETag"] != known
    third = put(seller, address, ADDRESS | {"street": "文三路3号"}, **{"If-Match": again["ETag"]})
    assert (third.status_code, third.json()["street"]) == (200, "文三路3号")


def test_without_the_header_nothing_is_compared(seller: Client, address: str) -> None:
    assert put(seller, address, ADDRESS).status_code == 200
    assert put(seller, address, ADDRESS | {"street": "文三路9号"}).status_code == 200


def test_a_tag_of_one_language_serves_a_change_in_another(seller: Client, address: str) -> None:
    chinese = seller.get(address, headers={"Accept-Language": "zh-hans"})["ETag"]
    english = {"Accept-Language": "en", "If-Match": chinese}
    assert put(seller, address, ADDRESS, **english).status_code == 200


def test_a_change_of_a_part_is_a_change_of_the_record(
    client: Client, tree: dict[str, Any], make_user: Any
) -> None:
    """A new limit is a new row: the credit's version is that of all its limits."""
    client.force_login(make_user("finance", tree["HQ"]))
    url = f"/api/v1/ledger/credit/{tree['D1'].pk}"
    known = client.get(url)["ETag"]
    told = {"node_id": tree["D1"].pk, "reason": "test", "actor": ACTOR, "now": timezone.now()}
    set_credit_limit(amount=1000, **told)
    body = {"amount": "500", "reason": "test"}
    assert put(client, url, body, **{"If-Match": known}).status_code == 412
    renewed = client.get(url)["ETag"]
    assert put(client, url, body, **{"If-Match": renewed}).status_code == 200


def test_the_same_key_again_is_answered_though_the_version_is_another(
    seller: Client, address: str
) -> None:
    headers = {"If-Match": seller.get(address)["ETag"], "Idempotency-Key": "once"}
    body = ADDRESS | {"street": "文三路4号"}
    assert put(seller, address, body, **headers).status_code == 200
    again = put(seller, address, body, **headers)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")


def test_a_record_that_a_put_creates_is_not_there_to_match(
    seller: Client, tree: dict[str, Any]
) -> None:
    url = "/api/v1/sourcing/rules/NEAREST"
    body = {"name": "最近", "kind": "nearest"}
    assert seller.get(url).status_code == 404
    assert put(seller, url, body, **{"If-Match": "*"}).status_code == 412
    assert put(seller, url, body, **{"If-None-Match": "*"}).status_code == 200
    assert put(seller, url, body, **{"If-None-Match": "*"}).status_code == 412


def test_a_record_that_is_not_there_is_not_found(seller: Client, address: str) -> None:
    gone = address.rpartition("/")[0] + "/999999"
    assert put(seller, gone, ADDRESS, **{"If-Match": "*"}).status_code == 404
    assert put(seller, address + "x", ADDRESS, **{"If-Match": "*"}).status_code == 422


def test_a_get_is_not_sent_again_while_it_is_the_same(seller: Client, address: str) -> None:
    answer = seller.get(address)
    assert answer["Cache-Control"] == "private, no-cache"
    same = seller.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    put(seller, address, ADDRESS | {"street": "文三路5号"})
    assert seller.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 200
