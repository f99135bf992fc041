"""An impatient second click does not make a second record, and the way back is not blocked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_on_its_way_is_sent_once(visit: Callable[..., Any]) -> None:
    window = visit(width=1440, language="en")
    page = window.open("/account/sign-in/")
    sent: list[str] = []

    def slow(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            page.wait_for_timeout(300)
        route.continue_()

    page.route("**/account/sign-in/", slow)
    page.fill("input[name=username]", "nobody")
    page.fill("input[name=password]", "wrong-horse")
    page.dblclick("main form button:not([type=button])")
    page.wait_for_selector(".y-alert, .invalid-feedback")
    assert len(sent) == 1
    # the answer is a page of its own: its form can be sent
    page.fill("input[name=password]", "wrong-again")
    page.click("main form button:not([type=button])")
    page.wait_for_load_state()
    assert len(sent) == 2
