"""A real browser on a live server: phone- and desk-sized, both languages, both themes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    sync_playwright,
)
from tests.e2e.checks import failures

from yunhe.platform.ui.assets import manifest

# The browser's event loop runs in this thread, and Django would refuse the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path(os.environ.get("YUNHE_CHROMIUM", "/usr/bin/chromium"))
SCREENSHOTS = Path(__file__).parent / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = 390, 1440
HEIGHTS = {PHONE: 844, DESK: 900}
SCROLL_THROUGH = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
    window.scrollTo(0, y);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  window.scrollTo(0, 0);
}"""
CHARTS_DRAWN = "() => !document.querySelector('[data-chart]:not([data-drawn])')"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Starts browsers; without Chromium the tests are skipped, except in CI: there they fail."""
    if not CHROMIUM.exists():
        message = f"no Chromium at {CHROMIUM}: no page is tested in a browser"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    if not manifest():
        pytest.fail("scripts and styles are not built: run `make assets`")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def empty_queue(transactional_db: None) -> None:
    """No job of an earlier test: the queue's tables are no models, so no flush empties them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers"
        )


@dataclass
class Visit:
    """A window of one size in one language, with what its console said."""

    context: BrowserContext
    page: Page
    base: str
    language: str
    width: int
    theme: str
    console: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site; a page that renews itself just then only delays it."""
        try:
            self.page.goto(f"{self.base}{path}")
        except Error as interrupted:
            if not re.search("ERR_ABORTED|interrupted by another", interrupted.message):
                raise
            self.page.wait_for_load_state()
            self.page.goto(f"{self.base}{path}")
        return self.page

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by the form, then choose language and theme again (the account has its own)."""
        self.open("/account/sign-in/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("main form button")
        self.page.wait_for_url(lambda url: "/account/sign-in/" not in url)
        self.prefer()

    def prefer(self) -> None:
        """Keep language and theme in the cookies."""
        self.context.add_cookies(
            [
                {"name": "django_language", "value": self.language, "url": self.base},
                {"name": "yunhe_theme", "value": self.theme, "url": self.base},
            ]
        )

    def settle(self, *, pause_ms: int = 400) -> None:
        """Wait until what is below the fold is drawn and nothing moves."""
        self.page.evaluate(SCROLL_THROUGH)
        self.page.wait_for_function(CHARTS_DRAWN)
        self.page.wait_for_timeout(pause_ms)

    def check(self, name: str) -> None:
        """Screenshot the page, and fail when anything is wrong with it."""
        self.settle()
        SCREENSHOTS.mkdir(exist_ok=True)
        file = SCREENSHOTS / f"{name}-{self.width}-{self.language}-{self.theme}.png"
        self.page.screenshot(path=file, full_page=True)
        found = failures(self.page, self.language, self.console)
        assert not found, "\n".join([f"{name} at {self.width} px in {self.language}:", *found])


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """`visit(width=PHONE, language="en", theme="dark")` opens a window of its own."""
    contexts: list[BrowserContext] = []

    def make(
        *, width: int = DESK, language: str = "zh-hans", theme: str = "light", **options: Any
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            is_mobile=width == PHONE,
            has_touch=width == PHONE,
            reduced_motion="reduce",
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            **options,
        )
        context.set_default_timeout(90_000)
        contexts.append(context)
        made = Visit(context, context.new_page(), live_server.url, language, width, theme)
        made.prefer()
        made.page.on("console", lambda message: _note(made, message))
        made.page.on("pageerror", lambda error: made.console.append(str(error)))
        return made

    yield make
    for context in contexts:
        # a request still being answered would hold the tables that the test's end empties
        for page in context.pages:
            page.wait_for_load_state("networkidle")
        context.close()


def _note(visit: Visit, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        visit.console.append(f"{message.text} ({message.location.get('url', '')})")
