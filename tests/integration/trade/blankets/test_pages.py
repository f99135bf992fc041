"""The pages of frames: what each side sees, in how many queries."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from yunhe.platform.access.session import set_role
from yunhe.platform.accounts.models import User
from yunhe.trade.blankets.models import Frame
from yunhe.trade.orders.models import Order

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


def go(client: Client, url: str, data=None):
    # inside a test's own transaction the role of the last request would stay
    set_role("none")
    return client.get(url) if data is None else client.post(url, data)


def counted(client: Client, url: str) -> int:
    go(client, url)  # what a process reads once is read
    with CaptureQueriesContext(connection) as queries:
        assert go(client, url).status_code == 200
    set_role("none")
    return len(queries)


@pytest.mark.parametrize(
    ("person", "name"), [("ops", "blankets:list"), ("dealer", "blankets_portal:list")]
)
def test_lists_take_the_same_queries_for_one_and_for_three_frames(
    browser, make_frame, person, name
):
    client, url = browser(person), reverse(name)
    make_frame()
    one = counted(client, url)
    make_frame()
    make_frame()
    assert Frame.objects.count() == 3
    assert counted(client, url) == one


def test_the_partner_calls_off_on_the_phone_and_sees_how_far_it_is(browser, make_frame):
    frame = make_frame(total=10)
    client = browser("dealer")
    address = reverse("blankets_portal:call_off", args=[frame.pk])
    line = frame.lines.get()
    refused = go(client, address, {f"quantity-{line.pk}": "1", "key": "phone-1"})
    assert refused.status_code == 422
    assert "a call-off is at least 2 case, not 1" in refused.content.decode()
    unread = go(client, address, {f"quantity-{line.pk}": "4 boxes", "key": "phone-1"})
    assert 'value="4 boxes"' in unread.content.decode()
    sent = go(client, address, {f"quantity-{line.pk}": "4", "key": "phone-1"})
    again = go(client, address, {f"quantity-{line.pk}": "4", "key": "phone-1"})
    order = Order.objects.get()
    assert sent.url == again.url == reverse("orders_portal:detail", args=[order.pk])
    assert (order.agreement, order.total) == (frame.number, Decimal(144))  # 4 cases × 36.00
    listing = go(client, reverse("blankets_portal:list")).content.decode()
    assert frame.number in listing
    assert "40" in listing  # 4 of 10 cases called off


def test_a_frame_of_another_partner_is_not_there(browser, make_frame):
    frame, dealer, other = make_frame(), browser("dealer"), browser("other")
    assert go(other, reverse("blankets_portal:detail", args=[frame.pk])).status_code == 404
    assert frame.number not in go(other, reverse("blankets_portal:list")).content.decode()
    assert go(dealer, reverse("blankets:list")).status_code == 403
