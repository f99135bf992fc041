"""The offline queue: kept without network, sent by itself, once, by the one who made it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route
from tests.e2e.conftest import PHONE, Visit

from yunhe.platform.ui.assets import asset

pytestmark = pytest.mark.django_db(transaction=True)
FORM = """<!doctype html><html lang="en"><head><meta name="csrf-token" content="t">
<script type="module" src="{script}"></script></head><body class="y-plain" data-owner="{owner}">
<form method="post" action="/scan/" data-offline-queue="sellout">
<label>Code <input name="code"></label><button>Send</button></form>
<p data-offline-count hidden></p><div id="toasts"></div>
<script type="application/json" id="strings">{{"pending": "waiting", "kept": "kept"}}</script>
</body></html>"""


class Server:
    """Answers the queue's posts, as long as there is a network."""

    def __init__(self) -> None:
        self.online = True
        self.status = 201
        self.got: list[tuple[str, str]] = []

    def __call__(self, route: Route) -> None:
        if not self.online:
            route.abort()
            return
        key = route.request.headers["idempotency-key"]
        self.got.append((key, route.request.post_data or ""))
        route.fulfill(status=self.status, json={"detail": "No such code."})


@pytest.fixture
def server() -> Server:
    return Server()


def opened(window: Visit, server: Server, owner: str = "7") -> Page:
    html = FORM.format(script=asset("app.js"), owner=owner)
    window.page.route(
        "**/scan-page/", lambda route: route.fulfill(content_type="text/html", body=html)
    )
    window.page.route("**/scan/", server)
    page = window.open("/scan-page/")
    page.wait_for_timeout(300)
    return page


def scan(page: Page, code: str) -> None:
    page.fill("input[name=code]", code)
    page.click("button")
    page.wait_for_timeout(300)


def waiting(page: Page) -> str:
    badge = page.locator("[data-offline-count]")
    return badge.inner_text() if badge.is_visible() else ""


def test_sent_at_once_with_a_key(visit: Callable[..., Visit], server: Server) -> None:
    page = opened(visit(width=PHONE), server)
    scan(page, "6901234567892")
    assert [body for _key, body in server.got] == ["code=6901234567892"]
    assert len(server.got[0][0]) == 36
    assert waiting(page) == ""


def test_kept_without_network_and_sent_in_order_when_it_is_back(
    visit: Callable[..., Visit], server: Server
) -> None:
    page = opened(visit(width=PHONE), server)
    server.online = False
    scan(page, "a")
    scan(page, "b")
    assert (server.got, waiting(page)) == ([], "2 waiting")
    page.reload()
    page.wait_for_timeout(300)
    assert waiting(page) == "2 waiting"
    server.online = True
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert [body for _key, body in server.got] == ["code=a", "code=b"]
    assert len({key for key, _body in server.got}) == 2
    assert waiting(page) == ""


def test_a_lost_answer_repeats_the_same_key(visit: Callable[..., Visit], server: Server) -> None:
    page = opened(visit(width=PHONE), server)
    server.status = 503
    scan(page, "a")
    server.status = 201
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_timeout(500)
    assert [body for _key, body in server.got] == ["code=a", "code=a"]
    assert len({key for key, _body in server.got}) == 1


def test_a_refusal_is_told_and_not_repeated(visit: Callable[..., Visit], server: Server) -> None:
    page = opened(visit(width=PHONE), server)
    server.status = 422
    scan(page, "a")
    assert "No such code." in page.locator("#toasts").inner_text()
    assert waiting(page) == ""


def test_another_person_does_not_send_it(visit: Callable[..., Visit], server: Server) -> None:
    window = visit(width=PHONE)
    page = opened(window, server)
    server.online = False
    scan(page, "a")
    server.online = True
    window.page.unroute_all()
    page = opened(window, server, owner="8")
    assert (server.got, waiting(page)) == ([], "")
