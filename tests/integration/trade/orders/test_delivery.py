"""Where orders go, and drafts side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from tests.integration.channel.network.test_addresses import draft
from tests.integration.trade.orders.conftest import ACTOR

from yunhe.channel.network.errors import AddressRefused
from yunhe.channel.network.models import DeliveryAddress
from yunhe.channel.network.services import save_address
from yunhe.platform.access.models import Node
from yunhe.platform.accounts.models import User
from yunhe.platform.errors import NotAllowed
from yunhe.platform.intake.reading.uploaded import uploaded_rows
from yunhe.trade.orders.errors import DraftChanged, IllegalMove, LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.queries import (
    cart_of,
    draft_token,
    drafts_of,
    order_for,
    shown_address,
    steps_of,
)
from yunhe.trade.orders.services import (
    Details,
    Wish,
    change_address,
    confirm_order,
    create_order,
    park_draft,
    put_in_cart,
    ship_order,
    take_up_draft,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def places(shop):
    """The dealer's main and second warehouse, and one of another dealer."""
    node, other = Node.objects.get(pk=shop.dealer), Node.objects.get(pk=shop.other)
    main = save_address(node, draft(label="主仓"), actor=ACTOR)
    second = save_address(node, draft(label="分仓", street="古翠路2号"), actor=ACTOR)
    return main, second, save_address(other, draft(label="别家"), actor=ACTOR)


def place(shop, actor, **more) -> Order:
    placed = create_order(
        node_id=shop.dealer, lines=[shop.line(shop.tea, 2)], actor=actor, now=NOW, **more
    )
    return order_for(placed.order_id)


def test_an_order_keeps_the_address_as_it_was(shop, places, act_as):
    main, second, theirs = places
    with act_as("dealer") as dealer:
        order = place(shop, dealer, submit=True)
        assert (order.ship_to["id"], order.ship_to["label"]) == (main.pk, "主仓")
        assert place(shop, dealer, address_id=second.pk).ship_to["street"] == "古翠路2号"
        with pytest.raises(AddressRefused):
            place(shop, dealer, address_id=theirs.pk)
    DeliveryAddress.objects.filter(pk=main.pk).update(street="已搬走")
    assert order_for(order.pk).ship_to["street"] == "文三路1号"


def test_the_partner_until_confirmation_then_headquarters_until_shipped(shop, places, act_as):
    main, second, _theirs = places
    with act_as("dealer") as dealer:
        order = place(shop, dealer, submit=True)
        order = change_address(order, second.pk, actor=dealer, now=NOW)
    step = steps_of(order).last()
    assert (step.action, step.note) == (
        "address",
        "浙江省杭州市西湖区文三路1号 → 浙江省杭州市西湖区古翠路2号",
    )
    order = confirm_order(order, actor=ACTOR, now=NOW)
    with act_as("dealer") as dealer, pytest.raises(NotAllowed):
        change_address(order_for(order.pk), main.pk, actor=dealer, now=NOW)
    with act_as("ops") as ops:
        order = change_address(order_for(order.pk), main.pk, actor=ops, now=NOW)
    ship_order(order, actor=ACTOR, now=NOW)
    with pytest.raises(IllegalMove):
        change_address(order_for(order.pk), second.pk, actor=ACTOR, now=NOW)


def test_the_phone_on_the_order_is_for_those_who_deliver(shop, places, act_as):
    order = place(shop, ACTOR, submit=True)
    for person, phone in (("ops", "13912345678"), ("finance", "139****5678")):
        with act_as(person) as principal:
            assert shown_address(order, principal)["phone"] == phone


def test_a_file_names_addresses_row_by_row(shop, places):
    table = "订单号,产品,数量,收货地址\nA,tea,1,分仓\nB,tea,2,\n"
    placed = place_file(
        "a.csv", table.encode(), actor=ACTOR, now=NOW, node_id=shop.dealer, submit=False
    )
    first, second = (order_for(pk) for pk in placed.order_ids)
    assert (first.ship_to["label"], second.ship_to["label"]) == ("分仓", "主仓")
    wrong = "订单号,产品,数量,收货地址\nC,tea,1,火星\n"
    with pytest.raises(LinesRefused) as caught, transaction.atomic():
        place_file("b.csv", wrong.encode(), actor=ACTOR, now=NOW, node_id=shop.dealer)
    assert caught.value.rows[0]["row"] == 2
    assert "火星" in caught.value.rows[0]["message"]


def test_names_of_addresses_are_compared_without_case_and_width(shop, places):
    node = Node.objects.get(pk=shop.dealer)
    save_address(node, draft(label="Depot（北）"), actor=ACTOR)
    save_address(node, draft(label="分仓", street="别处"), actor=ACTOR)
    table = "订单号,产品,数量,收货地址\nA,tea,1,depot(北)\nB,tea,1,分仓\n"
    told = {"actor": ACTOR, "now": NOW, "node_id": shop.dealer, "submit": False}
    placed = place_file("a.csv", table.encode(), **told)
    # of two with one name the first
    assert [order_for(pk).ship_to["street"] for pk in placed.order_ids] == [
        draft().street,
        "古翠路2号",
    ]


def test_an_order_of_a_file_goes_to_one_address(shop, places):
    table = "订单号,产品,数量,收货地址\nA,tea,1,分仓\nA,tea,2,\nA,water,1,主仓\nB,tea,1,主仓\n"
    with pytest.raises(LinesRefused) as caught:
        place_file("a.csv", table.encode(), actor=ACTOR, now=NOW, node_id=shop.dealer)
    [fault] = caught.value.rows
    assert (fault["row"], fault["message"]) == (
        4,
        "第 2 行已将此订单送往“分仓”，“主仓”须另用一个订单号。",
    )


@pytest.mark.parametrize("over_api", [False, True])
def test_a_file_to_fill_in_names_the_partners_addresses(shop, places, client, over_api):
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    page = client.get(reverse("orders_portal:file")).content.decode()
    blank = reverse("orders_portal:blank_file")
    assert "主仓, 分仓" in page
    assert f'href="{blank}"' in page
    answer = client.get("/api/v1/orders/file/blank" if over_api else blank)
    content = b"".join(answer.streaming_content)
    rows = [list(cells) for _row, cells in uploaded_rows("a.xlsx", content)]
    assert rows[0] == [
        "订单",
        "产品",
        "数量",
        "单位",
        "期望日期",
        "备注",
        "框架订单",
        "赠品",
        "收货地址",
    ]
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [
        ("1", "tea", "主仓"),
        ("2", "tea", "分仓"),
    ]
    # filled in, it is understood
    filled = [rows[0], *([row[0], row[1], "3", *row[3:]] for row in rows[1:])]
    table = "\n".join(",".join(row) for row in filled).encode()
    told = {"actor": ACTOR, "now": NOW, "node_id": shop.dealer}
    placed = place_file("a.csv", table, **told)
    labels = [order_for(pk).ship_to["label"] for pk in placed.order_ids]
    assert (labels, placed.faults) == (["主仓", "分仓"], [])


def wish(shop, quantity):
    return {shop.tea.pk: Wish("bottle", quantity)}


def test_a_cart_changed_on_another_device_is_not_overwritten(shop, places, act_as):
    with act_as("dealer") as dealer:
        told = {"node_id": shop.dealer, "actor": dealer, "now": NOW}
        cart = put_in_cart(wish(shop, 3), seen="", **told)
        seen = draft_token(cart)
        put_in_cart(wish(shop, 5), seen=seen, **told)  # the phone
        with pytest.raises(DraftChanged):
            put_in_cart(wish(shop, 7), seen=seen, **told)  # the tablet, still showing 3
        assert cart_of(dealer, shop.dealer).lines.get().quantity == 5
        details = Details(note="周五到", address_id=places[1].pk)
        cart = put_in_cart({}, details=details, **told)
        assert (cart.note, cart.ship_to["label"]) == ("周五到", "分仓")
        put_in_cart(wish(shop, 6), **told)
        assert cart_of(dealer, shop.dealer).note == "周五到"


def test_drafts_stand_side_by_side(shop, act_as):
    with act_as("dealer") as dealer:
        told = {"node_id": shop.dealer, "actor": dealer, "now": NOW}
        first = put_in_cart(wish(shop, 1), **told)
        park_draft(first, actor=dealer)
        assert cart_of(dealer, shop.dealer) is None
        second = put_in_cart(wish(shop, 2), **told)
        assert second.pk != first.pk
        take_up_draft(order_for(first.pk), actor=dealer)
        assert cart_of(dealer, shop.dealer).pk == first.pk
        assert sorted(drafts_of(shop.dealer).values_list("pk", "parked")) == [
            (first.pk, False),
            (second.pk, True),
        ]


def test_the_pad_asks_and_sends_where_and_when_the_goods_are_wanted(shop, places, client):
    main, second, theirs = places
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    client.cookies["django_language"] = "en"
    url = reverse("orders_portal:scan")
    details = client.get(url).context["form"].details
    assert [field.name for field in details] == ["address", "wanted_on", "note"]
    assert [pk for pk, _label in details[0].field.choices] == [main.pk, second.pk]
    assert details[0].value() == main.pk
    day = timezone.localdate() + timedelta(days=3)
    sent = {"lines": "tea 2", "address": second.pk, "wanted_on": day.isoformat(), "note": "后门"}
    headers = {"Accept": "application/json", "Idempotency-Key": "pad-1"}
    answer = client.post(url, sent, headers=headers)
    assert answer.status_code == 200, answer.content
    order = Order.objects.get()
    assert (order.ship_to["id"], order.wanted_on, order.note) == (second.pk, day, "后门")
    assert client.post(url, sent, headers=headers).json()["number"] == order.number
    for wrong, told in (
        ({"address": theirs.pk}, "no longer in use"),
        ({"wanted_on": "2020-01-01"}, "in the past"),
    ):
        key = {"Accept": "application/json", "Idempotency-Key": f"pad-{told}"}
        refused = client.post(url, sent | wrong, headers=key)
        assert (refused.status_code, told in refused.json()["detail"]) == (422, True)
    bare = client.post(url, {"lines": "tea 1"}, headers=headers | {"Idempotency-Key": "pad-2"})
    assert bare.status_code == 200
    assert Order.objects.order_by("pk").last().ship_to["id"] == main.pk


def test_the_pad_of_a_partner_without_addresses_asks_for_none(shop, client):
    client.force_login(User.objects.get(pk=shop.people["other"]))
    details = client.get(reverse("orders_portal:scan")).context["form"].details
    assert [field.name for field in details] == ["wanted_on", "note"]
