"""The pad of a call-off: where the goods go, and an earlier call-off once more."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.integration.channel.network.test_addresses import draft
from tests.integration.trade.blankets.conftest import ACTOR
from tests.integration.trade.blankets.test_pages import browser, go

from yunhe.channel.network.services import save_address
from yunhe.platform.access.models import Node
from yunhe.trade.blankets.queries import frame_for
from yunhe.trade.blankets.services import LineDraft, call_off, close_frame
from yunhe.trade.blankets.views.again import earlier_call
from yunhe.trade.catalog.models import Category
from yunhe.trade.orders.errors import IllegalMove
from yunhe.trade.orders.models import Order, OrderTemplate
from yunhe.trade.orders.queries import order_for
from yunhe.trade.orders.services import create_order, order_again

__all__ = ["browser"]
pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def addresses(shop):
    """The dealer's main (default) and second warehouse, and one of another dealer."""
    own, other = Node.objects.get(pk=shop.dealer), Node.objects.get(pk=shop.other)
    return (
        save_address(own, draft(label="主仓"), actor=ACTOR),
        save_address(own, draft(label="分仓"), actor=ACTOR),
        save_address(other, draft(label="别家"), actor=ACTOR),
    )


def pad(frame) -> str:
    return reverse("blankets_portal:call_off", args=[frame.pk])


def chosen(page: str) -> str:
    """The name of the address that the page has chosen."""
    _before, rest = page.split(" selected>", 1)
    return rest.split(" · ", 1)[0]


def test_the_pad_offers_the_partners_addresses_and_keeps_the_choice(
    browser, shop, make_frame, addresses
):
    _main, second, theirs = addresses
    frame, client = make_frame(), browser("dealer")
    page = go(client, pad(frame)).content.decode()
    assert chosen(page) == "主仓"
    assert ("分仓" in page, "别家" in page) == (True, False)
    told = {f"quantity-{frame.lines.get().pk}": "1", "key": "a", "address": second.pk}
    refused = go(client, pad(frame), told)
    assert (refused.status_code, chosen(refused.content.decode())) == (422, "分仓")
    foreign = go(client, pad(frame), told | {"address": theirs.pk})
    assert foreign.status_code == 422
    assert not Order.objects.exists()
    go(client, pad(frame), told | {f"quantity-{frame.lines.get().pk}": "2"})
    assert Order.objects.get().ship_to["id"] == second.pk


def test_without_an_address_the_pad_leads_to_a_new_one_and_back(browser, make_frame):
    frame, client = make_frame(), browser("dealer")
    page = go(client, pad(frame)).content.decode()
    new = f"{reverse('network_portal:address_new')}?next={pad(frame).replace('/', '%2F')}"
    assert f'href="{new}"' in page
    told = {
        "receiver": "王仓",
        "phone": "13912345678",
        "province": "330000",
        "city": "杭州",
        "street": "文三路1号",
    }
    assert go(client, new, told).url == pad(frame)
    assert go(client, pad(frame), {f"quantity-{frame.lines.get().pk}": "2", "key": "a"}).url
    assert Order.objects.get().ship_to["receiver"] == "王仓"


def test_an_earlier_call_off_begins_a_new_one_with_its_prices(browser, shop, make_frame, addresses):
    _main, second, _theirs = addresses
    frame, client = make_frame(), browser("dealer")
    line = frame.lines.get()
    go(
        client,
        pad(frame),
        {f"quantity-{line.pk}": "3", "key": "a", "address": second.pk},
    )
    first = Order.objects.get()
    sent = go(client, reverse("orders_portal:act", args=[first.pk, "again"]), {})
    assert sent.url == f"{pad(frame)}?again={first.pk}"
    page = go(client, sent.url).content.decode()
    assert f'name="quantity-{line.pk}" value="3"' in page
    assert chosen(page) == "分仓"
    assert Order.objects.count() == 1  # no cart at list prices
    go(client, sent.url, {f"quantity-{line.pk}": "3", "key": "b", "address": second.pk})
    again = Order.objects.exclude(pk=first.pk).get()
    assert (again.agreement, again.total) == (frame.number, Decimal(108))  # 3 × 36.00
    assert again.ship_to["id"] == second.pk


def test_a_call_off_is_no_template_which_would_have_the_prices_of_the_lists(
    browser, shop, make_frame
):
    placed = call_off(make_frame(), [shop.line(shop.tea, 2, "case")], actor=ACTOR, now=NOW)
    plain = create_order(
        node_id=shop.dealer, lines=[shop.line(shop.tea, 1, "case")], actor=ACTOR, now=NOW
    )
    client = browser("dealer")
    offered = {
        order: reverse("orders_portal:save_template", args=[order])
        in go(client, reverse("orders_portal:detail", args=[order])).content.decode()
        for order in (placed.order_id, plain.order_id)
    }
    assert offered == {placed.order_id: False, plain.order_id: True}
    kept = [
        go(client, reverse("orders_portal:save_template", args=[order]), {}).status_code
        for order in offered
    ]
    assert kept == [404, 302]
    assert OrderTemplate.objects.count() == 1


def test_a_frame_that_is_over_says_why_it_is_not_ordered_again(browser, shop, make_frame, act_as):
    frame = make_frame()
    placed = call_off(frame, [shop.line(shop.tea, 2, "case")], actor=ACTOR, now=NOW)
    close_frame(frame, reason="停产", actor=ACTOR, now=NOW)
    client = browser("dealer")
    refused = go(client, reverse("orders_portal:act", args=[placed.order_id, "again"]), {})
    assert refused.status_code in (302, 409)
    page = go(client, reverse("orders_portal:detail", args=[placed.order_id])).content.decode()
    said = page if refused.status_code == 302 else refused.content.decode()
    assert f"Blanket order {frame.number} is no longer in force" in said
    assert Order.objects.count() == 1
    with act_as("dealer") as dealer, pytest.raises(IllegalMove, match=frame.number):
        order_again(order_for(placed.order_id), actor=dealer, now=NOW)


def test_an_order_of_another_is_no_beginning(browser, shop, make_frame, act_as):
    frame = make_frame()
    plain = create_order(
        node_id=shop.dealer, lines=[shop.line(shop.tea, 5)], actor=ACTOR, now=NOW
    ).order_id
    theirs = make_frame(node=Node.objects.get(pk=shop.other))
    foreign = call_off(theirs, [shop.line(shop.tea, 4, "case")], actor=ACTOR, now=NOW).order_id
    with act_as("dealer"):
        found = [earlier_call(frame_for(frame.pk), pk) for pk in (plain, foreign, 10**9)]
    assert found == [None, None, None]
    page = go(browser("dealer"), f"{pad(frame)}?again={foreign}").content.decode()
    assert f'name="quantity-{frame.lines.get().pk}" value=""' in page


def test_other_units_and_groups_are_asked_for_as_the_frame_counts_them(shop, make_frame):
    """30 bottles are 2.5 cases; 25 are no exact part of one, so three; a group is typed."""
    lines = [
        LineDraft(sku=shop.tea, unit="case", total=Decimal(20)),
        LineDraft(category=Category.objects.get(code="C"), measure="value", total=Decimal(500)),
    ]
    frame = make_frame(lines=lines, pricing="listed")
    tea = frame.lines.get(sku=shop.tea)
    for bottles, cases in ((30, Decimal("2.5")), (25, Decimal(3))):
        asked = [shop.line(shop.tea, bottles), shop.line(shop.water, 7)]
        earlier = earlier_call(frame, call_off(frame, asked, actor=ACTOR, now=NOW).order_id)
        assert earlier.by_line == {tea.pk: cases}
        assert (earlier.typed, earlier.gone) == (["water 7 bottle"], [])
