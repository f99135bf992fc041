"""The address book: regions, the default, who may, who reads which phone number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from yunhe.channel.network.compute import mask_phone
from yunhe.channel.network.divisions import cities_of, districts_of, division_chain, find_division
from yunhe.channel.network.errors import AddressRefused
from yunhe.channel.network.models import DeliveryAddress, Partner
from yunhe.channel.network.queries import address_for, list_addresses, shown_phone
from yunhe.channel.network.services import (
    AddressDraft,
    remove_address,
    save_address,
    set_default_address,
)
from yunhe.platform.access.principal import system_principal
from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
ACTOR = system_principal("test")


def draft(**told: Any) -> AddressDraft:
    words = {
        "receiver": "王仓",
        "phone": "13912345678",
        "province": "330000",
        "city": "杭州",
        "district": "西湖",
        "street": "文三路1号",
    }
    return AddressDraft(**words | told)


@pytest.fixture
def partners(tree: dict[str, Any]) -> dict[str, Any]:
    for code in ("D1", "D2"):
        Partner.objects.create(node=tree[code], level="dealer", tier="growth")
    return tree


@pytest.mark.parametrize(
    ("province", "city", "district", "code"),
    [
        ("330000", "杭州市", "西湖区", "330106"),
        ("330000", "杭州", "西湖", "330106"),
        ("330000", "杭州市", "", "330100"),
        ("310000", "浦东新区", "", "310115"),  # directly below the municipality
        ("310000", "浦东新区", "浦东新区", "310115"),
        ("420000", "仙桃", "", "429004"),  # directly below the province
        ("330000", "南京市", "", ""),
        ("330000", "杭州市", "玄武区", ""),
    ],
)
def test_divisions_are_found_by_name(province: str, city: str, district: str, code: str) -> None:
    assert find_division(province, city, district) == code


def test_divisions_in_words() -> None:
    assert division_chain("330106") == ["浙江省", "杭州市", "西湖区"]
    assert division_chain("310115") == ["上海市", "浦东新区"]
    assert division_chain("999999") == []
    assert ("330100", "杭州市") in cities_of("330000")
    assert all(name != "市辖区" for _code, name in districts_of("330100"))


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13912345678", "139****5678"),
        ("0571-8888", "****88"),
        ("+86 139 1234 5678", "861****5678"),
        ("", ""),
    ],
)
def test_a_masked_phone(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_the_first_is_the_default_and_another_may_become_it(partners: dict[str, Any]) -> None:
    node = partners["D1"]
    first = save_address(node, draft(label="主仓"), actor=ACTOR)
    second = save_address(node, draft(label="分仓"), actor=ACTOR)
    assert first.region == "浙江省杭州市西湖区"
    assert [str(one) for one in list_addresses(node.pk)] == ["主仓", "分仓"]
    set_default_address(second, actor=ACTOR)
    assert [one.is_default for one in list_addresses(node.pk)] == [True, False]
    assert [str(one) for one in list_addresses(node.pk)] == ["分仓", "主仓"]
    third = save_address(node, draft(label="门店", is_default=True), actor=ACTOR)
    remove_address(third, actor=ACTOR)
    assert DeliveryAddress.objects.get(is_default=True).pk == first.pk
    assert DeliveryAddress.objects.filter(active=False).count() == 1


def test_a_place_that_is_no_division_is_refused(partners: dict[str, Any]) -> None:
    for told, field in (({"city": "伦敦"}, "city"), ({"district": "玄武区"}, "district")):
        with pytest.raises(AddressRefused) as caught, transaction.atomic():
            save_address(partners["D1"], draft(**told), actor=ACTOR)
        assert caught.value.field == field


def test_a_partner_keeps_its_own_book_only(
    partners: dict[str, Any], make_user: Callable[..., Any]
) -> None:
    theirs = save_address(partners["D2"], draft(), actor=ACTOR)
    owner = make_user("dealer_owner", partners["D1"])
    with scoped(owner.pk) as principal:
        save_address(partners["D1"], draft(), actor=principal)
        with pytest.raises(NotFound):
            address_for(theirs.pk)
        with pytest.raises(NotAllowed):
            save_address(partners["D2"], draft(), actor=principal)


def test_who_need_not_call_sees_the_ends_of_the_number(
    partners: dict[str, Any], make_user: Callable[..., Any]
) -> None:
    for role, shown in (("sales_ops", "13912345678"), ("finance", "139****5678")):
        with scoped(make_user(role, partners["HQ"]).pk) as principal:
            assert shown_phone("13912345678", principal) == shown


def test_the_book_over_the_api(
    partners: dict[str, Any], make_user: Callable[..., Any], client: Any
) -> None:
    client.force_login(make_user("dealer_owner", partners["D1"]))
    url = f"/api/v1/network/partners/{partners['D1'].pk}/addresses"
    told = {
        "receiver": "王仓",
        "phone": "13912345678",
        "province": "330000",
        "city": "杭州市",
        "street": "文三路1号",
    }
    made = client.post(url, json.dumps(told), content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["region"], made.json()["is_default"]) == ("浙江省杭州市", True)
    refused = client.post(url, json.dumps(told | {"city": "伦敦"}), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "network.address")
    assert len(client.get(url).json()) == 1
