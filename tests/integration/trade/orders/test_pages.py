"""The pages of orders: what each person sees, in how many queries, and what a refusal says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.orders.forms import TermsForm
from yunhe.trade.orders.models import Order
from yunhe.trade.orders.services import confirm_order, create_order, ship_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(shop):
    """`browser("dealer")`: a signed-in browser in English."""

    def open_for(person: str) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(User.objects.get(pk=shop.people[person]))
        return client

    return open_for


@pytest.fixture
def place(shop, ops):
    def make(**more) -> Order:
        lines = [shop.line(shop.tea, 2, "case"), shop.line(shop.water, 10)]
        placed = create_order(
            node_id=shop.dealer, lines=lines, actor=ops, now=timezone.now(), **more
        )
        return Order.objects.get(pk=placed.order_id)

    return make


def go(client: Client, url: str, data=None):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.get(url) if data is None else client.post(url, data)


def test_headquarters_lists_and_opens_orders(browser, place):
    client = browser("ops")
    order = place(submit=True)
    listing = go(client, reverse("orders:list"))
    assert order.number in listing.content.decode()
    page = go(client, order.get_absolute_url()).content.decode()
    assert "基准价" in page
    assert "Confirm" in page
    assert "Credit of the partner" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(
    browser, place, rows, django_assert_max_num_queries
):
    client = browser("ops")
    for _ in range(rows):
        place(submit=True)
    with django_assert_max_num_queries(14):
        assert go(client, reverse("orders:list")).status_code == 200


def test_buttons_move_the_order_and_a_refusal_is_said(browser, place):
    client = browser("ops")
    order = place(submit=True)
    for action, status in (("confirm", "confirmed"), ("ship", "shipped")):
        answer = go(client, reverse("orders:act", args=[order.pk, action]), {})
        assert answer.status_code == 302
        order.refresh_from_db()
        assert order.status == status
    refused = go(client, reverse("orders:act", args=[order.pk, "confirm"]), {})
    assert refused.status_code in (302, 409)
    order.refresh_from_db()
    assert order.status == "shipped"


def test_many_are_confirmed_after_asking_with_the_sum(browser, place):
    client = browser("ops")
    orders = [place(submit=True), place(submit=True)]
    url, chosen = reverse("orders:confirm_many"), {"selected": [str(o.pk) for o in orders]}
    assert "2 orders worth" in go(client, url, chosen).content.decode()
    done = go(client, url, chosen | {"confirmed": "1"})
    assert done.status_code == 200
    assert set(Order.objects.values_list("status", flat=True)) == {"confirmed"}


def test_pasted_lines_become_an_order_once_and_unknown_ones_are_named(browser, shop):
    client = browser("ops")
    url = reverse("orders:create")
    form = {"partner": shop.dealer, "lines": "tea\t2\tcase\n\nwater 10", "submit": "on", "key": "k"}
    assert go(client, url, form).status_code == 302
    assert go(client, url, form).status_code == 302
    order = Order.objects.get()
    assert (order.total, order.status, order.source) == (104, "submitted", "console")
    refused = go(client, url, form | {"lines": "tea 2\nnope 1\nwater x\ntea 1 barrel", "key": "l"})
    assert refused.status_code == 422
    page = refused.content.decode()
    for sentence in ("No product has the code nope", "A quantity above zero", "barrel"):
        assert sentence in page


def test_a_dealer_fills_the_cart_checks_it_and_submits_once(browser, shop):
    client = browser("dealer")
    catalogue = reverse("orders_portal:catalogue")
    page = go(client, catalogue).content.decode()
    assert "100 bottles available" in page
    wishes = {f"quantity-{shop.tea.pk}": "2", f"unit-{shop.tea.pk}": "case", "then": "cart"}
    assert go(client, catalogue, wishes).url == reverse("orders_portal:cart")
    cart = go(client, reverse("orders_portal:cart")).content.decode()
    assert "84.00" in cart
    assert "1,000.00" in cart
    submit = wishes | {f"quantity-{shop.tea.pk}": "3", "then": "submit"}
    answer = go(client, reverse("orders_portal:cart"), submit)
    order = Order.objects.get()
    assert answer.url == reverse("orders_portal:detail", args=[order.pk])
    assert (order.status, order.total) == ("submitted", 126)
    assert go(client, reverse("orders_portal:cart"), submit).url == reverse("orders_portal:list")
    assert Order.objects.count() == 1


def test_a_short_line_is_named_in_the_cart_with_what_is_there(browser, shop):
    client = browser("dealer")
    wishes = {f"quantity-{shop.tea.pk}": "9", f"unit-{shop.tea.pk}": "case", "then": "cart"}
    go(client, reverse("orders_portal:catalogue"), wishes)
    refused = go(client, reverse("orders_portal:cart"), wishes | {"then": "submit"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "108 bottles ordered, 100 available" in page
    assert "Reduce to 8" in page
    set_role("none")
    assert Order.objects.get().status == "draft"


def test_a_dealer_receives_with_a_difference_and_headquarters_credits_it(browser, place):
    dealer, headquarters = browser("dealer"), browser("ops")
    order = place(confirm=True)
    go(headquarters, reverse("orders:act", args=[order.pk, "ship"]), {})
    line = order.lines.get(row=1)
    url = reverse("orders_portal:detail", args=[order.pk])
    assert "received of 24 bottle" in go(dealer, url).content.decode()
    go(
        dealer,
        reverse("orders_portal:act", args=[order.pk, "receive"]),
        {f"received-{line.pk}": "20"},
    )
    assert "4 missing" in go(dealer, url).content.decode()
    assert "Credit what is missing" in go(headquarters, order.get_absolute_url()).content.decode()
    go(headquarters, reverse("orders:credit_missing", args=[order.pk]), {})
    set_role("none")
    line.refresh_from_db()
    assert line.received == Decimal(20)


def test_a_dealer_orders_again_and_another_sees_nothing(browser, place):
    dealer, other = browser("dealer"), browser("other")
    order = place(submit=True)
    again = go(dealer, reverse("orders_portal:act", args=[order.pk, "again"]), {})
    assert again.url == reverse("orders_portal:cart")
    assert order.number in go(dealer, reverse("orders_portal:list")).content.decode()
    assert order.number not in go(other, reverse("orders_portal:list")).content.decode()
    assert go(other, reverse("orders_portal:detail", args=[order.pk])).status_code == 404
    assert go(dealer, order.get_absolute_url()).status_code == 403


def test_a_slip_of_the_finger_takes_nothing_out_of_the_cart(browser, shop):
    client = browser("dealer")
    url = reverse("orders_portal:catalogue")
    tea, water = f"quantity-{shop.tea.pk}", f"quantity-{shop.water.pk}"
    assert (
        go(client, url, {tea: "1,002", f"unit-{shop.tea.pk}": "bottle", water: ""}).status_code
        == 302
    )
    cart = Order.objects.get(node_id=shop.dealer)
    assert [line.quantity for line in cart.lines.all()] == [1002]
    for slip in ("two", "-5", "1e9999", "NaN"):
        answer = go(client, url, {tea: slip, water: "6", f"unit-{shop.water.pk}": "bottle"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert f"tea: “{slip}” is no quantity." in page
        assert 'value="6"' in page
        assert [line.quantity for line in cart.lines.all()] == [1002]


def test_what_arrived_is_a_number_or_the_order_waits(browser, place, ops):
    order = place(submit=True)
    confirm_order(order, actor=ops, now=timezone.now())
    ship_order(order, actor=ops, now=timezone.now())
    client = browser("dealer")
    url = reverse("orders_portal:act", args=[order.pk, "receive"])
    lines = {line.sku_id: line for line in order.lines.all()}
    for slip in ("all", "", "-1"):
        answer = go(client, url, {f"received-{line.pk}": slip for line in lines.values()})
        assert answer.status_code == 422
        assert "is no quantity" in answer.content.decode()
        order.refresh_from_db()
        assert order.status == "shipped"


def test_what_the_table_forbids_is_said_beside_the_field():
    with translation.override("en"):
        told = TermsForm({"minimum": "-5"}).errors["minimum"]
        assert told == ["Ensure this value is greater than or equal to 0."]
    with translation.override("zh-hans"):
        assert TermsForm({"minimum": "-5"}).errors["minimum"] == ["不能小于 0。"]
