"""Scan to report through the camera itself: opened, read, sent, also without network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from tests.e2e.camera import arguments, film
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, HEIGHTS, PHONE
from tests.e2e.story_world import StoryWorld, build_world

from yunhe.trade.catalog.models import Sku
from yunhe.trade.sales.models import SalesFact

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct-horse-42"
PATH = "/portal/sales/scan/"
CODE = "6901234567892"
WAIT_MS = 60_000  # a loaded machine reads slowly; how fast a quiet one is, docs/explanation/speed.md tells


@pytest.fixture
def world(tree: dict[str, Any], make_user: Callable[..., Any]) -> StoryWorld:
    made = build_world(tree, make_user)
    Sku.objects.filter(code="K1").update(gtin=CODE)
    return made


@pytest.fixture
def phone(
    playwright: Playwright, live_server: Any, world: StoryWorld, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A phone whose camera looks at the barcode; this browser has no detector of its own."""
    seen = film(CODE, tmp_path / "camera.y4m")
    browser = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*ARGUMENTS, *arguments(seen)]
    )
    context = browser.new_context(
        viewport={"width": PHONE, "height": HEIGHTS[PHONE]},
        permissions=["camera"],
        base_url=live_server.url,
    )
    page = context.new_page()
    page.goto("/account/sign-in/")
    page.fill("input[name=username]", "dealer")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/account/sign-in/" not in url)
    page.close()
    yield context
    for page in context.pages:
        page.wait_for_load_state("networkidle")
    browser.close()


def ready(page: Page) -> None:
    page.goto(PATH)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_timeout(500)
    page.reload()  # page, scripts and reader pass through the worker, which keeps them
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-scan-start]")).to_be_visible()


def test_from_opening_the_camera_to_the_fact_and_once(
    phone: BrowserContext, record_property: Callable[[str, object], None]
) -> None:
    page = phone.new_page()
    ready(page)
    begun = time.monotonic()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.click("[data-scan-start]")
    record_property("seconds from camera to fact", round(time.monotonic() - begun, 1))
    assert answer.value.status == 200
    page.wait_for_timeout(3000)  # the product stays before the camera: still one sale
    page.click("[data-scan-stop]")
    facts = SalesFact.objects.filter(sku__code="K1").values_list("quantity", "flow")
    assert list(facts) == [(1, "sell_out")]


def test_without_network_it_waits_on_the_phone_and_is_recorded_once(phone: BrowserContext) -> None:
    page = phone.new_page()
    ready(page)
    phone.set_offline(True)
    page.reload()
    page.click("[data-scan-start]")
    expect(page.locator("[data-offline-count=sellout]")).to_be_visible(timeout=WAIT_MS)
    page.click("[data-scan-stop]")
    assert not SalesFact.objects.filter(sku__code="K1").exists()
    phone.set_offline(False)
    for _again in range(3):
        page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("[data-offline-count=sellout]")).to_be_hidden()
    assert SalesFact.objects.get(sku__code="K1").quantity == 1
