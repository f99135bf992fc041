"""The pages of the address book: the partner's own on the phone, anybody's at headquarters."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.integration.channel.network.test_addresses import ACTOR, draft, partners

from yunhe.channel.network.models import DeliveryAddress
from yunhe.channel.network.queries import list_addresses
from yunhe.channel.network.services import save_address
from yunhe.platform.access.session import set_role

__all__ = ["partners"]
pytestmark = pytest.mark.django_db
TOLD = {
    "label": "主仓",
    "receiver": "王仓",
    "phone": "13912345678",
    "province": "330000",
    "city": "杭州",
    "district": "西湖",
    "street": "文三路1号",
}
MINE = "network_portal:addresses"


@pytest.fixture
def browser(partners, make_user):
    """`browser("dealer_owner", "D1")`: a signed-in browser in English."""

    def open_for(role: str, place: str) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(make_user(role, partners[place]))
        return client

    return open_for


def go(client: Client, url: str, data: Any = None, **headers: str):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    answer = client.get(url, headers=headers) if data is None else client.post(url, data)
    set_role("none")
    return answer


def book(node: Any) -> list[tuple[str, bool]]:
    return [(str(one), one.is_default) for one in list_addresses(node.pk)]


def test_a_partner_keeps_its_book_on_the_phone(browser, partners):
    client, node = browser("dealer_owner", "D1"), partners["D1"]
    assert "No delivery address yet" in go(client, reverse(MINE)).content.decode()
    new = reverse("network_portal:address_new")
    assert go(client, new, TOLD).url == reverse(MINE)
    go(client, new, TOLD | {"label": "分仓"})
    assert book(node) == [("主仓", True), ("分仓", False)]
    second = DeliveryAddress.objects.get(label="分仓")
    change = reverse("network_portal:address", args=[second.pk])
    assert 'value="西湖区"' in go(client, change).content.decode()
    go(client, change, TOLD | {"label": "分仓", "district": "滨江", "street": "江南大道2号"})
    second.refresh_from_db()
    assert second.region == "浙江省杭州市滨江区"
    go(client, reverse("network_portal:address_act", args=[second.pk, "default"]), {})
    assert book(node) == [("分仓", True), ("主仓", False)]
    go(client, reverse("network_portal:address_act", args=[second.pk, "remove"]), {})
    assert book(node) == [("主仓", True)]
    page = go(client, reverse(MINE)).content.decode()
    assert ("主仓" in page, "分仓" in page) == (True, False)


def test_a_new_address_leads_back_to_who_asked_but_never_out_of_the_house(browser):
    client, new = browser("dealer_owner", "D1"), reverse("network_portal:address_new")
    assert go(client, f"{new}?next=/portal/orders/cart/", TOLD).url == "/portal/orders/cart/"
    for outside in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert go(client, f"{new}?next={outside}", TOLD).url == reverse(MINE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phone": "12"}, "Give a phone number of at least seven figures."),
        ({"city": "伦敦"}, "“伦敦” is no city of this province."),
        ({"district": "玄武区"}, "“玄武区” is no district of 杭州."),
        ({"province": "999999"}, "999999 is not one of the available choices."),
        ({"street": ""}, "This field is required."),
    ],
)
def test_what_is_no_address_comes_back_with_the_form(browser, partners, change, said):
    client = browser("dealer_owner", "D1")
    answer = go(client, reverse("network_portal:address_new"), TOLD | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="王仓"' in page
    assert book(partners["D1"]) == []


def test_nobody_opens_or_changes_the_address_of_another(browser, partners):
    theirs = save_address(partners["D2"], draft(label="别家"), actor=ACTOR)
    client = browser("dealer_owner", "D1")
    for name, args in (
        ("network_portal:address", [theirs.pk]),
        ("network_portal:address_act", [theirs.pk, "default"]),
        ("network_portal:address_act", [theirs.pk, "remove"]),
    ):
        assert go(client, reverse(name, args=args), TOLD).status_code == 404
    assert go(client, reverse("network:address", args=[theirs.pk])).status_code == 404
    assert "别家" not in go(client, reverse(MINE)).content.decode()
    assert book(partners["D2"]) == [("别家", True)]


def test_headquarters_keeps_anybodys_book_and_who_may_not_is_refused(browser, partners):
    node = partners["D1"]
    new = reverse("network:address_add", args=[node.pk])
    partner = reverse("network:partner", args=[node.pk])
    ops = browser("sales_ops", "HQ")
    assert go(ops, new, TOLD).url == partner
    assert go(ops, f"{new}?next=/blankets/", TOLD | {"label": "分仓"}).url == "/blankets/"
    assert book(node) == [("主仓", True), ("分仓", False)]
    second = DeliveryAddress.objects.get(label="分仓")
    go(ops, reverse("network:address_act", args=[second.pk, "default"]), {})
    assert book(node)[0] == ("分仓", True)
    finance = browser("finance", "HQ")
    assert go(finance, new, TOLD).status_code == 403
    assert len(book(node)) == 2


def test_a_province_offers_its_cities_and_a_city_its_districts(browser):
    client = browser("dealer_owner", "D1")
    url = reverse("network_portal:address_new")
    fragment = go(
        client, f"{url}?province=330000&city=杭州市", **{"HX-Request": "true"}
    ).content.decode()
    assert ("杭州市" in fragment, "西湖区" in fragment) == (True, True)
    assert ("南京市" in fragment, "<html" in fragment) == (False, False)
