"""The catalogue and drafts without network: browse, type, close the browser, come back: each order once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.story_world import StoryWorld, build_world
from tests.e2e.test_offline_order import ONLINE, PASSWORD, phone, scan, send

from yunhe.trade.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
SHELF, PAD = "/portal/orders/new/", "/portal/orders/scan/"


@pytest.fixture
def world(tree: dict[str, Any], make_user: Callable[..., Any]) -> StoryWorld:
    return build_world(tree, make_user)


def kept(page: Page, path: str) -> None:
    """Wait until the worker has the page."""
    page.wait_for_function("path => caches.match(path).then(found => Boolean(found))", arg=path)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_drafts_filled_without_network(
    visit: Callable[..., Visit], world: StoryWorld, language: str
) -> None:
    window = visit(width=PHONE, language=language)
    window.sign_in("dealer", PASSWORD)
    page, context = window.open(SHELF), window.context
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # through the worker, which keeps the shelf and, asked by it, the pad
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    kept(page, SHELF)
    kept(page, PAD)
    page.wait_for_load_state("networkidle")  # the pad's scripts pass through the worker
    context.set_offline(True)
    page.reload()
    page.fill("input[data-code=K1]", "3")
    page.click("button[name=then][value=cart]")
    page.wait_for_url(f"**{PAD}")
    expect(page.locator("[data-draft-lines] li")).to_have_count(1)
    page.click("[data-draft-new]")
    page.click("details[data-draft-catalogue] summary")
    page.fill("[data-draft-search]", "K2")
    page.locator("[data-draft-found] li", has_text="K2").first.locator("button").click()
    expect(page.locator("[data-draft-lines] li")).to_contain_text("K2")
    window.console.clear()  # the browser notes that it is offline
    window.check("order-pad-two-drafts")
    page.close()
    page = context.new_page()  # the browser was closed; still no network
    page.goto(f"{window.base}{PAD}")
    expect(page.locator("[data-draft-choice] option")).to_have_count(2)
    assert not Order.objects.exists()
    context.set_offline(False)
    send(page)
    expect(page.locator("[data-offline-count=orders]")).to_be_hidden()
    expect(page.locator("[data-draft-lines] li")).to_contain_text("K1")
    send(page)
    expect(page.locator("[data-draft-choice] option")).to_have_count(1)
    for _again in range(3):
        page.evaluate(ONLINE)
    expect(page.locator("[data-offline-count=orders]")).to_be_hidden()
    page.wait_for_timeout(500)
    orders = Order.objects.order_by("pk")
    assert [order.lines.get().sku.code for order in orders] == ["K2", "K1"]
    assert {order.status for order in orders} == {"submitted"}


def test_each_draft_keeps_the_day_and_the_note_it_is_for(
    visit: Callable[..., Visit], world: StoryWorld
) -> None:
    window = phone(visit, "en")
    page, context = window.page, window.context
    context.set_offline(True)
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    scan(page, "K1", "2")
    page.fill("input[name=wanted_on]", day)
    page.fill("input[name=note]", "ring twice")
    page.click("[data-draft-new]")
    expect(page.locator("input[name=note]")).to_have_value("")
    scan(page, "K2", "1")
    page.reload()
    page.select_option("[data-draft-choice]", index=0)
    expect(page.locator("input[name=note]")).to_have_value("ring twice")
    expect(page.locator("input[name=wanted_on]")).to_have_value(day)
    send(page)
    expect(page.locator("[data-draft-lines] li")).to_contain_text("K2")
    expect(page.locator("input[name=note]")).to_have_value("")
    context.set_offline(False)
    page.evaluate(ONLINE)
    expect(page.locator("[data-offline-count=orders]")).to_be_hidden()
    order = Order.objects.get()
    assert (order.note, order.wanted_on.isoformat()) == ("ring twice", day)


def test_a_cart_changed_elsewhere_is_shown_before_it_is_overwritten(
    visit: Callable[..., Visit], world: StoryWorld
) -> None:
    phone = visit(width=PHONE, language="en")
    phone.sign_in("dealer", PASSWORD)
    page = phone.open(SHELF)
    page.fill("input[data-code=K1]", "2")
    page.click("button[name=then][value=cart]")
    page.wait_for_url("**/portal/orders/cart/")
    tablet = phone.context.new_page()
    tablet.goto(f"{phone.base}/portal/orders/cart/")
    tablet.fill("input[data-code=K1]", "9")
    tablet.click("#cart .y-form-foot .y-btn-secondary")
    tablet.wait_for_load_state()
    page.fill("input[data-code=K1]", "4")
    page.click("#cart button[value=submit]")
    expect(page.locator("[role=alert]")).to_contain_text("another device")
    assert Order.objects.get().status == "draft"
    expect(page.locator("input[data-code=K1]")).to_have_value("4")
    page.click("#cart button[value=submit]")  # seen, and meant
    page.wait_for_url("**/portal/orders/*/")
    order = Order.objects.get()
    assert (order.status, order.lines.get().quantity) == ("submitted", 4)
