"""Order by scan on the phone without network: back online, one order exists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE, Visit
from tests.e2e.story_world import SCARCE, StoryWorld, build_world

from yunhe.trade.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
PATH = "/portal/orders/scan/"
ONLINE = "() => dispatchEvent(new Event('online'))"


@pytest.fixture
def world(tree: dict[str, Any], make_user: Callable[..., Any]) -> StoryWorld:
    return build_world(tree, make_user)


def phone(visit: Callable[..., Visit], language: str) -> Visit:
    """The dealer's phone with the page and its scripts kept for later."""
    window = visit(width=PHONE, language=language)
    window.sign_in("dealer", PASSWORD)
    page = window.open(PATH)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    page.reload()  # the page and its scripts pass through the worker, which keeps them
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(page.locator("[data-draft-lines]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return window


def scan(page: Page, code: str, quantity: str = "1") -> None:
    page.fill("input[name=item]", code)
    page.fill("input[name=quantity]", quantity)
    page.press("input[name=item]", "Enter")


def send(page: Page) -> None:
    page.click("form[data-order-draft] button.y-btn-primary")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_order_by_scan_offline(
    visit: Callable[..., Visit], world: StoryWorld, language: str
) -> None:
    window = phone(visit, language)
    page, context = window.page, window.context
    window.check("order-scan-empty")
    context.set_offline(True)
    for code, quantity in (("K1", "3"), ("K2", "5"), ("K1", "2")):
        scan(page, code, quantity)
    expect(page.locator("[data-draft-lines] li")).to_have_count(2)
    page.reload()  # without network: page, scripts and draft come from the phone
    expect(page.locator("[data-draft-lines] li")).to_have_count(2)
    window.console.clear()  # the browser notes that it is offline
    window.check("order-scan-draft")
    page.locator("[data-draft-lines] li", has_text="K2").locator("select").select_option("piece")
    page.locator("[data-draft-lines] li", has_text="K1").locator("select").select_option("piece")
    send(page)
    expect(page.locator("[data-offline-count=orders]")).to_be_visible()
    assert not Order.objects.exists()
    context.set_offline(False)
    for _again in range(3):
        page.evaluate(ONLINE)
    expect(page.locator("[data-offline-count=orders]")).to_be_hidden()
    order = Order.objects.get()
    assert (order.status, order.total) == ("submitted", Decimal("35.00"))  # (5 + 5) × 3.50
    assert sorted(line.base_quantity for line in order.lines.all()) == [5, 5]
    expect(page.locator("#toasts")).to_contain_text(order.number)


def test_a_lost_answer_makes_no_second_order(
    visit: Callable[..., Visit], world: StoryWorld
) -> None:
    window = phone(visit, "en")
    page = window.page
    lost: list[int] = []

    def lose_first(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server did it, the phone never learns
        route.abort()

    window.context.route(f"**{PATH}", lose_first)
    scan(page, "K1")
    send(page)
    for _tenth in range(300):
        if lost:
            break
        page.wait_for_timeout(100)
    assert (lost, Order.objects.count()) == ([200], 1)
    expect(page.locator("#toasts")).to_contain_text("kept on this device")
    page.evaluate(ONLINE)
    expect(page.locator("[data-offline-count=orders]")).to_be_hidden()
    assert Order.objects.count() == 1


def test_what_stock_refuses_is_kept_as_a_draft(
    visit: Callable[..., Visit], world: StoryWorld
) -> None:
    window = phone(visit, "en")
    page = window.page
    scan(page, "K10", str(SCARCE + 1))
    send(page)
    expect(page.locator("#toasts")).to_contain_text("draft")
    assert Order.objects.get().status == "draft"


def test_an_unknown_code_comes_back_to_the_draft(
    visit: Callable[..., Visit], world: StoryWorld
) -> None:
    window = phone(visit, "en")
    page = window.page
    scan(page, "NOPE")
    send(page)
    expect(page.locator("#toasts")).to_contain_text("NOPE")
    assert not Order.objects.exists()
    page.reload()
    expect(page.locator("[data-draft-lines] li")).to_contain_text("NOPE")


def test_without_script_the_lines_are_typed(visit: Callable[..., Visit], world: StoryWorld) -> None:
    window = visit(width=PHONE, language="en", java_script_enabled=False)
    window.sign_in("dealer", PASSWORD)
    page = window.open(PATH)
    page.fill("textarea[name=lines]", "K1 2 piece\nK2 1 piece")
    page.click("form[data-order-draft] button.y-btn-primary")
    page.wait_for_url("**/portal/orders/*/")
    order = Order.objects.get()
    assert (order.status, order.lines.count()) == ("submitted", 2)
