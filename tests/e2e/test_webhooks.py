"""The page of a webhook: a test event with its answer, and what a deleted one still shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import DESK, PHONE, Visit

from yunhe.platform.events.models import WebhookEndpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_webhook_is_tried_paused_and_deleted(
    visit: Callable[..., Visit],
    tree: dict[str, Any],
    make_user: Callable[..., Any],
    width: int,
    language: str,
) -> None:
    make_user("it_admin", tree["HQ"], "it")
    endpoint = WebhookEndpoint.objects.create(
        node=tree["R1"], url="http://127.0.0.1:9/hook", secret="whsec_" + "A" * 32
    )
    window = visit(width=width, language=language)
    window.sign_in("it", "correct-horse-42")
    address = f"/events/webhooks/{endpoint.pk}/"
    page = window.open(address)
    page.locator(f"form[action='{address}test/'] button").first.click()
    expect(page.locator("main")).to_contain_text("UnsafeAddress")
    window.check("webhook-tested")
    page.locator(f"form[action='{address}delete/'] button").first.click()
    page.locator("dialog[open] .y-btn-danger, dialog[open] .y-btn-primary").first.click()
    page.wait_for_url("**/events/webhooks/")
    window.open("/events/webhooks/deleted/")
    window.check("webhooks-deleted")
