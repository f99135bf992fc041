"""Documents between two sides stay in the lists of a reader who may see one side's node alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yunhe.goods.shipping.models import Claim, Shipment
from yunhe.goods.shipping.queries import list_claims, list_shipments
from yunhe.platform.access.models import Node
from yunhe.platform.access.session import scoped, set_role
from yunhe.trade.orders.models import Order, OrderLine
from yunhe.trade.orders.queries import list_orders
from yunhe.trade.orders.services import create_order

from .conftest import ACTOR, Shop
from .test_way import receive, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(shop: Shop, tree, make_user):
    """Region R2 served an order of D1, which stands in R1; its people may not see D1."""
    now = timezone.now()
    lines = [shop.line(shop.tea, 30)]
    placed = create_order(
        node_id=shop.dealer, lines=lines, submit=True, confirm=True, actor=ACTOR, now=now
    )
    shipment = send(Order.objects.get(pk=placed.order_id))
    line = shipment.lines.get()
    receive(shipment, damaged={line.pk: Decimal(2)})
    for model in (Order, OrderLine, Shipment, Claim):
        model.objects.update(supplier=tree["R2"])
    user = make_user("sales_ops", tree["R2"])
    with scoped(user.pk):
        assert not Node.objects.filter(pk=shop.dealer).exists()
    return user


def show(user, url: str) -> str:
    set_role("none")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    client.force_login(user)
    set_role("none")
    answer = client.get(url)
    set_role("none")
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def test_every_list_has_the_row_with_the_other_sides_name(manager, tree):
    name = tree["D1"].name
    with scoped(manager.pk):
        found = [list_orders().get(), list_shipments().get(), list_claims().get()]
    assert [row.partner_label for row in found] == [name] * 3


@pytest.mark.parametrize("page", ["orders:list", "shipping:list", "shipping:claims"])
def test_pages_show_it_sorted_and_searched(manager, tree, page):
    shipment = Shipment.objects.get()
    word = shipment.order.number if page == "orders:list" else shipment.number
    sort = "node" if page == "orders:list" else "partner"
    for query in ("", f"?sort={sort}", f"?q={word}"):
        body = show(manager, reverse(page) + query)
        assert word in body, (page, query)
        assert tree["D1"].name in body


def test_detail_pages_open(manager):
    shipment = Shipment.objects.get()
    for url in (
        reverse("orders:detail", args=[shipment.order_id]),
        reverse("shipping:detail", args=[shipment.pk]),
        reverse("shipping:claim", args=[Claim.objects.get().pk]),
    ):
        assert shipment.number in show(manager, url) or shipment.order.number in show(manager, url)


@pytest.mark.parametrize("path", ["orders", "shipping", "shipping/claims"])
def test_the_api_lists_it(manager, path):
    assert '"id"' in show(
        manager, f"/api/v1/{path}/" if path != "shipping/claims" else f"/api/v1/{path}"
    )
