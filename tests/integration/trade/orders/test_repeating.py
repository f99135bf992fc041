"""One order for one key, with what it asked for; goods are wanted from today on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from yunhe.platform.accounts.models import User
from yunhe.trade.orders.errors import DayPast, KeyTaken, LinesRefused
from yunhe.trade.orders.filing import place_file
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import NewOrder, create_order, place_orders

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def test_an_order_sent_again_after_its_day_is_the_order(shop, act_as):
    told = {"node_id": shop.dealer, "lines": [shop.line(shop.tea, 1)], "wanted_on": TODAY}
    with act_as("dealer") as dealer:
        first = create_order(**told, key="k", actor=dealer, now=NOW)
        later = NOW + timedelta(days=2)
        again = create_order(**told, key="k", actor=dealer, now=later)
        assert (again.order_id, again.repeated) == (first.order_id, True)
        with pytest.raises(DayPast):
            create_order(**told, key="l", actor=dealer, now=later)
        with pytest.raises(KeyTaken):
            create_order(
                **told | {"lines": [shop.line(shop.tea, 2)]}, key="k", actor=dealer, now=later
            )


def test_orders_by_key_name_those_with_other_contents(shop, ops):
    def orders(quantity, wanted_on=None):
        return [
            NewOrder(
                node_id=shop.dealer,
                lines=[shop.line(shop.tea, 1), shop.line(shop.water, quantity)],
                rows=[2, 3],
                key="k",
                wanted_on=wanted_on,
            )
        ]

    place_orders(orders(5, TODAY), actor=ops, now=NOW)
    same = place_orders(orders(5, TODAY), actor=ops, now=NOW + timedelta(days=2))
    assert (same.repeated, same.faults) == (1, [])
    with translation.override("en"):
        other = place_orders(orders(6), actor=ops, now=NOW)
    [fault] = other.faults
    assert (fault["row"], other.order_ids) == (2, [])
    assert "with other contents" in fault["message"]


def test_a_file_names_the_row_of_a_day_in_the_past(shop, ops):
    content = "order,partner,product,quantity,wanted\nA,D1,tea,1,\nB,D1,water,1,2020-01-01\n"
    with pytest.raises(LinesRefused) as refused:
        place_file("orders.csv", content.encode(), actor=ops, now=NOW)
    assert [row["row"] for row in refused.value.rows] == [3]
    assert not Order.objects.exists()


def test_full_width_is_read_and_what_is_missing_is_named(shop, ops):
    content = "订单号，经销商，商品编码，数量\n".replace("，", ",") + "A,D1,ｔｅａ,１２\n"
    placed = place_file("orders.csv", content.encode(), actor=ops, now=NOW)
    [order] = Order.objects.filter(pk__in=placed.order_ids)
    assert order.total == 42
    missing = "order,partner,product,quantity\nA,D1,,1\n"
    with pytest.raises(LinesRefused) as refused, translation.override("zh-hans"):
        place_file("orders.csv", missing.encode(), actor=ops, now=NOW)
    assert refused.value.rows[0]["message"] == "缺少商品编码。"


@pytest.mark.parametrize("day", ["2020-01-01", "soon"])
def test_the_cart_says_what_is_wrong_with_its_day_and_keeps_what_was_typed(shop, client, day):
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    put = {f"quantity-{shop.water.pk}": "5", f"unit-{shop.water.pk}": "bottle", "then": "cart"}
    client.post(reverse("orders_portal:catalogue"), put)
    cart = reverse("orders_portal:cart")
    refused = client.post(cart, put | {"wanted_on": day, "note": "by the ramp", "then": "submit"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'value="{day}"' in page
    assert "by the ramp" in page
    assert 'id="wanted_on-fault"' in page
    assert Order.objects.get().status == "draft"


def test_the_page_of_files_keeps_the_pasted_table(shop, client):
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    pasted = "product,quantity\ntea,99999999999999999999\n"
    refused = client.post(reverse("orders_portal:file"), {"text": pasted})
    assert refused.status_code == 422
    assert "99999999999999999999" in refused.content.decode()


def test_a_broken_workbook_is_told_in_the_readers_language(shop, client):
    client.force_login(User.objects.get(pk=shop.people["dealer"]))
    file = SimpleUploadedFile("orders.xlsx", b"no workbook")
    refused = client.post(
        reverse("orders_portal:file"), {"file": file}, headers={"accept-language": "zh-hans"}
    )
    page = refused.content.decode()
    assert "无法作为 Excel 工作簿读取" in page
    assert "zip" not in page
